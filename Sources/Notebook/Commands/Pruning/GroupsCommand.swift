import Layers
import Pruning
import Reports

/// `groups`: what mask, norm and gradient each group has.
enum GroupsCommand: Command {
  static let name = "groups"
  static let worksOnLayer = true
  static let summary = "show each group's mask, norm and gradient"
  static let details = """
    A row for each group of the layer's mask, of structure= or the like where it is named, and of
    filters where there is neither: its mask (- without one), the L1 norm of its dense weights, the
    largest absolute value of its gradient, and how many of its gradients are zero; then the masked
    and the kept groups together. More than 64 groups are summed up, a row for each index of the
    mask's first dimension.

    A mask of one structure can be seen by the groups of another: a group takes part while anything
    of it does, and "2 of 9" says how many of its weights do.
    For a network a table for each of its convolutions, with layers=all for its linear layers too,
    except the last.
    """
  static let example = """
    conv 2 2 1 bias=false;
    weight [[[[1]], [[4]]], [[[3]], [[2]]]];
    mask 0.5 structure=kernel;
    input ones 1 2 2 2;
    forward; relu; backward;
    groups
    #> kernel  mask  L1 norm  largest |grad|  zero grads
    #> [0, 0]     0       1.              4.      0 of 1
    #> [0, 1]     1       4.              4.      0 of 1
    #> [1, 0]     1       3.              4.      0 of 1
    #> [1, 1]     0       2.              4.      0 of 1
    #> 2 masked: |grad| up to 4., 0 of 2 zero; 2 kept: up to 4., 0 of 2 zero
    groups structure=filter
    #> filter    mask  L1 norm  largest |grad|  zero grads
    #>      0  1 of 2       5.              4.      0 of 2
    #>      1  1 of 2       5.              4.      0 of 2
    #> 0 masked; 2 kept: |grad| up to 4., 0 of 4 zero; 2 of the kept in part
    """

  static let keywords: [any AnyArgument] = MaskArguments.structures + [MaskArguments.layers]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let path = try evaluation.path
    let named = try MaskArguments.structure(of: call)
    var layers = try evaluation.session.maskable(at: path, all: call.has(MaskArguments.layers))
    if let named, let key = MaskArguments.structures.first(where: { call.has($0) }) {
      let (fit, left) = try call.placing(at: key) {
        try evaluation.session.fitting(named, among: layers)
      }
      if !left.isEmpty {
        evaluation.notes.append(
          .leftOut(left.map { "\($0.path)" }, structure: named.name))
      }
      layers = fit
    }
    var report = Report([])
    for layer in layers {
      report.append(
        try table(layer, named, evaluation.session).report(), under: layer.path.name(in: path))
    }
    return .report(report)
  }

  private static func table(
    _ layer: MaskableLayer, _ named: (any SparseStructure)?, _ session: Session
  ) throws -> GroupTable {
    let weight = layer.affine.weight
    let own = named == nil ? weight.mask : nil
    let structure = named ?? own?.structure ?? AxisStructure.filter
    return try GroupTable(
      weight, own?.partition ?? structure.partition(of: weight.shape), called: structure.heading,
      gradient: session.gradient(of: weight.parameter.leaf), options: session.printOptions)
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
