import Gradients
import Tensors
import Testing

@testable import Layers

/// A network within a network, and the expressions that make the same layers in PyTorch.
struct NestedNetworkTests {
  private static func network() throws -> Network {
    var generator = Generator(seed: 1)
    var settings = Conv2d.Settings(1, 2, kernelSize: 3)
    settings.padding = .same
    let inner = Network([try Conv2d(settings, generator: &generator), ReLULayer()])
    return Network([
      inner, try BatchNorm2d(2), FlattenLayer(),
      try Linear(32, 3, hasBias: false, generator: &generator),
    ])
  }

  /// What PyTorch 2.15.0 prints for it.
  @Test func printsAsPyTorch() throws {
    #expect(
      try Self.network().description == """
        Sequential(
          (0): Sequential(
            (0): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=same)
            (1): ReLU()
          )
          (1): BatchNorm2d(2, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
          (2): Flatten(start_dim=1, end_dim=-1)
          (3): Linear(in_features=32, out_features=3, bias=False)
        )
        """)
  }

  /// Run by PyTorch 2.15.0, it gives a module that prints as above.
  @Test func hasAConstructor() throws {
    #expect(
      try Self.network().constructor { "torch.nn.\($0)" } == """
        torch.nn.Sequential(
          torch.nn.Sequential(
            torch.nn.Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding='same'),
            torch.nn.ReLU(),
          ),
          torch.nn.BatchNorm2d(2),
          torch.nn.Flatten(start_dim=1, end_dim=-1),
          torch.nn.Linear(in_features=32, out_features=3, bias=False),
        )
        """)
    #expect(Network([]).constructor { "torch.nn.\($0)" } == "torch.nn.Sequential()")
  }

  @Test func itsPartsHaveNamesOnTheWayDown() throws {
    var network = try Self.network()
    #expect(
      network.namedParameters.map(\.name) == [
        "net1.conv1.weight", "net1.conv1.bias", "batchnorm1.weight", "batchnorm1.bias",
        "linear1.weight",
      ])
    network.isTraining = false
    #expect(network[child: "net1"]?[child: "conv1"]?.isTraining == false)
    let output = try network.forward(Variable(Tensor(repeating: 1, shape: [2, 1, 4, 4])))
    #expect(output.tensor.shape == [2, 3])
    #expect(network.drawnInput == [1, 1, 4, 4])
  }

  /// The error says the way down, too.
  @Test func anErrorNamesTheLayersOnTheWay() throws {
    let network = try Self.network()
    let error = #expect(throws: LayerError.self) { try network.outputShape([1, 2, 4, 4]) }
    #expect(
      error?.message
        == "net1, which an input of shape [1, 2, 4, 4] reached: conv1, which an input of "
        + "shape [1, 2, 4, 4] reached: the layer expects 1 channel, but the input of shape "
        + "[1, 2, 4, 4] has 2")
  }
}
