import Gradients
import Tensors
import Testing

@testable import Pruning

/// What holds for every row of the tables: structures, scores, units.
struct TablesTests {
  @Test func namesAreWordsOfTheirOwn() {
    for names in [
      AxisStructure.all.map(\.name), Scores.all.map(\.name), MaskUnits.all.map(\.name),
    ] {
      #expect(Set(names).count == names.count)
      for name in names { #expect(name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil, "\(name)") }
    }
  }

  /// Forward every unit is the product with the mask; backward each has a rule of its own.
  @Test func everyUnitMasksForward() throws {
    let shape: Shape = [2, 1, 1, 2]
    let weight = Tensor([1, -2, 3, -4], shape: shape)
    let mask = Mask(Tensor([0, 1], shape: [2]), of: Partition.filters(of: shape))
    let upstream = Tensor([5, 6, 7, 8], shape: shape)
    let gradients: [String: [Float]] = [
      "dpu": [5, 6, 7, 8], "blocked": [0, 0, 7, 8],
      "sr_ste": [5 + 2e-4 * 1, 6 + 2e-4 * -2, 7, 8],
    ]
    for unit in MaskUnits.all {
      let leaf = Leaf(isParameter: true)
      let output = try Variable(unit.operation(mask), [Variable(weight, source: .leaf(leaf))])
      #expect(output.tensor.elements == [0, 0, 3, -4], "\(unit.name)")
      let found = try Backward.gradients(of: output, upstream: upstream).leaves[leaf]
      #expect(found?.elements == gradients[unit.name], "\(unit.name)")
      #expect(output.node?.operation.isMask == true)
    }
  }
}
