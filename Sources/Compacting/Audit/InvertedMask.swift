import Gradients
import Pruning
import Tensors

/// The groups that are kept have the lower score: one for zero.
struct InvertedMask: AuditCheck {
  let name = "inverted mask"
  private static let share = 0.9

  func missing(in layer: AuditedLayer) -> String? {
    guard let mask = layer.takingPart else { return "a mask" }
    return mask.looksAtWeightsAlone ? nil : "a score that looks at the weight alone"
  }

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    guard let mask = layer.takingPart, mask.partition.contest == nil else { return [] }
    let score = mask.question?.score ?? NormScore.l1
    var generator = Generator(seed: 0)
    let scores = try score.scores(
      of: ScoreSource(Variable(layer.dense)), in: mask.partition, generator: &generator
    ).tensor.elements
    let kept = scores.indices.filter(mask.keeps)
    guard !kept.isEmpty, kept.count < scores.count else { return [] }
    let test = RankTest(
      kept.map { scores[$0] }, below: scores.indices.filter { !mask.keeps($0) }.map { scores[$0] })
    guard test.smaller >= Self.share * test.pairs, test.isBeyondChance else { return [] }
    let groups = AuditWords.groups(kept, of: mask.structure, in: mask.partition)
    return [
      (
        "\(groups) are kept and have the lower \(score.name) in "
          + "\(AuditWords.percent(test.smaller / test.pairs)) of \(Int(test.pairs)) pairs "
          + "(at least 90 %, by chance less often than 1e-06)",
        layer.affine.weight.mask == nil
          ? "prune (1 - \(layer.name).weight_mask) \(layer.name)"
          : "mask (1 - \(layer.name).mask) \(AuditWords.key(mask.structure))\(layer.name)"
      )
    ]
  }
}
