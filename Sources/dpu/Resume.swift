import Notebook

/// `dpu --resume`: offers the unfinished sessions and rebuilds the chosen one.
enum Resume {
  /// Asks which session to go on with; nil where there is none, or none was chosen.
  static func choose() -> Journal.Unfinished? {
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
