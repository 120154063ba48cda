import TestSupport
import Testing

@testable import Notebook

/// Expressions and what PyTorch 2.15.0 gives for them, cell by cell
/// (Tests/Fixtures/expressions, recorded by answer.py there).
struct ExpressionAnswersTests {
  /// A program: cells that depend on each other.
  struct Program: CustomTestStringConvertible {
    let name: String
    var cells: [Cell] = []

    var testDescription: String { name }
  }

  /// A cell and PyTorch's answer.
  struct Cell {
    let source: String
    var lines: [String] = []
    var isRefused = false
    /// Whether rounding may differ: a sum or a transcendental function is among what made it.
    var isNear = false
  }

  static func programs(_ file: String) throws -> [Program] {
    var programs: [Program] = []
    func change(_ body: (inout Cell) -> Void) {
      guard var cell = programs.last?.cells.last else { return }
      body(&cell)
      programs[programs.count - 1].cells[programs[programs.count - 1].cells.count - 1] = cell
    }
    let text = try Fixture.text("expressions/\(file)")
    for line in text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init) {
      if line.hasPrefix("# program ") {
        programs.append(Program(name: String(line.dropFirst(10))))
      } else if line.hasPrefix("#>") {
        change { $0.lines.append(String(line.dropFirst(3))) }
      } else if line.hasPrefix("#!") {
        change { $0.isRefused = true }
      } else if line.hasPrefix("#=") {
        change { $0.isNear = line.hasSuffix(" near") }
      } else if !line.hasPrefix("#"), !programs.isEmpty {
        programs[programs.count - 1].cells.append(Cell(source: line))
      }
    }
    return programs
  }

  /// What is known to differ.
  private static let exceptions: Set<String> = [
    // PyTorch refuses these in one of its spellings, and takes them in another.
    "elementwise functions: softmax(x)",
    "elementwise functions: F.softmax(x)",
    "1.29: torch.norm(y, 2, axis=(0,), keepdim=True)",
    "1.476: torch.norm(y, p=\"fro\", axis=-3)",
    "indexing: x[:, :, tensor([], dtype=torch.long)]",
    // The sign of the zero of two that differ in nothing else, and a zero beside infinities.
    "special values: x.maximum(y)", "special values: x.minimum(y)",
    "1.85: torch.clamp(x, min=torch.amin(abs(x), -2))",
    // A gradient through infinities, through nothing at all, and through equal numbers.
    "1.423: x.grad", "1.625: z.grad", "2.96: backward loss", "2.96: x.grad", "2.203: x.grad",
    "2.276: x.grad",
    // PyTorch's mean of no numbers is whatever lay in memory.
    "2.343: loss = (x.topk(0, -1)[0] * 2).mean()", "2.343: x.grad",
  ]

  @Test(arguments: try Self.programs("cases.answers")) func targetedCells(_ program: Program) {
    Self.check(program)
  }

  @Test func randomPrograms() throws {
    for program in try Self.programs("random.answers") { Self.check(program) }
  }

  @Test func gradientsOfRandomExpressions() throws {
    for program in try Self.programs("gradients.answers") { Self.check(program) }
  }

  private static func check(_ program: Program) {
    var notebook = Notebook()
    let all = program.cells.flatMap { numbers(in: $0.lines.joined(separator: "\n")) }
    let scale = all.filter(\.isFinite).map(\.magnitude).max() ?? 0
    for cell in program.cells {
      let result = notebook.run(cell.source)
      let source = cell.source.split(separator: "#")[0].reversed().drop { $0 == " " }.reversed()
      if exceptions.contains("\(program.name): \(String(source))") { continue }
      if cell.isRefused {
        #expect(result.failure != nil, "\(program.name): \(cell.source)")
        continue
      }
      let expected = cell.lines.isEmpty ? nil : cell.lines.joined(separator: "\n")
      #expect(
        result.failure == nil, "\(program.name): \(cell.source): \(result.failure?.message ?? "")")
      // What backward shows, the gradient of the layer's weight, PyTorch does not.
      guard result.failure == nil, result.text != expected, !cell.source.hasPrefix("backward")
      else { continue }
      #expect(
        cell.isNear && isNear(result.text ?? "", expected ?? "", scale: scale),
        "\(program.name): \(cell.source)\n\(result.text ?? "nil")\nPyTorch:\n\(expected ?? "nil")")
    }
  }

  /// Whether two texts differ in nothing but numbers, and in those by one unit of the last printed
  /// place or a millionth of the largest number of the program.
  private static func isNear(_ found: String, _ expected: String, scale: Double) -> Bool {
    guard words(found) == words(expected) else { return false }
    let (first, second) = (numbers(in: found), numbers(in: expected))
    guard first.count == second.count else { return false }
    let unit = units(expected)
    return zip(first, second).allSatisfy { a, b in
      a == b || a.isNaN && b.isNaN || (a - b).magnitude <= max(1.01 * unit, 1e-6 * scale)
    }
  }

  /// The text without its numbers and blanks.
  private static func words(_ text: String) -> String {
    tokens(text).filter { Double($0) == nil }.joined()
  }

  private static func numbers(in text: String) -> [Double] {
    tokens(text).compactMap { Double($0) }
  }

  private static func tokens(_ text: String) -> [Substring] {
    text.split { " \n,()[]=<>".contains($0) }
  }

  /// The last printed place of the number with the fewest digits.
  private static func units(_ text: String) -> Double {
    tokens(text).filter { Double($0) != nil }.map { token in
      let parts = token.split(separator: "e")
      let digits = parts[0].split(separator: ".").dropFirst().first?.count ?? 0
      let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
      var unit = 1.0
      for _ in 0..<abs(exponent - digits) { unit *= exponent > digits ? 10 : 0.1 }
      return unit
    }.max() ?? 0
  }
}
