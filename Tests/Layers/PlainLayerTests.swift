import Gradients
import Kernels
import Tensors
import Testing

@testable import Layers

struct PlainLayerTests {
  static let layers: [any PlainLayer] = [
    ReLULayer(), LeakyReLULayer(slope: 0.01), LeakyReLULayer(slope: 0.2), SigmoidLayer(),
    TanhLayer(), MaxPool2d(Pooling(kernelSize: 2)),
    MaxPool2d(Pooling(kernelSize: 3, stride: 2, padding: 1)),
    AvgPool2d(Pooling(kernelSize: 3, stride: 2, padding: 1)), FlattenLayer(),
  ]

  /// What PyTorch 1.13.1 prints for each module.
  @Test func printsAsPyTorch() {
    let texts = [
      "ReLU()", "LeakyReLU(negative_slope=0.01)", "LeakyReLU(negative_slope=0.2)", "Sigmoid()",
      "Tanh()", "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)",
      "MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)",
      "AvgPool2d(kernel_size=3, stride=2, padding=1)", "Flatten(start_dim=1, end_dim=-1)",
    ]
    #expect(Self.layers.map(\.description) == texts)
  }

  @Test(arguments: layers.indices) func foretellsItsShape(_ index: Int) throws {
    var layer = Self.layers[index]
    for shape in [[1, 1, 3, 3], [2, 3, 4, 7]] as [Shape] {
      let value = try layer.forward(Variable(Tensor(repeating: 1, shape: shape)))
      #expect(try layer.outputShape(shape) == value.tensor.shape)
    }
  }

  /// PyTorch gives back the same tensor, without a step in the graph.
  @Test func aMatrixIsFlat() throws {
    let leaf = Leaf(isParameter: false)
    let value = try FlattenLayer().apply(
      to: Variable(Tensor(repeating: 1, shape: [2, 3]), source: .leaf(leaf)))
    #expect(value.leaf == leaf)
  }

  @Test func refusesWhatDoesNotFit() {
    let pool = MaxPool2d(Pooling(kernelSize: 3))
    #expect(
      pool.refusal(of: [1, 1, 2, 4])
        == "the kernel reaches over 3 × 3, more than the padded input of 2 × 4")
    #expect(
      pool.refusal(of: [4, 4])
        == "the layer expects an input of shape [N, C, H, W] or [C, H, W], not [4, 4]")
    #expect(pool.refusal(of: [0, 1, 4, 4]) == "the input of shape [0, 1, 4, 4] has no elements")
    #expect(
      AvgPool2d(Pooling(kernelSize: 2, padding: 2)).refusal(of: [1, 1, 4, 4])
        == "padding must be at most half of K, and 2 is more than half of 2")
    #expect(
      FlattenLayer().refusal(of: [3]) == "the layer expects an input of shape [N, …], not [3]")
    #expect(ReLULayer().refusal(of: []) == nil)
  }

  /// The side is named on which the padding is too large.
  @Test func namesTheSideThatIsPaddedTooMuch() {
    func message(_ kernel: Pair, _ padding: Pair) -> String {
      LayerError.paddingTooLarge(padding, kernelSize: kernel).message
    }
    let start = "padding must be at most half of K, and "
    #expect(message(Pair(4, 2), Pair(2, 2)) == start + "2 is more than half of 2")
    #expect(message(Pair(4, 2), Pair(3, 1)) == start + "3 is more than half of 4")
  }

  @Test func pairsAreWrittenAsShortAsCanBe() {
    #expect(Pair(3).argument == "3" && Pair(3, 5).argument == "3x5" && Pair(3).tuple == "(3, 3)")
  }
}
