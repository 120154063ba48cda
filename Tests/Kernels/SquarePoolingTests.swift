import Foundation
import TestSupport
import Testing

@testable import Kernels

/// Windows of two by two side by side, which loops of their own go through.
///
/// ``VectorWidthTests`` sees that they do the same at each width of vectors.
@Suite struct SquarePoolingTests {
  /// NaNs of several payloads, one of them signalling, beside what else is special.
  static let special: [Float] =
    [0x7fc0_0001, 0x7fc1_2345, 0xffc0_0002, 0x7f80_0001, 0xffff_ffff].map(Float.init(bitPattern:))
    + [.infinity, -.infinity, 0, -0.0, 0, -0.0, 1, 1, 2, -1e-45, .greatestFiniteMagnitude]

  /// Ordinary values among which one in so many is special; all of them for 1.
  static func values(_ count: Int, oneIn rarity: Int, _ random: inout TestRandom) -> [Float] {
    (0..<count).map { _ in
      Int.random(in: 0..<rarity, using: &random) == 0
        ? special[Int.random(in: 0..<special.count, using: &random)]
        : .random(in: -2...2, using: &random)
    }
  }

  private func expected(_ input: [Float], _ shape: PoolingShape) -> ([UInt32], [Int32]) {
    var (values, places): ([UInt32], [Int32]) = ([], [])
    for plane in 0..<shape.planes {
      for y in 0..<shape.height / 2 {
        for x in 0..<shape.width / 2 {
          let corner = 2 * y * shape.width + 2 * x
          var (largest, place) = (input[plane * shape.inPlane + corner], corner)
          for other in [corner + 1, corner + shape.width, corner + shape.width + 1] {
            let value = input[plane * shape.inPlane + other]
            if value > largest || value.isNaN { (largest, place) = (value, other) }
          }
          values.append(largest.bitPattern)
          places.append(Int32(place))
        }
      }
    }
    return (values, places)
  }

  private func check(
    _ input: [Float], _ shape: PoolingShape,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let (values, places) = expected(input, shape)
    // Nothing past the last output is written.
    let margin = 16
    var output = [Float](repeating: 7, count: values.count + margin)
    var indices = [Int32](repeating: -7, count: output.count)
    try MaxPooling.forward(input: input, output: &output, indices: &indices, shape: shape)
    #expect(
      bits(output) == values + bits(.init(repeating: 7, count: margin)), sourceLocation: location)
    #expect(indices == places + .init(repeating: -7, count: margin), sourceLocation: location)

    var alone = [Float](repeating: 7, count: output.count)
    try MaxPooling.forward(input: input, output: &alone, indices: nil, shape: shape)
    #expect(bits(alone) == bits(output), sourceLocation: location)
  }

  @Test(arguments: 2...81) func planesOfAnyWidth(width: Int) throws {
    var random = TestRandom(seed: 51)
    for (planes, height) in [(1, 2), (3, 7), (2, 12)] {
      let shape = PoolingTests.shape(planes, height, width, 2, 2)
      for rarity in [1, 3, 60, 1_000_000] {
        try check(Self.values(planes * height * width, oneIn: rarity, &random), shape)
      }
    }
  }

  /// Many planes, more rows than are pooled at once, and a row that is pooled another way.
  @Test(arguments: [(300, 8, 8), (40, 24, 25), (1, 603, 500), (1, 2, 131_076)])
  func planesInParts(planes: Int, height: Int, width: Int) throws {
    var random = TestRandom(seed: 52)
    try check(
      Self.values(planes * height * width, oneIn: 40, &random),
      PoolingTests.shape(planes, height, width, 2, 2))
  }

  /// Where the input ends the process may not read on.
  @Test(arguments: [2, 5, 15, 16, 17, 31, 32, 33, 56]) func nothingPastTheInputIsRead(
    width: Int
  ) throws {
    let shape = PoolingTests.shape(1, 4, width, 2, 2)
    let page = Int(getpagesize())
    let pages = try #require(
      mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    defer { munmap(pages, 2 * page) }
    try #require(mprotect(pages + page, page, PROT_NONE) == 0)
    let count = shape.inPlane
    let end = (pages + page).assumingMemoryBound(to: Float.self)
    for index in 0..<count { end[index - count] = Float(index) }
    var output = [Float](repeating: 0, count: shape.outPlane)
    try MaxPooling.forward(input: end - count, output: &output, indices: nil, shape: shape)
    #expect(output.last == Float(3 * width + width / 2 * 2 - 1))
  }
}
