import Notebook

/// `dpu --resume`: offers the unfinished sessions and rebuilds the chosen one.
enum Resume {
  /// Asks which session to go on with; nil where there is none, or none was chosen.
  ///
  /// - Throws: ``Status`` where the chosen one cannot be had.
  static func choose() throws -> (Journal, Journal.Unfinished)? {
    guard let chosen = ask() else { return nil }
    let reason: String
    do throws(Journal.Failure) {
      // While the question stood there, somebody else may have gone on with it.
      if let session = try Journal.resume(chosen.path) {
        if session.0.length > session.1.length {
          session.0.shorten(to: session.1.length)
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

  private static func ask() -> Journal.Unfinished? {
    let sessions = Journal.unfinished()
    guard !sessions.isEmpty else {
      Console.error("dpu: there is no unfinished session")
      return nil
    }
    for (index, session) in sessions.enumerated() {
      Console.print("\(index + 1)  \(session.summary)")
    }
    while true {
      Console.prompt(
        sessions.count == 1 ? "Resume it? [Y/n] " : "Resume which one? [1] (q for none) ")
      guard let answer = readLine()?.filter({ $0 != " " }).lowercased() else { return nil }
      switch answer {
      case "", "y", "yes": return sessions[0]
      case "q", "n", "no": return nil
      default:
        if let number = Int(answer), sessions.indices.contains(number - 1) {
          return sessions[number - 1]
        }
        Console.print("a number from 1 to \(sessions.count), or q")
      }
    }
  }
}
