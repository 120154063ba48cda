import Language
import Tensors
import Testing

@testable import Notebook

struct LiteralParserTests {
  private static func tensor(_ source: String) throws -> Tensor {
    let cell = try Parser.parse("tensor \(source)")
    guard let command = cell.soleCommand, command.arguments.count == 1,
      case .literal(let literal) = command.arguments[0].value
    else { throw Diagnostic(message: "no literal", range: 0..<0) }
    return literal.tensor
  }

  @Test(
    arguments: [
      ("[1, -2, +3.5]", [3], [1, -2, 3.5]),
      ("[ 1. , .5,-0. , 1e-7 ]", [4], [1, 0.5, -0.0, 1e-7]),
      ("[1E+2, 2e3]", [2], [100, 2000]),
      ("[nan, inf, -inf]", [3], [.nan, .infinity, -.infinity]),
      ("[[1, 2], [3, 4], [5, 6]]", [3, 2], [1, 2, 3, 4, 5, 6]),
      ("[[1,2],\n\n [3,4],]", [2, 2], [1, 2, 3, 4]),
      ("[1, 2,]", [2], [1, 2]),
      ("[]", [0], []),
      ("[[], []]", [2, 0], []),
      ("[[[[[[[[7]]]]]]]]", [1, 1, 1, 1, 1, 1, 1, 1], [7]),
      ("[1e-46, 3.5e38, 1e400]", [3], [0, .infinity, .infinity]),
    ] as [(String, [Int], [Float])])
  func readsNestedLists(source: String, sizes: [Int], values: [Float]) throws {
    let tensor = try Self.tensor(source)
    #expect(tensor.isIdentical(to: Tensor(values, shape: Shape(sizes))))
  }

  /// Rounded once, from double: read directly as float32 the second number would be 1.
  @Test func roundsFromDouble() throws {
    let source = "1.00000005960464477540"
    #expect(try Self.tensor("[0.1]").elements == [Float(0.1 as Double)])
    #expect(try Self.tensor("[\(source)]").elements == [Float(Double(source) ?? 0)])
  }

  @Test(arguments: [
    "tensor([1., 2.])", "tensor([1., 2.], requires_grad=True)",
    "tensor([1., 2.], grad_fn=<AddBackward0>)",
    "tensor([1., 2.], grad_fn=<AddBackward0>, requires_grad=True)",
    "tensor([1., 2.],\n       grad_fn=<ConvolutionBackward0>)",
    "tensor([1.,\r\n        2.])",
    "Parameter containing:\ntensor([1., 2.], requires_grad=True)",
    "Parameter containing:\r\ntensor([1., 2.], requires_grad=True)",
    "Parameter containing: tensor([1., 2.], requires_grad=True)",
    "tensor( [1., 2.] )", "tensor([1., 2.], dtype=torch.float32)",
    "tensor([1., 2.], device='cuda:0')", "tensor([1, 2], dtype=torch.int64)",
    "tensor([1., 2.], device='cuda:0', dtype=torch.float64, requires_grad=True)",
    "tensor([1., 2.], names=('N',))", "tensor([1., 2.], layout=torch.strided)",
    "tensor([1., 2.], grad_fn=<Foo object at 0x7f, (1)>)", "tensor([1., 2.],)",
    "torch.tensor([1., 2.])", "array([1., 2.], dtype=float32)", "np.array([1, 2])",
    "array([1., 2.])",
  ])
  func readsAPastedTensor(source: String) throws {
    #expect(try Self.tensor(source).isIdentical(to: Tensor([1, 2], shape: [2])))
  }

  @Test func readsScalarsAndEmptyTensors() throws {
    #expect(try Self.tensor("tensor(2.5000)").isIdentical(to: Tensor(scalar: 2.5)))
    #expect(try Self.tensor("tensor(-inf, requires_grad=True)").elements == [-.infinity])
    #expect(try Self.tensor("tensor([], size=(2, 0))").shape == [2, 0])
    #expect(try Self.tensor("tensor([], size=(0, 3), grad_fn=<AbsBackward0>)").shape == [0, 3])
  }

  /// Whatever a tensor prints, pasted back it prints the same.
  @Test func readsWhatIsPrinted() throws {
    var generator = Generator(seed: 8)
    for shape in [[], [5], [2, 3], [2, 1, 3, 3], [0], [2, 0]] as [Shape] {
      let text = try generator.normal(shape: shape).map { $0 * 1000 }.text()
      #expect(try Self.tensor(text).text() == text)
    }
  }

  @Test(arguments: [
    ("[[1, 2], «[3]»]", "the literal is ragged: 2 elements before, 1 here"),
    ("[[1], «[2, 3]»]", "the literal is ragged: 1 element before, 2 here"),
    ("[[1, 2], «[]»]", "the literal is ragged: 2 elements before, 0 here"),
    ("[[[1], [2]], «[[3]]»]", "the literal is ragged: 2 elements before, 1 here"),
    ("[1, «[»2]]", "the literal is ragged: numbers and lists stand side by side"),
    ("[[1], «2»]", "the literal is ragged: numbers and lists stand side by side"),
    ("[1, «0x10»]", "'0x10' is not a number"),
    ("[1, «1_000»]", "'1_000' is not a number"),
    ("[1, «--2»]", "'--2' is not a number"),
    ("[1, «,»2]", "',' is not a number"),
    ("[1 «2»]", "unexpected '2'"),
    ("[1,  «...», 9]", "a summarized tensor ('...') does not hold all its values"),
    ("tensor([[1., «...», 2.]])", "a summarized tensor ('...') does not hold all its values"),
    ("«[»1, 2", "the '[' is not closed"),
    ("[[1, 2], «[»3", "the '[' is not closed"),
    ("tensor«(»[1]", "the '(' is not closed"),
    ("[[[[[[[[«[»1]]]]]]]]]", "a literal has at most 8 levels"),
    ("tensor([1], «foo=3»)", "'foo=3' does not belong to a printed tensor"),
    ("tensor([1] «x»)", "'x)' does not belong to a printed tensor"),
    (
      "tensor([1], «requires_grad=maybe»)",
      "'requires_grad=maybe' does not belong to a printed tensor"
    ),
    ("tensor([1], «dtype=torch.complex64»)", "a tensor of torch.complex64 cannot be read"),
    ("tensor([], «size=(-5, 0)»)", "a size must not be negative, not -5"),
    ("tensor([], «size=(2, 3)»)", "no empty tensor has the size (2, 3)"),
    ("tensor([], «size=(0, x)»)", "no empty tensor has the size (0, x)"),
    ("tensor([], «size=()»)", "no empty tensor has the size ()"),
    ("tensor([1.], «size=(1, 0)»)", "no empty tensor has the size (1, 0)"),
    (
      "tensor([], «size=(1, 1, 1, 1, 1, 1, 1, 1, 0)»)",
      "a tensor has at most 8 dimensions, not 9"
    ),
    (
      "tensor([], «size=(9223372036854775807, 2, 0)»)",
      "9223372036854775807 × 2 × 0 is more than 2^31 elements"
    ),
    ("[1, 2«)»", "')' does not close '['"),
  ])
  func refusesWhatIsNoTensor(text: String, message: String) throws {
    let marked = Marked("tensor " + text)
    let failure = try #require(throws: Placed.self) { try Parser.parse(marked.source) }
    #expect(failure.error.message == message)
    #expect(failure.range == marked.range)
  }

  /// As it is pasted: without the command's name before it.
  @Test func aPrintedTensorAloneIsTheCommand() {
    var notebook = Notebook()
    let cell = "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<AddBackward0>) as t"
    #expect(notebook.run(cell).text == "tensor([[1., 2.],\n        [3., 4.]])")
    #expect(notebook.run("tensor([1.]); t[1, 0]").text == "tensor(3.)")
    let parameter = "Parameter containing:\ntensor([5., 6.], requires_grad=True)"
    #expect(notebook.run(parameter).text == "tensor([5., 6.], requires_grad=True)")
    #expect(notebook.run("tensor(").failure?.message == "'' is not a number")
    #expect(notebook.run("[[1, 2]] as row; row[0]").text == "tensor([1., 2.])")
    #expect(notebook.run("array([1], dtype=int64) as a").text == "tensor([1])")
  }

  @Test func truthValuesAreOneAndZero() throws {
    #expect(try Self.tensor("tensor([True, False])").elements == [1, 0])
    #expect(try Self.tensor("tensor(True)").elements == [1])
    #expect(try Self.tensor("[[true], [False]]").elements == [1, 0])
  }

  /// Each number as the standard library reads it as double, whichever way it is read.
  @Test func everyNumberIsRoundedRightly() throws {
    var generator = Generator(seed: 31)
    var texts = [
      "0", "-0", "1.", ".5", "123456789012345", "1234567890123456", "9007199254740993",
      "1e22", "1e23", "1e-22", "1e-23", "123456789012345e22", "0.000000000000001", "1e-400", "1E5",
      "340282356779733642748073463979561713664", "1.17549435e-38", "1e-45", "00012", "+7",
    ]
    for _ in 0..<3000 {
      let digits = (0...(generator.next32() % 18)).map { _ in "\(generator.next32() % 10)" }
        .joined()
      let point = digits.index(digits.startIndex, offsetBy: Int(generator.next32()) % digits.count)
      let sign = generator.next32() % 2 == 0 ? "-" : ""
      let exponent = generator.next32() % 2 == 0 ? "e\(Int(generator.next32() % 60) - 30)" : ""
      texts.append("\(sign)\(digits[..<point]).\(digits[point...])\(exponent)")
    }
    let tensor = try Self.tensor("[\(texts.joined(separator: ", "))]")
    for (text, value) in zip(texts, tensor.elements) {
      let expected = Float(try #require(Double(text), "\(text)"))
      #expect(value.bitPattern == expected.bitPattern, "\(text)")
    }
  }

  /// Whether a pasted tensor shows more than float32 holds.
  @Test(arguments: [
    ("tensor([1, 2])", false), ("tensor([16777216])", false), ("tensor([16777217])", true),
    ("tensor([0.1000, 2.5], dtype=torch.float64)", false),
    ("tensor([0.1234567], dtype=torch.float64)", false),
    ("tensor([0.1234567891], dtype=torch.float64)", true),
    ("tensor([1e39], dtype=torch.float64)", true), ("tensor([nan, inf, 1e-7])", false),
    ("tensor([123456789012345678], dtype=torch.int64)", true), ("[16777217]", false),
  ])
  func lostDigitsAreNoted(source: String, isNoted: Bool) {
    var notebook = Notebook()
    let notes = notebook.run("tensor \(source)").notes
    #expect(notes.contains(.digitsLost) == isNoted)
  }
}
