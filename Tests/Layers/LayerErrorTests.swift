import Gradients
import Kernels
import Tensors
import Testing

@testable import Layers

struct LayerErrorTests {
  private static func message(
    _ settings: Conv2d.Settings, input: Shape = [1, 1, 1, 1]
  ) throws -> String? {
    var generator = Generator()
    do {
      var layer = try Conv2d(settings, generator: &generator)
      _ = try layer.forward(Variable(Tensor(repeating: 0, shape: input)))
      return nil
    } catch let error as LayerError {
      return error.message
    }
  }

  private static func settings(
    _ inChannels: Int, _ outChannels: Int, _ kernel: Int,
    _ change: (inout Conv2d.Settings) -> Void = { _ in }
  ) -> Conv2d.Settings {
    var settings = Conv2d.Settings(inChannels, outChannels, kernelSize: Pair(kernel))
    change(&settings)
    return settings
  }

  @Test func groupsMustDivideBothChannels() throws {
    #expect(
      try Self.message(Self.settings(3, 4, 1) { $0.groups = 2 })
        == "groups must divide IN, and 2 does not divide 3")
    #expect(
      try Self.message(Self.settings(4, 3, 1) { $0.groups = 2 })
        == "groups must divide OUT, and 2 does not divide 3")
    #expect(try Self.message(Self.settings(4, 2, 1) { $0.groups = 2 }, input: [1, 4, 1, 1]) == nil)
  }

  @Test func theInputMustFit() throws {
    #expect(
      try Self.message(Self.settings(1, 1, 1), input: [3, 3])
        == "the layer expects an input of shape [N, C, H, W] or [C, H, W], not [3, 3]")
    #expect(
      try Self.message(Self.settings(1, 1, 1), input: [1, 1, 0, 3])
        == "the input of shape [1, 1, 0, 3] has no elements")
    #expect(
      try Self.message(Self.settings(1, 1, 1), input: [1, 2, 3, 3])
        == "the layer expects 1 channel, but the input of shape [1, 2, 3, 3] has 2")
    #expect(
      try Self.message(Self.settings(3, 1, 1), input: [1, 2, 3, 3])
        == "the layer expects 3 channels, but the input of shape [1, 2, 3, 3] has 2")
  }

  @Test func theKernelMustFitIntoThePaddedInput() throws {
    #expect(
      try Self.message(Self.settings(1, 1, 3), input: [1, 1, 4, 2])
        == "the kernel reaches over 3 × 3, more than the padded input of 4 × 2")
    #expect(
      try Self.message(Self.settings(1, 1, 3) { $0.dilation = 3 }, input: [1, 1, 6, 8])
        == "the kernel reaches over 7 × 7, more than the padded input of 6 × 8")
    #expect(try Self.message(Self.settings(1, 1, 3) { $0.padding = .zeros(1) }) == nil)
  }

  @Test func sizesBeyondTheLimitAreRefused() {
    var generator = Generator()
    #expect(throws: ShapeError.tooManyElements([65536, 32768, 2, 2])) {
      try Conv2d(Self.settings(32768, 65536, 2), generator: &generator)
    }
    #expect(throws: ShapeError.self) {
      var layer = try Conv2d(
        Self.settings(1, 1, 1) { $0.padding = .zeros(Pair(1 << 29)) }, generator: &generator)
      _ = try layer.forward(Variable(Tensor(repeating: 0, shape: [1, 1, 1, 1])))
    }
  }
}
