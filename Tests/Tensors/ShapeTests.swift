import Testing

@testable import Tensors

struct ShapeTests {
  @Test func countsElements() throws {
    #expect(try Shape(checking: []).count == 1)
    #expect(try Shape(checking: [2, 3, 4]).count == 24)
    #expect(try Shape(checking: [2, 0, 4]).count == 0)
    #expect(try Shape(checking: [1 << 31]).count == 1 << 31)
    #expect(Shape([2, 3]).droppingFirst == [3])
    #expect(Shape([2, 3]).description == "[2, 3]")
    #expect(Shape([]).description == "[]")
  }

  @Test func refusesWhatNoTensorCanHave() {
    #expect(throws: ShapeError.negativeSize(-1)) { try Shape(checking: [2, -1]) }
    #expect(throws: ShapeError.negativeSize(-5)) { try Shape(checking: [-5, 0]) }
    #expect(throws: ShapeError.rankTooHigh(9)) {
      try Shape(checking: [Int](repeating: 1, count: 9))
    }
    // Empty or not: a part of an empty tensor is a tensor too.
    for sizes in [
      [(1 << 31) + 1], [1 << 16, 1 << 16], [1 << 40, 1 << 40], [.max, 2], [.max, 2, 0],
      [0, 1 << 32],
    ] {
      #expect(throws: ShapeError.tooManyElements(sizes)) { try Shape(checking: sizes) }
    }
    #expect(throws: Never.self) { try Shape(checking: [Int](repeating: 1, count: 8)) }
  }

  @Test func saysWhatIsWrong() {
    #expect(ShapeError.negativeSize(-3).message == "a size must not be negative, not -3")
    #expect(ShapeError.rankTooHigh(9).message == "a tensor has at most 8 dimensions, not 9")
    #expect(
      ShapeError.tooManyElements([65536, 65536]).message
        == "65536 × 65536 is more than 2^31 elements")
    #expect(
      ShapeError.tooLarge([30000, 30000], bytes: 3_600_000_000, free: 58_400_000).message
        == "30000 × 30000 takes 3.6 GB, and 58 MB of memory are free")
  }

  /// PyTorch's `torch.broadcast_shapes`; a dimension of 1 becomes 0 where the other one is empty.
  @Test(
    arguments: [
      ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([], [4], [4]), ([1], [0], [0]),
      ([0], [1], [0]), ([2, 1], [2, 0], [2, 0]), ([1, 1], [], [1, 1]), ([], [], []),
      ([2], [3], nil), ([2, 3], [2], nil), ([0], [2], nil),
    ] as [([Int], [Int], [Int]?)]) func broadcastsAsPyTorch(
      first: [Int], second: [Int], result: [Int]?
    ) throws
  {
    #expect(try Shape(first).broadcast(with: Shape(second))?.dimensions == result)
    #expect(try Shape(second).broadcast(with: Shape(first))?.dimensions == result)
  }
}
