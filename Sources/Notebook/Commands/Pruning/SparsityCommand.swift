import Compacting
import Language
import Layers
import Reports
import Tensors

/// `sparsity`: what masks removed, and what that saves.
enum SparsityCommand: Command {
  static let name = "sparsity"
  static let worksOnLayer = true
  static let summary = "show what masks removed, and what that saves"
  static let details = """
    For each layer with weights, first what is gone: groups of its mask kept of all, weights that mask
    or pruning remove, weights that are zero as used, and zero in the dense weight.

    Then what it costs: values stored, now and after compact; products added up (multiply-adds) of
    the dense layer, executed now (convolutions skip filters of zeros, on a small image alone each
    zero), after compact, and if no zero cost anything, which is what papers print; bytes of the
    weights dense, after compact, and as values other than zero beside a bitmask.

    Shapes are those for the input where it fits, else for the one that forward would draw. A batch
    norm in training mode keeps compact from cutting; eval first.
    """
  static let example = """
    seed 1;
    net conv(1,4,3) relu conv(4,2,3) as n;
    mask 0.5 n.conv1;
    sparsity n
    #> layer  groups kept     weights masked  zero as used  zero in dense
    #> conv1  2 of 4 filters        18 of 36      18 of 36              0
    #> conv2                               0             0              0
    #>
    #> multiply-adds  dense  executed now  after compact  if zeros were free
    #> conv1            324           162            162                 162
    #> conv2             72            72             36                  72
    #> total            396           234            198                 234
    #>
    #> stored  values  after compact  bytes  after compact  with bitmask
    #> conv1       40             20    144             72            77
    #> conv2       74             38    288            144           297
    #> total      114             58    432            216           374
    """

  static let keywords: [any AnyArgument] = [CompactCommand.tolerance]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = try evaluation.layer()
    let rows: [Sparsity]
    do {
      rows = try Sparsity.all(
        of: layer, input: evaluation.session.imageShape(for: layer),
        tolerance: try call[CompactCommand.tolerance])
    } catch let error as LayerError {
      throw UnfitInput(error: error, layer: layer, source: .input)
    }
    let path = "\(try evaluation.path)"
    guard !rows.isEmpty else {
      _ = try Session.weight(of: layer)
      throw LayerUseError.noWeight(kind: type(of: layer).kind)
    }
    return .report(try SparsityText(rows, of: path).report())
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
