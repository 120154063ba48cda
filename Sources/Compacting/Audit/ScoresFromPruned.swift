import Gradients
import Pruning
import Tensors

/// The mask was chosen by weights that had been pruned already.
struct ScoresFromPruned: AuditCheck {
  let name = "scores from pruned weights"

  func missing(in layer: AuditedLayer) -> String? {
    guard let mask = layer.affine.weight.mask else { return "a mask" }
    guard mask.question != nil, mask.looksAtWeightsAlone else {
      return "a mask that was asked for by a score of the weight alone"
    }
    return layer.before != nil || layer.affine.weight.isPruned ? nil : "the weight before pruning"
  }

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    let pruned = layer.affine.weight.variable.tensor
    guard let mask = layer.affine.weight.mask, let question = mask.question,
      !question.isGlobal
    else { return [] }
    let gone = try zip(
      pruned.absoluteSums(in: mask.partition), layer.dense.absoluteSums(in: mask.partition)
    )
    .enumerated().filter { $1.0 == 0 && $1.1 != 0 }.map(\.offset)
    guard !gone.isEmpty else { return [] }
    func chosen(by weight: Tensor) throws -> Tensor {
      var generator = Generator(seed: 0)
      return try question.mask(of: ScoreSource(Variable(weight)), generator: &generator).tensor
    }
    let (ofPruned, ofDense) = (try chosen(by: pruned), try chosen(by: layer.dense))
    guard ofPruned.isIdentical(to: mask.tensor), !ofDense.isIdentical(to: mask.tensor) else {
      return []
    }
    let other = mask.tensor.elements.indices.filter {
      mask.tensor.elements[$0] != ofDense.elements[$0]
    }
    let groups = AuditWords.groups(other, of: mask.structure, in: mask.partition)
    return [
      (
        "the mask is that of the pruned weight; by the dense one \(groups) would be decided otherwise",
        Self.asking(question, of: mask.partition, layer)
          ?? "choose the mask before prune, or of a dense copy"
      )
    ]
  }

  /// The question once more, with the norms of the weight before pruning.
  private static func asking(
    _ question: MaskQuestion, of partition: Partition, _ layer: AuditedLayer
  ) -> String? {
    guard layer.affine.weight.isPruned, question.parts.count == 1, question.score.name == "l1",
      partition.view == partition.weight
    else { return nil }
    let amount =
      switch question.parts[0].amount {
      case .share(let share, _): PythonNumber.text(share)
      case .count(let count): "count=\(count)"
      }
    let inside = partition.inside.sorted().map(String.init)
    let sum =
      inside.isEmpty
      ? "" : ".sum((\(inside.joined(separator: ","))\(inside.count == 1 ? "," : "")))"
    let structure = question.parts[0].structure
    let named = structure.isOfFilters ? "" : "structure=\(structure.name) "
    return "mask \(amount) \(named)score=\(layer.name).weight_orig.abs()\(sum) \(layer.name)"
  }
}
