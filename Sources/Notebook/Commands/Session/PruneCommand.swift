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
      gradient:  of weight_orig: upstream · weight_mask, so a pruned filter's is zero for ever

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
    let before = try evaluation.session.layer()
    if before.isPruned {
      evaluation.notes.append(.prunedAgain(left: before.filtersLeft))
    }
    try evaluation.session.changeLayer("mask") { try $0.prune(rate: rate) }
    if rate > 0, try evaluation.session.layer().filtersLeft == before.filtersLeft {
      evaluation.notes.append(
        .nothingMasked(filters: before.filtersLeft, rate: rate, rounding: "round"))
    }
    return try evaluation.attribute(.weightMask, of: try evaluation.session.layer())
  }
}
