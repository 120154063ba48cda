import Layers
import Pruning
import Reports

/// `filters`: what mask, norm and gradient each filter has.
enum FiltersCommand: Command {
  static let name = "filters"
  static let worksOnLayer = true
  static let summary = "show each filter's mask, norm and gradient"
  static let details = """
    A row for each filter: its mask (- without one), the L1 norm of its dense weights, the largest
    absolute value of its gradient, and how many of its gradients are zero; then one line that sums
    up the masked and the kept filters. This is where ordinary pruning and the Dynamic Pruning Unit
    differ. For a network a table for each of its convolutions. groups does the same for kernels,
    connections and whatever else a mask keeps or removes as one.
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

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let (session, path) = (evaluation.session, try evaluation.path)
    var report = Report([])
    for layer in try session.maskable(at: path) {
      let weight = layer.affine.weight
      let table = try GroupTable(
        weight, weight.filters, called: AxisStructure.filter.group, isOneLine: true,
        gradient: session.gradient(of: weight.parameter.leaf),
        options: session.printOptions)
      report.append(try table.report(), under: layer.path.name(in: path))
    }
    return .report(report)
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
