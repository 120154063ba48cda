import Layers
import Pruning
import Tensors

/// `filters`: what mask, norm and gradient each filter has.
enum FiltersCommand: Command {
  static let name = "filters"
  static let summary = "show each filter's mask, norm and gradient"
  static let details = """
    A row for each filter: its mask (- without one), the L1 norm of
    its dense weights, the largest absolute value of its
    gradient, and how many of its gradients are zero; then one line that sums up the masked and the
    kept filters. This is where ordinary pruning and the Dynamic Pruning Unit differ.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false;
    mask 0.5;
    input ones 1 1 4 4;
    forward; relu; backward;
    filters
    #> filter  mask  L1 norm  largest |grad|  zero grads
    #>      0     0   1.2192             16.      0 of 9
    #>      1     1   1.2752              0.      9 of 9
    #> 1 masked: |grad| up to 16., 0 of 9 zero; 1 kept: up to 0., 9 of 9 zero
    """

  static let layer = Parameter<ReferenceSyntax>.layer()
  static let forms = [Form(), Form(layer)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let shown: Conv2d
    if let reference = try call[optional: layer] {
      guard case .layer(let entry)? = evaluation.session.names[try evaluation.layerName(reference)]
      else { throw CommandError.noLayer }
      shown = entry.layer
    } else {
      shown = try evaluation.session.layer()
    }
    let table = FilterTable(
      layer: shown, gradient: evaluation.session.gradient(of: shown.dense.leaf),
      norms: try FilterMask.scores(of: shown.dense.variable).tensor,
      options: evaluation.session.printOptions)
    return .text(table.text)
  }
}
