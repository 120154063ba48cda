import Tensors
import Testing

@testable import Pruning

/// Groups against their definition: elements that agree in every dimension outside.
struct PartitionTests {
  private static let shapes: [Shape] = [
    [2, 3, 4, 5], [3, 1, 2, 2], [1, 1, 1, 1], [4, 2, 1, 3], [6, 5], [7], [],
  ]

  /// Each element's indices, in row-major order.
  private static func indices(_ shape: Shape) -> [[Int]] {
    shape.dimensions.reduce([[]]) { rows, size in
      rows.flatMap { row in (0..<size).map { row + [$0] } }
    }
  }

  private static func subsets(_ rank: Int) -> [Set<Int>] {
    (0..<(1 << rank)).map { bits in Set((0..<rank).filter { bits >> $0 & 1 == 1 }) }
  }

  @Test(arguments: shapes) func groupsAreWhatAgreesOutside(_ shape: Shape) throws {
    for inside in Self.subsets(shape.rank) {
      let partition = Partition(of: shape, inside: inside)
      let outside = shape.dimensions.indices.filter { !inside.contains($0) }
      #expect(partition.groups.dimensions == outside.map { shape[$0] })
      #expect(partition.count * partition.groupSize == shape.count)
      let groups = Self.indices(partition.groups)
      let expected = Self.indices(shape).map { indices in
        groups.firstIndex(of: outside.map { indices[$0] })
      }
      #expect((0..<shape.count).map { partition.group(of: $0) } == expected)
      var found: [Int] = []
      try partition.forEachRun { run in
        #expect(run.elements.lowerBound == found.count)
        found += run.elements.indices.map {
          run.group + $0 * run.stride - run.elements.lowerBound * run.stride
        }
      }
      #expect(found == expected)
    }
  }

  @Test func aMaskSpreadsOverItsGroups() throws {
    for inside in Self.subsets(4) {
      let partition = Partition(of: [2, 3, 2, 3], inside: inside)
      let mask = Mask(
        Tensor((0..<partition.count).map { Float($0 % 2) }, shape: partition.groups),
        of: partition)
      let expected = (0..<36).map { Float(partition.group(of: $0) % 2) }
      #expect(try mask.spread().elements == expected)
      let weight = Tensor((0..<36).map { Float($0) - 18 }, shape: [2, 3, 2, 3])
      #expect(
        try mask.applied(to: weight).elements == zip(weight.elements, expected).map { $0 * $1 })
      #expect(try mask.removedCount == partition.count - partition.count / 2)
      #expect(try mask.elementwise().tensor.elements == expected)
    }
  }

  /// A group takes part while anything of it does; two masks of other groups meet in the groups common to both.
  @Test func masksOfOtherGroupsMeet() throws {
    let weight: Shape = [2, 2, 1, 2]
    let filters = Partition.filters(of: weight)
    let columns = Partition(of: weight, inside: [0, 1, 2])
    let first = Mask(Tensor([0, 1], shape: [2]), of: filters)
    let second = Mask(Tensor([1, 0], shape: [2]), of: columns)
    let both = try first.intersection(second)
    #expect(both.tensor.shape == [2, 2])
    #expect(both.tensor.elements == [0, 0, 1, 0])
    #expect(try both.spread().elements == [0, 0, 0, 0, 1, 0, 1, 0])
    #expect(try both.kept(of: filters) == [false, true])
    #expect(try both.kept(of: columns) == [true, false])
    #expect(try first.intersection(first).partition == filters)
    // A bias has a number for each filter and for nothing else.
    #expect(first.ofBias?.tensor.elements == [0, 1])
    #expect(second.ofBias == nil)
    #expect(both.ofBias?.tensor.elements == [0, 1])
  }

  @Test func magnitudesAreOfEachGroup() throws {
    let partition = Partition(of: [2, 3], inside: [0])
    let found = try partition.magnitudes(
      of: Tensor([1, 0, -.infinity, -3, 0, .nan], shape: [2, 3]))
    #expect(found.map(\.largest)[..<2] == [3, 0])
    #expect(found[2].largest.isNaN)
    #expect(found.map(\.zeros) == [0, 2, 0])
    #expect(found.map(\.count) == [2, 2, 2])
  }

  @Test func amountsRoundAsPythonDoes() {
    #expect(Amount.share(0.5, .int).removed(of: 5) == 2)
    #expect(Amount.share(0.29, .int).removed(of: 100) == 28)
    #expect(Amount.share(0.5, .even).removed(of: 5) == 2)
    #expect(Amount.share(0.5, .even).removed(of: 3) == 2)
    #expect(Amount.count(4).removed(of: 3) == 3)
    #expect(Amount.Rounding.allCases.map(\.pythonName) == ["int", "round"])
  }
}
