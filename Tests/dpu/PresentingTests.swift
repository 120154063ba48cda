import TestSupport

/// Tests that step through a session file at a pseudo-terminal.
protocol PresentingTests {
  /// The home folder, which also holds the file.
  var home: TemporaryFolder { get }
}

extension PresentingTests {
  /// Five cells between prose.
  static var lesson: String {
    """
    # dpu session 1
    # A LESSON
    # Its prose.

    conv 1 2 3 as m
    mask 0.5
    input 1 1 3 3
    tensor [4] as four
    tensor [5]
    # The end of it.
    """
  }

  /// Opens a file at its beginning.
  func open(
    _ text: String = Self.lesson, _ more: [String] = [], environment: [String: String] = [:],
    rows: UInt16 = 24, columns: UInt16 = 80
  ) throws -> PseudoTerminal {
    let file = try home.write(text, to: "a.dpu")
    return try PseudoTerminal(
      Program.path, ["replay", file, "--step"] + more,
      environment: ["HOME": home.path].merging(environment) { $1 }, rows: rows, columns: columns)
  }
}
