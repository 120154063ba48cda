import Functions
import Gradients
import Tensors
import Testing

@Suite struct DatumTests {
  private let vector = Datum.tensor(TensorValue(Tensor([1.5, 2], shape: [2])))
  private let places = Datum.tensor(.int64(IntegerTensor([3, 0], shape: [2])))

  @Test func printsAsPython() throws {
    let cases: [(Datum, String)] = [
      (.none, "None"), (.scalar(.boolean(true)), "True"),
      (.scalar(.integer(-3)), "-3"), (.scalar(.float(0.1)), "0.1"), (.text("mean"), "mean"),
      (.size([2, 3]), "torch.Size([2, 3])"),
      (.size([]), "torch.Size([])"), (.type(.float32), "torch.float32"),
      (.gradientFunction("SumBackward0"), "<SumBackward0>"),
      (vector, "tensor([1.5000, 2.0000])"), (places, "tensor([3, 0])"),
      (.tensor(TensorValue(scalar: true)), "tensor(True)"),
      (.tuple([]), "()"), (.tuple([.scalar(.integer(1))]), "(1,)"),
      (.tuple([vector, .tensor(TensorValue(scalar: 2))]), "(tensor([1.5000, 2.0000]), tensor(2))"),
      (.list([.none, .list([]), .text("a")]), "[None, [], 'a']"),
      (
        .tuple([.text("a'b"), .text("a\"b"), .text("a'\"b"), .text("a\nb\\é\u{1}")]),
        #"("a'b", 'a"b', 'a\'"b', 'a\nb\\é\x01')"#
      ),
    ]
    for (value, text) in cases { #expect(try value.text() == text) }
  }

  /// PyTorch 2.15.0: `print((torch.tensor([1.5, 2]).topk(2), 1))`, with other places.
  @Test func printsSeveralResultsAsPyTorch() throws {
    let variable = Variable(Tensor([1.5, 2], shape: [2]), source: .leaf(Leaf(isParameter: false)))
    let fields = Datum.fields(
      NamedFields(
        "topk", values: .float32(variable), indices: .int64(IntegerTensor([1, 0], shape: [2]))))
    let text = """
      torch.return_types.topk(
      values=tensor([1.5000, 2.0000], requires_grad=True),
      indices=tensor([1, 0]))
      """
    #expect(try fields.text() == text)
    #expect(try Datum.tuple([fields, .scalar(.integer(1))]).text() == "(\(text), 1)")
    #expect(try Attributes.value("indices", of: fields)?.text() == "tensor([1, 0])")
    #expect(Attributes.names(of: fields) == ["indices", "values"])
    #expect(try Attributes.value("T", of: fields) == nil)
    #expect(try fields.element(at: -1)?.text() == "tensor([1, 0])")
    #expect(throws: Refusal.self) { try fields.element(at: 2) }
  }

  @Test func tensorsHaveAttributes() throws {
    let leaf = Variable(
      Tensor([0, 1, 2, 3, 4, 5], shape: [1, 2, 3]), source: .leaf(Leaf(isParameter: false)))
    let sum = Datum.tensor(.float32(try Variable(Sum(), leaf)))
    func text(_ name: String, _ value: Datum) throws -> String? {
      try Attributes.value(name, of: value)?.text()
    }
    let tensor = Datum.tensor(.float32(leaf))
    #expect(try text("shape", tensor) == "torch.Size([1, 2, 3])")
    #expect(try text("dtype", tensor) == "torch.float32")
    #expect(try text("ndim", tensor) == "3")
    #expect(try text("requires_grad", tensor) == "True")
    #expect(try text("is_leaf", tensor) == "True")
    #expect(try text("grad_fn", tensor) == "None")
    #expect(try text("is_leaf", sum) == "False")
    #expect(try text("grad_fn", sum) == "<SumBackward0>")
    #expect(try text("dtype", places) == "torch.int64")
    #expect(try text("is_leaf", places) == "True")
    #expect(try text("requires_grad", places) == "False")
    #expect(try text("T", places) == "tensor([3, 0])")
    #expect(
      try text("mT", tensor) == """
        tensor([[[0., 3.],
                 [1., 4.],
                 [2., 5.]]], grad_fn=<TransposeBackward0>)
        """)
    #expect(
      try text("T", tensor) == """
        tensor([[[0.],
                 [3.]],

                [[1.],
                 [4.]],

                [[2.],
                 [5.]]], grad_fn=<PermuteBackward0>)
        """)
    #expect(try text("mT", .tensor(TensorValue(scalar: 1))) == "tensor(1)")
    #expect(throws: Refusal.self) { try Attributes.value("mT", of: vector) }
    #expect(try text("width", tensor) == nil)
  }

  @Test func sizesCanBeAsked() throws {
    let size = Datum.size([2, 3, 2])
    #expect(try Members.call("numel", of: size, [])?.text() == "12")
    #expect(try Members.call("count", of: size, [.scalar(.integer(2))])?.text() == "2")
    #expect(try Members.call("index", of: size, [.scalar(.integer(3))])?.text() == "1")
    #expect(throws: Refusal.self) { try Members.call("index", of: size, [.scalar(.integer(7))]) }
    #expect(throws: Refusal.self) { try Members.call("numel", of: size, [.none]) }
    #expect(try Members.call("sum", of: size, []) == nil)
    #expect(try Members.call("numel", of: vector, []) == nil)
    #expect(try size.element(at: -3)?.text() == "2")
    #expect(try size.slice(from: 1, to: nil)?.text() == "torch.Size([3, 2])")
    #expect(try size.slice(from: nil, to: -1, by: 2)?.text() == "torch.Size([2])")
    #expect(try size.slice(from: 2, to: 1)?.text() == "torch.Size([])")
    #expect(try vector.element(at: 0) == nil)
  }
}
