import Gradients
import Tensors
import Testing

@testable import Pruning

/// What holds for every row of the tables: structures, scores, units.
struct TablesTests {
  @Test func namesAreWordsOfTheirOwn() {
    for names in [
      SparseStructures.all.map { $0.name }, Scores.all.map { $0.name }, MaskUnits.all.map(\.name),
    ] {
      #expect(Set(names).count == names.count)
      for name in names { #expect(name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil, "\(name)") }
    }
  }

  @Test(arguments: [[4, 2, 3, 3], [5, 1, 1, 1], [3, 7], [1, 1, 2, 2]] as [Shape])
  func everyScoreHasANumberForEachGroup(_ shape: Shape) throws {
    let weight = Variable(Tensor((0..<shape.count).map { Float($0 % 5) - 2 }, shape: shape))
    for structure in SparseStructures.all {
      let partition = structure.partition(of: shape)
      #expect(partition.weight == shape)
      for score in Scores.all {
        let scores = try score.scores(of: weight, in: partition).tensor
        #expect(scores.shape == partition.groups)
        // In whole numbers every order of summation gives the same.
        var sums = [Float](repeating: 0, count: partition.count)
        for element in 0..<shape.count {
          sums[partition.group(of: element)] += weight.tensor.elements[element].magnitude
        }
        #expect(scores.elements == sums, "\(score.name) of \(structure.name)")
      }
    }
  }

  /// Forward every unit is the product with the mask; backward each has a rule of its own.
  @Test func everyUnitMasksForward() throws {
    let shape: Shape = [2, 1, 1, 2]
    let weight = Tensor([1, -2, 3, -4], shape: shape)
    let mask = Mask(Tensor([0, 1], shape: [2]), of: FilterStructure.partition(of: shape))
    let upstream = Tensor([5, 6, 7, 8], shape: shape)
    let gradients = ["dpu": [5, 6, 7, 8], "blocked": [0, 0, 7, 8]] as [String: [Float]]
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
