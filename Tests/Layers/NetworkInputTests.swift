import Kernels
import Tensors
import Testing
import TestSupport

@testable import Layers

/// Which input a network draws: the smallest that runs through it.
struct NetworkInputTests {
  private static var pool: MaxPool2d {
    MaxPool2d(.init(kernelSize: 2, stride: nil, padding: 0))
  }

  private static func convolution(_ input: Int, _ output: Int, _ size: Int) throws -> Conv2d {
    var generator = Generator(seed: 0)
    return try Conv2d(.init(input, output, kernelSize: Pair(size)), generator: &generator)
  }

  private static func linear(_ input: Int) throws -> Linear {
    var generator = Generator(seed: 0)
    return try Linear(input, 2, generator: &generator)
  }

  /// As the search of every side from 1 would find it.
  @Test func isTheSmallestThatRunsThrough() throws {
    let batch = try BatchNorm2d(2)
    let networks: [[any Layer]] = [
      [try Self.convolution(3, 4, 5)], [Self.pool, Self.pool, Self.pool],
      [try Self.convolution(1, 2, 5), Self.pool, try Self.convolution(2, 3, 5), Self.pool],
      [try Self.convolution(1, 2, 3), Self.pool, FlattenLayer(), try Self.linear(50)],
      [try Self.convolution(1, 2, 3), FlattenLayer(), try Self.linear(2)],
      [try Self.convolution(1, 2, 4), batch, ReLULayer()],
    ]
    for network in networks.map({ Network($0) }) {
      let channels = network.drawnInput[1]
      let sides = (4...64).map { $0 } + [3, 2, 1]
      let smallest = sides.first { (try? network.outputShape([1, channels, $0, $0])) != nil }
      let side = try #require(smallest)
      #expect(network.drawnInput == [1, channels, side, side])
      #expect(network.smallestInput == network.drawnInput)
    }
  }

  /// Ten halvings need 1026 rows, more than any search by one side after the other would try.
  @Test func deepNetworksAreDrawnFor() throws {
    let network = Network(
      [try Self.convolution(1, 4, 3)] + Array(repeating: Self.pool, count: 10))
    #expect(network.drawnInput == [1, 1, 1026, 1026])
    #expect(try network.outputShape(network.drawnInput) == [1, 4, 1, 1])
  }

  /// A gigabyte is not drawn unasked, but the size is known.
  @Test func hugeInputsAreNamedAndNotDrawn() {
    let network = Network(Array(repeating: Self.pool, count: 14))
    #expect(network.smallestInput == [1, 1, 16384, 16384])
    #expect(network.drawnInput == [1, 1, 4, 4])
  }

  @Test func rowsAreDrawnForFeatures() throws {
    #expect(Network([try Self.linear(5)]).drawnInput == [1, 5])
    #expect(Network([ReLULayer(), try Self.linear(5)]).drawnInput == [1, 5])
    let flat = Network([FlattenLayer(), try Self.linear(8)])
    #expect(flat.drawnInput == [1, 8])
    #expect(
      Network([FlattenLayer(), try Self.linear(36)]).drawnInput == [1, 1, 6, 6])
  }

  @Test func nothingRunsThroughSomeNetworks() throws {
    for network in [
      Network([try Self.convolution(1, 2, 3), try Self.convolution(3, 2, 3)]),
      Network([try Self.linear(3), try Self.linear(3)]),
      Network([try Self.convolution(1, 2, 3), FlattenLayer(), try Self.linear(3)]),
    ] { #expect(network.smallestInput == nil) }
  }
}
