import Gradients
import Layers
import Pruning
import Tensors

extension Row {
  /// Forward and input gradient of one layer, masked by each structure to each degree: where
  /// a mask saves time, and where it does not.
  ///
  /// `sparsity/STRUCTURE/PERCENT`: so many percent of the groups are masked, rounded down. A pattern
  /// has 3:4, 2:4, 1:4 and 1:8 in place of 25, 50, 75 and 90 percent; filters and channels together
  /// go in equal shares that leave as many weights.
  static var sparsity: [Row] {
    // Of a whole layer nothing would remain.
    let axes = AxisStructure.all.filter { $0.name != AxisStructure.depth.name }
    let blocks: [any SparseStructure] = [
      BlockStructure(rows: 4, columns: 4), VectorStructure(size: 4),
    ]
    return (axes + blocks).flatMap { structure in
      percents.map { sparsity(structure.name, $0, [part(structure, Double($0) / 100)]) }
    }
      + percents.compactMap { percent in
        patterns[percent].map { sparsity("pattern", percent, [MaskQuestion.Part($0)]) }
      }
      + percents.map { percent in
        let share = 1 - (1 - Double(percent) / 100).squareRoot()
        return sparsity(
          "filter+channel", percent, [AxisStructure.filter, .channel].map { part($0, share) })
      }
  }

  private static let percents = [0, 25, 50, 75, 90]

  private static let patterns = [
    25: PatternStructure(kept: 3, of: 4), 50: PatternStructure(kept: 2, of: 4),
    75: PatternStructure(kept: 1, of: 4), 90: PatternStructure(kept: 1, of: 8),
  ]

  private static func part(_ structure: any SparseStructure, _ share: Double) -> MaskQuestion.Part {
    MaskQuestion.Part(structure, removing: .share(share, .int))
  }

  private static func sparsity(
    _ structure: String, _ percent: Int, _ parts: [MaskQuestion.Part]
  ) -> Row {
    Row(name: "sparsity/\(structure)/\(percent)") {
      let layer = ConvolutionCase.all[2]
      let (input, weight, upstream) = try layer.tensors()
      var settings = Conv2d.Settings(layer.inChannels, layer.outChannels, kernelSize: 3)
      settings.padding = .zeros(1)
      var masked = try Conv2d(settings, weight: weight, bias: nil)
      var generator = Generator(seed: 0)
      masked.parts.weight.mask = try MaskQuestion(parts).mask(
        of: ScoreSource(Variable(weight)), generator: &generator)
      let convolve = try Convolve(input: input.shape, weight: weight.shape, padding: 1)
      return {
        // The unit's part of the forward pass: the mask is applied in each step.
        let used = try masked.parts.valuesInUse().weight
        let pass = try ForwardPass(of: convolve, [input, used], wanted: [true, false])
        _ = try convolve.gradients(upstream, after: pass)
      }
    }
  }
}
