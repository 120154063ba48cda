import Gradients
import Layers

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
    On a network each convolution gets a mask of its own at that rate, shown behind its name.
    After prune the scores are those of the masked product, as PyTorch would compute them.
    """
  static let pytorch: String? = "layer.calculate_mask(RATE)   # the paper's Conv2d_with_DPU"
  static let example = """
    conv 1 4 3;
    scores
    #> tensor([1.2192, 1.2752, 1.4779, 1.9360], grad_fn=<SumBackward1>)
    mask 0.5
    #> tensor([0., 0., 1., 1.])
    """

  static let rate = Parameter<Double>.rate()
  static let off = Parameter<String>.choice("off", ["off"])
  static let forms = [Form(), Form(off), Form(rate)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if call.has(off) {
      let layers = try evaluation.session.masked()
      guard layers.contains(where: { $0.affine.weight.mask != nil }) else {
        throw AttributeError.noMask
      }
      try evaluation.session.changeMasked("mask") { $0.weight.mask = nil }
      return nil
    }
    if let rate = try call[optional: rate] {
      try evaluation.session.changeMasked("mask") { try $0.weight.calculateMask(rate: rate) }
      for (_, layer) in try evaluation.session.masked() {
        guard rate > 0, layer.weight.mask?.isEmpty == true else { continue }
        evaluation.notes.append(
          .nothingMasked(filters: layer.weight.filterCount, rate: rate, rounding: .int))
      }
    }
    let layer = try evaluation.session.layer()
    guard layer.isNetwork else { return try evaluation.attribute(.mask, of: layer) }
    let layers = try evaluation.session.masked()
    guard layers.contains(where: { $0.affine.weight.mask != nil }) else {
      throw AttributeError.noMask
    }
    let options = evaluation.session.printOptions
    return .text(
      try layers.map { name, layer in
        "\(name ?? "")\n" + (try layer.weight.mask?.tensor.text(options: options) ?? "None")
      }.joined(separator: "\n\n"))
  }
}
