import Tensors
import Testing

@testable import Notebook

struct LiteralParserTests {
  private static func tensor(_ source: String) throws -> Tensor {
    let cell = try Parser.parse("tensor \(source)")
    guard cell.commands.count == 1, cell.commands[0].arguments.count == 1,
      case .literal(let tensor) = cell.commands[0].arguments[0].value
    else { throw Diagnostic(message: "no literal", range: 0..<0) }
    return tensor
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
    ("[«x»]", "'x' is no number"),
    ("[1, «0x10»]", "'0x10' is no number"),
    ("[1, «1_000»]", "'1_000' is no number"),
    ("[1, «infinity»]", "'infinity' is no number"),
    ("[1, «--2»]", "'--2' is no number"),
    ("[1, «,»2]", "',' is no number"),
    ("[1 «2»]", "unexpected '2'"),
    ("[1,  «...», 9]", "a summarized tensor ('...') does not hold all its values"),
    ("tensor([[1., «...», 2.]])", "a summarized tensor ('...') does not hold all its values"),
    ("«[»1, 2", "the '[' is not closed"),
    ("[[1, 2], «[»3", "the '[' is not closed"),
    ("tensor«(»[1]", "the '(' is not closed"),
    ("[[[[[[[[«[»1]]]]]]]]]", "a literal has at most 8 levels"),
    (
      "tensor([1],« device='cuda:0'»)",
      "'device='cuda:0'' is nothing that a printed tensor ends with"
    ),
  ])
  func refusesWhatIsNoTensor(text: String, message: String) throws {
    let marked = Marked("tensor " + text)
    let failure = try #require(throws: Diagnostic.self) { try Parser.parse(marked.source) }
    #expect(failure.message == message)
    #expect(failure.range == marked.range)
  }

  /// As it is pasted: without the command's name before it.
  @Test func aPrintedTensorAloneIsTheCommand() {
    var notebook = Notebook()
    let cell = "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<AddBackward0>) as t"
    #expect(notebook.run(cell).text == "tensor([[1., 2.],\n        [3., 4.]])")
    #expect(notebook.run("tensor([1.]); t[1, 0]").text == "tensor(3.)")
    let parameter = "Parameter containing:\ntensor([5., 6.], requires_grad=True)"
    #expect(notebook.run(parameter).text == "tensor([5., 6.])")
    #expect(notebook.run("tensor(").failure?.message == "'' is no number")
  }
}
