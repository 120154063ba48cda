import Testing

@testable import Kernels

/// No shape whose arithmetic could overflow can be made.
@Suite struct WindowAxisTests {
  /// What making a convolution of one image and one channel says.
  static func error(
    _ height: Int = 4, _ width: Int = 4, kernel: Pair = 1, stride: Pair = 1, padding: Pair = 0,
    dilation: Pair = 1, channels: Int = 1, filters: Int = 1, groups: Int = 1, batch: Int = 1
  ) -> WindowError? {
    do throws(WindowError) {
      _ = try ConvolutionShape(
        batch: batch, inChannels: channels, height: height, width: width, outChannels: filters,
        kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
      return nil
    } catch {
      return error
    }
  }

  @Test func numbersTooSmallAreRefused() {
    #expect(Self.error(0) == .notPositive)
    #expect(Self.error(4, -1) == .notPositive)
    #expect(Self.error(kernel: Pair(1, 0)) == .notPositive)
    #expect(Self.error(stride: Pair(0, 1)) == .notPositive)
    #expect(Self.error(padding: Pair(0, -1)) == .notPositive)
    #expect(Self.error(dilation: Pair(1, .min)) == .notPositive)
    #expect(Self.error(channels: 0) == .notPositive)
    #expect(Self.error(groups: 0) == .notPositive)
    #expect(Self.error(batch: -1) == .notPositive)
  }

  @Test func numbersTooLargeAreRefused() {
    #expect(
      Self.error(padding: Pair(0, .max)) == .paddedTooLarge(Pair(4, .max)))
    #expect(Self.error(padding: Pair(1 << 30)) == .paddedTooLarge(Pair(4 + 1 << 31)))
    let half = Pair(.max / 2)
    #expect(Self.error(kernel: half, dilation: half).map(Self.isKernelTooLarge) == true)
    #expect(Self.error(kernel: 2, dilation: Pair(.max)).map(Self.isKernelTooLarge) == true)
    #expect(Self.error(kernel: Pair(.max)).map(Self.isKernelTooLarge) == true)
    #expect(
      Self.error(1 << 16, 1 << 16) == .tooManyElements([1, 1, 1 << 16, 1 << 16]))
    #expect(
      Self.error(channels: .max, filters: 1) == .tooManyElements([1, .max, 4, 4]))
    #expect(Self.error(filters: .max) == .tooManyElements([.max, 1, 1, 1]))
    let side = 4 + 1 << 21
    #expect(Self.error(padding: Pair(1 << 20)) == .tooManyElements([1, 1, side, side]))
    // A kernel of 2^30 weights along a row of 2^29 outputs.
    #expect(
      Self.error(1, 1 << 29, kernel: Pair(1, 1 << 30), padding: Pair(0, 1 << 29))
        == .scratchTooLarge)
    #expect(Self.error(channels: 3, groups: 2) == .channels)
    #expect(Self.error(channels: 2, filters: 3, groups: 2) == .channels)
  }

  private static func isKernelTooLarge(_ error: WindowError) -> Bool {
    if case .kernelTooLarge = error { true } else { false }
  }

  /// Whatever the stride, it leads no further than out of the input.
  @Test func longStridesAreAllOne() throws {
    for stride in [5, 1 << 31, .max] {
      #expect(Self.error(stride: Pair(stride)) == nil)
      let axis = try WindowAxis.both(
        height: 4, width: 3, kernel: 2, stride: Pair(stride), padding: 0, dilation: 1)
      #expect(axis.rows.outputs == 1 && axis.columns.outputs == 1)
      #expect(axis.rows.stride == 4 && axis.columns.stride == 3)
    }
  }

  @Test func poolingChecksItsPaddingToo() {
    func error(_ kernel: Pair, _ padding: Pair, dilation: Pair = 1) -> WindowError? {
      do throws(WindowError) {
        _ = try PoolingShape(
          planes: 2, height: 5, width: 6, kernel: kernel, stride: 1, padding: padding,
          dilation: dilation)
        return nil
      } catch {
        return error
      }
    }
    #expect(error(2, 1) == nil)
    #expect(error(Pair(2, 4), Pair(1, 2)) == nil)
    #expect(error(Pair(2, 4), Pair(2, 2)) == .paddingTooLarge(Pair(2, 2), kernel: Pair(2, 4)))
    #expect(error(3, 2, dilation: 3) == .paddingTooLarge(2, kernel: 3))
    #expect(error(Pair(.max), Pair(.max)) != nil)
    #expect(error(Pair(1 << 31), 0) == .kernelTooLarge(padded: Pair(5, 6), reach: Pair(1 << 31)))
  }

  /// What plans hold is in proportion to what taps read, whatever stride, padding and dilation.
  @Test func scratchIsBounded() throws {
    var random = TestRandom(seed: 3)
    func some() -> Int { 1 << Int.random(in: 0...30, using: &random) }
    var (tried, large) = (0, 0)
    while tried < 400 {
      let shape = try? ConvolutionShape(
        batch: 2, inChannels: 1, height: some(), width: some(), outChannels: 1,
        kernel: Pair(min(some(), 64), min(some(), 64)), stride: Pair(some(), some()),
        padding: Pair(some() - 1, some() - 1), dilation: Pair(some(), some()))
      guard let shape, shape.inPlane < 1 << 20, shape.outPlane < 1 << 20 else { continue }
      tried += 1
      var plans = [try shape.forwardPlan()]
      for row in try shape.rows.gradientPhases() {
        for column in try shape.columns.gradientPhases() {
          plans.append(try shape.inputGradientPlan(row, column))
        }
      }
      for plan in plans {
        let read = plan.taps.count * max(1024, plan.outWidth)
        #expect(plan.planesSize(channels: 1) <= 1 << 17 + 32 * read, "\(shape)")
        if plan.planesSize(channels: 1) > 1 << 17 { large += 1 }
        let groups = try plan.groups()
        let offsets = try plan.offsets(channels: 1)
        let last = (groups.last ?? 0) + (offsets.max() ?? 0) + 8
        #expect(last <= plan.planesSize(channels: 1), "\(shape)")
      }
    }
    #expect(large > 0)
  }

  /// With dilation a window may have no tap but in the padding: nothing is largest there.
  @Test func aWindowOfPaddingAloneIsEmpty() throws {
    let shape = try PoolingShape(
      planes: 1, height: 3, width: 4, kernel: 2, stride: 1, padding: 1, dilation: 4)
    var output: [Float] = .init(repeating: 1, count: shape.outPlane)
    var indices: [Int32] = .init(repeating: 1, count: shape.outPlane)
    let input = [Float](repeating: 5, count: 12)
    try MaxPooling.forward(input: input, output: &output, indices: &indices, shape: shape)
    #expect(output.allSatisfy { $0 == -.infinity } && indices.allSatisfy { $0 == -1 })
    var gradient = [Float](repeating: 9, count: 12)
    try MaxPooling.gradient(
      upstream: output, indices: indices, gradient: &gradient, shape: shape)
    #expect(gradient.allSatisfy { $0 == 0 })
  }
}
