import CLibrary
import Notebook
import Running

/// `dpu --resume`: offers the unfinished sessions and rebuilds the chosen one.
enum Resume {
  /// What a person chose.
  enum Choice {
    /// To go on with this session.
    case session(Journal, Journal.Unfinished)
    /// To begin afresh.
    case fresh
    /// To leave.
    case none
  }

  /// The cells that are shown of a session that came back.
  private static let shownCells = 5

  /// Asks which session to go on with.
  ///
  /// - Throws: ``Status`` where the chosen one cannot be had.
  static func choose() throws -> Choice {
    guard try !sessions().isEmpty else {
      Console.error("dpu: there is no unfinished session")
      return .none
    }
    while true {
      let sessions = try sessions()
      guard !sessions.isEmpty else { return .fresh }
      switch try ask(sessions) {
      case .resume(let session):
        let (journal, found) = try open(session)
        return .session(journal, found)
      case .drop(let session):
        try open(session).0.end(.finished)
        Console.print("dropped: \(session.summary)")
      case .fresh: return .fresh
      case .leave: return .none
      }
    }
  }

  /// The unfinished sessions.
  ///
  /// - Throws: ``Status/interrupted``.
  private static func sessions() throws -> [Journal.Unfinished] {
    let sessions = Journal.unfinished()
    if Cancellation.isRequested { throw Status.interrupted }
    return sessions
  }

  /// What came back, and where it stands.
  ///
  /// - Throws: `Cancelled`.
  static func summary(
    of notebook: Notebook, date: String, _ differences: Differences
  ) throws -> String {
    let cells = notebook.log.cells
    let last = cells.suffix(shownCells)
    let count = cells.count
    let which = last.count < count ? "\(count) cells, the last ones:" : "all of its cells:"
    return """
      the session of \(date) is back, \(which)
      \(try HistoryText.text(Array(last), showsOutputs: false))
      \(notebook.session.standing)\(differences.text)
      """
  }

  /// Cells that gave something else when they were run again: the files that they read are others.
  struct Differences {
    private var failed: [Int] = []
    private var changed: [Int] = []

    /// Notes what came of a cell that had succeeded before.
    mutating func take(_ result: CellResult, _ cell: SessionFile.Cell) {
      if result.failure != nil {
        failed.append(result.number)
      } else if case .output(let lines)? = cell.record, lines != [Journal.output(of: result)] {
        changed.append(result.number)
      }
    }

    /// What is said of them, with a line feed before it; nothing where there are none.
    fileprivate var text: String {
      func line(_ cells: [Int], _ what: String) -> String {
        guard !cells.isEmpty else { return "" }
        let labels = cells.prefix(5).map { "In [\($0)]" }.joined(separator: ", ")
        return "\nbut \(labels)\(cells.count > 5 ? " and others" : "") \(what)"
      }
      return line(changed, "read another file than before: what follows from it is not the same")
        + line(failed, "failed this time: what followed from it is not there")
    }
  }

  private enum Answer {
    case resume(Journal.Unfinished)
    case drop(Journal.Unfinished)
    case fresh
    case leave
  }

  /// Asks until there is an answer.
  ///
  /// - Throws: ``Status/interrupted``.
  private static func ask(_ sessions: [Journal.Unfinished]) throws -> Answer {
    for (index, session) in sessions.enumerated() {
      Console.print("\(index + 1)  \(session.summary)")
    }
    let isOnly = sessions.count == 1
    var input = LineInput(descriptor: STDIN_FILENO, name: "<stdin>")
    while true {
      Console.prompt(
        isOnly
          ? "Resume it? [Y/n] (n starts afresh, d drops it, q leaves) "
          : "Resume which one? [1] (n starts afresh, d 2 drops one, q leaves) ")
      guard let line = try line(of: &input) else { return .leave }
      let answer = line.filter { $0 != " " }.lowercased()
      let number = Int(answer.drop { !$0.isNumber })
      let chosen = number.flatMap { number in
        sessions.indices.contains(number - 1) ? sessions[number - 1] : nil
      }
      switch answer {
      case "", "y", "yes": return .resume(sessions[0])
      case "n", "no": return .fresh
      case "q": return .leave
      case "d" where isOnly: return .drop(sessions[0])
      default:
        if let chosen, answer == number.map({ "\($0)" }) { return .resume(chosen) }
        if let chosen, answer == number.map({ "d\($0)" }) { return .drop(chosen) }
        Console.print(
          isOnly ? "y, n, d or q" : "a number from 1 to \(sessions.count), n, d and a number, or q")
      }
    }
  }

  private static func line(of input: inout LineInput) throws -> String? {
    do {
      return try input.next()
    } catch .interrupted {
      Console.print("")
      throw Status.interrupted
    } catch {
      // What is not text is not an answer.
      return ""
    }
  }

  /// Takes hold of a session, without what was cut short when it ended.
  private static func open(
    _ chosen: Journal.Unfinished
  ) throws -> (Journal, Journal.Unfinished) {
    let reason: String
    do throws(Journal.Failure) {
      // While the question stood there, somebody else may have gone on with it.
      if let session = try Journal.resume(chosen.path) {
        if session.0.length > session.1.length {
          session.0.shorten(to: session.1.length)
          if session.1.isLeft { return session }
          Console.error("note: what was written last had been cut short, and is left out")
        }
        return session
      }
      reason = "was finished meanwhile"
    } catch .isTaken {
      reason = "is open in another dpu"
    } catch .system(let text) {
      reason = "cannot be opened: \(text.visible)"
    }
    Console.error("dpu: error: this session \(reason)")
    throw Status.failed
  }
}

extension Journal {
  /// When the newest session began that nobody finished, as text; nil where there is none.
  ///
  /// Only the ends of the files are looked at: every start waits for this.
  static func newestUnfinished() -> String? {
    guard let folder = place else { return nil }
    for name in names(in: folder).sorted(by: >) {
      let path = folder + "/" + name
      var status = stat()
      // Its first cell comes with the header: a file that is longer holds one.
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        status.st_size > SessionFile.header.utf8.count + 1,
        ending(of: path) == nil, !isHeld(path)
      else { continue }
      return date(of: path)
    }
    return nil
  }
}
