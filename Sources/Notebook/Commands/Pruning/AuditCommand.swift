import Compacting
import Language
import Layers
import Reports
import Tensors

/// `audit`: what is wrong with the masks of a network.
enum AuditCommand: Command {
  static let name = "audit"
  static let worksOnLayer = true
  static let summary = "find what is wrong with a mask, and show the evidence"
  static let details = """
    Findings are wrong, remarks are costs; each with its groups, its count and threshold, and the line
    to type. With before= the same network as it was when dense, or masked; what needs that or a mask
    and has none is listed as not decided.

      inverted mask               kept groups have the lower score in the dense
                                  weight, in 90 % of the pairs
      scores from pruned weights  the mask is that of the pruned weight, and the
                                  dense one gives another
      mask not kept               weights that before= masked are in use
      zeros without a mask        at least 8 and 1 % of the weights are 0 in
                                  whole groups, and no mask keeps them so
      flattened N:M               N of M are kept in flat order, along the input
                                  channels in fewer than 99 %
      empty layer                 all weights are 0
      reads constants             a remark: compact would save it
      bias left on                a remark: a removed filter gives its bias
      constant after batch norm   a remark: a removed channel is above 0.001
    """
  static let example = """
    seed 1;
    conv 8 32 3 as m;
    mask 0.5;
    mask (1 - m.mask);
    audit
    #> finding: m: inverted mask: filters 0, 2, 4, 5, 7, 8, … (16 of 32) are
    #>     kept and have the lower l1 in 100 % of 256 pairs (at least 90 %, by
    #>     chance less often than 1e-06)
    #>     → mask (1 - m.mask) structure=filter m
    #> not decided: scores from pruned weights, which needs a mask that was
    #>     asked for by a score of the weight alone: m
    #> 1 finding, 0 remarks
    """

  static let before = Argument<ReferenceSyntax>.layer("before")
  static let keywords: [any AnyArgument] = [before]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let layer = try evaluation.layer()
    let earlier = try call[optional: before].map {
      (name: "\(try evaluation.layerPath($0))", layer: try evaluation.layer($0))
    }
    do {
      let audit = try Audit(
        of: layer, called: "\(try evaluation.path)", before: earlier,
        input: evaluation.session.imageShape(for: layer))
      if earlier != nil, audit.comparedLayers == 0 {
        throw call.placed(AuditError.nothingInCommon, at: before)
      }
      return .report(AuditText(audit).report)
    } catch let error as LayerError {
      throw UnfitInput(error: error, layer: layer, source: .input)
    }
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

/// Why there is nothing to compare with.
enum AuditError: EvaluationError {
  case nothingInCommon

  var message: String { "before= has no layer of the same name with a weight of the same shape" }

  var remedy: String? { "copy NET as dense keeps the network as it is, for before=dense" }
}
