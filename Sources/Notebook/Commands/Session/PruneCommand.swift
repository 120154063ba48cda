import Gradients
import Layers

/// `prune RATE`: PyTorch's ordinary structured pruning.
enum PruneCommand: Command {
  static let name = "prune"
  static let summary = "prune the filters of lowest L1 norm as PyTorch does"
  static let details = """
    Removes round(RATE × OUT) filters, half to even. The parameter is then weight_orig, weight its
    product with weight_mask, computed anew in each forward; the bias is left alone.

      forward:   weight_orig · weight_mask
      gradient:  of weight_orig: upstream · weight_mask,
                 so a pruned filter's is zero for ever

    On a network each convolution is pruned at that rate, and what is left of each is shown.
    Pruned again, the rate counts among the filters that are left. A mask (mask) and prune work
    together as they would in PyTorch: the mask acts on the product.
    """
  static let pytorch: String? =
    "torch.nn.utils.prune.ln_structured(layer, \"weight\", amount=RATE, n=1, dim=0)"
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]];
    prune 0.5
    #> tensor([[[[1.]]],
    #>
    #>
    #>         [[[0.]]]])
    weight
    #> tensor([[[[0.5000]]],
    #>
    #>
    #>         [[[-0.0000]]]], grad_fn=<MulBackward0>)
    """

  static let rate = Parameter<Double>.rate()
  static let forms = [Form(rate)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let rate = try call[rate]
    let before = try evaluation.session.convolutions()
    try evaluation.session.changeConvolutions("mask") { try $0.prune(rate: rate) }
    let after = try evaluation.session.convolutions()
    for ((_, old), (_, new)) in zip(before, after) {
      if old.isPruned { evaluation.notes.append(.prunedAgain(left: old.filtersLeft)) }
      if rate > 0, new.filtersLeft == old.filtersLeft {
        evaluation.notes.append(
          .nothingMasked(filters: old.filtersLeft, rate: rate, rounding: "round"))
      }
    }
    let layer = try evaluation.session.layer()
    guard layer is Network else { return try evaluation.attribute(.weightMask, of: layer) }
    return .text(
      after.map { name, layer in
        "\(name ?? ""): \(layer.filtersLeft) of \(layer.settings.outChannels) filters left"
      }.joined(separator: "\n"))
  }
}
