import Language
import Layers
import Pruning
import Tensors

/// `mask RATE`: switches the filters of lowest L1 norm off in a Dynamic Pruning Unit.
enum MaskCommand: Command {
  static let name = "mask"
  static let worksOnLayer = true
  static let summary = "mask the filters of lowest L1 norm, show the mask, or remove it"
  static let details = """
    mask RATE gives the int(OUT × RATE) filters of lowest score a 0, the others a 1; ties are broken
    as torch.topk breaks them. The mask sits in a Dynamic Pruning Unit:

      forward:   weight · mask (and bias · mask)
      gradient:  passed straight through, as if the mask were not there

    So a masked filter still learns, and mask RATE again can bring it back. mask off removes it.
    mask TENSOR takes zeros and ones that are given: one for each filter, or of the weight's shape,
    where each weight is masked by itself and the bias is not. A tensor without dimensions is a rate.
    On a network each convolution gets a mask of its own at that rate, shown behind its name.
    After prune the scores are those of the masked product, as PyTorch would compute them.
    """
  static let example = """
    conv 1 4 3;
    scores
    #> tensor([1.2192, 1.2752, 1.4779, 1.9360], grad_fn=<SumBackward1>)
    mask 0.5
    #> tensor([0., 0., 1., 1.])
    """

  static let rate = Argument<Double>.rate()
  static let off = Argument<String>.choice("off", ["off"])
  static let given = Argument<TensorSyntax>.tensor()
  static let forms = [Form(), Form(off), Form(rate), Form(given)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if call.has(off) {
      let layers = try evaluation.session.masked(at: evaluation.path)
      guard layers.contains(where: { $0.affine.weight.mask != nil }) else {
        throw AttributeError.noMask
      }
      try evaluation.session.changeMasked(at: evaluation.path, "mask") { $0.weight.mask = nil }
      return nil
    }
    var chosen = try call[optional: rate]
    if let source = try call[optional: given] {
      let values = try evaluation.tensor(source).tensor
      if values.shape.rank == 0 {
        let rate = Double(values.elements[0])
        guard rate >= 0, rate < 1 else {
          throw call.placed(ArgumentError.badRate(PythonNumber.text(rate)), at: given)
        }
        chosen = rate
      } else {
        let weight = try Session.affine(of: try evaluation.layer()).weight
        let mask = try call.placing(at: given) { try Mask(values, for: weight.shape) }
        try evaluation.session.changeMasked(at: evaluation.path, "mask") { $0.weight.mask = mask }
      }
    }
    if let rate = chosen {
      try evaluation.session.changeMasked(at: evaluation.path, "mask") {
        try $0.weight.calculateMask(rate: rate)
      }
      for (_, layer) in try evaluation.session.masked(at: evaluation.path) {
        guard rate > 0, layer.weight.mask?.isEmpty == true else { continue }
        evaluation.notes.append(
          .nothingMasked(filters: layer.weight.filterCount, rate: rate, rounding: .int))
      }
    }
    let layer = try evaluation.layer()
    guard layer.isNetwork else { return try evaluation.attribute(.mask, of: layer) }
    let layers = try evaluation.session.masked(at: evaluation.path)
    guard layers.contains(where: { $0.affine.weight.mask != nil }) else {
      throw AttributeError.noMask
    }
    let (path, options) = (try evaluation.path, evaluation.session.printOptions)
    return .text(
      try layers.map { found, layer in
        "\(found.name(in: path) ?? "")\n"
          + (try layer.weight.mask?.tensor.text(options: options) ?? "None")
      }.joined(separator: "\n\n"))
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    if call.has(off) { return try scope.masking(call) { "\($0).mask = None" } }
    if let given = try call[optional: given] {
      let values = try scope.before.tensor(given).tensor
      if values.shape.rank > 0 {
        let mask = try scope.values(given, requiresGrad: false)
        return try scope.masking(call, showing: .mask) { "\($0).mask = \(mask)" }
      }
      let rate = PythonLiteral.number(Double(values.elements[0]))
      return try scope.masking(call, showing: .mask) { "\($0).calculate_mask(\(rate))" }
    }
    guard let rate = try call[optional: rate] else { return try scope.attribute(.mask, of: call) }
    let text = PythonLiteral.number(rate)
    return try scope.masking(call, showing: .mask) { "\($0).calculate_mask(\(text))" }
  }
}
