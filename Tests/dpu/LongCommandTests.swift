import TestSupport
import Testing

/// Commands that take minutes say how far they are, by their own name, and stop when they are told.
struct LongCommandTests {
  @Test func gradcheckSaysHowLongItTakesAndStops() throws {
    let home = try TemporaryFolder()
    let terminal = try PseudoTerminal(
      Program.path, environment: ["HOME": home.path], rows: 50, columns: 100)
    try terminal.expect("In [1]: ")
    terminal.enter("conv 32 64 3 padding=1; input 4 32 64 64; forward; gradcheck")
    try terminal.expect("gradcheck: ", within: 120)
    try terminal.expect(", about ", within: 120)
    try terminal.expect(" left", within: 10)
    terminal.send("\u{3}")
    try terminal.expect("interrupted", within: 60)
    try terminal.expect("In [2]: ", within: 60)
    terminal.enter("tensor [7]")
    try terminal.expect("Out[2]: tensor([7.])", within: 60)
  }
}
