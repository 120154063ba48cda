import Language
import Gradients

/// `why REFERENCE[i, j, …]`: what a gradient is made of, and why it is zero.
enum WhyCommand: Command {
  static let name = "why"
  static let summary = "explain one element of a gradient, or map where it is zero"
  static let details = """
    With every index given, why takes one element apart: a gradient is a sum of terms, each an
    upstream gradient times a factor. A masked group that the element belongs to is named,
    where it is no filter. Terms that are zero are counted by their reason:

    \(ZeroReason.legend)

    Where one reason follows another, both would have to go. With fewer indices why draws a
    map, one letter an element, a point for what is not zero. why alone maps grad; in a
    network name the gradient of one layer: why n.conv1.grad. Whatever has a gradient can be
    asked: a parameter, the input, a value with a name, what a layer gave: why n.relu1.output.grad.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-2]]]];
    input [[[[1, 3], [-1, 2]]]];
    prune 0.5;
    forward; relu; backward;
    why grad
    #> conv1.weight_orig.grad [2, 1, 1, 1]: 1 of 2 are zero
    #>
    #> filter 0   filter 1
    #>  M          .
    #>
    #>  .  1  not zero
    #>  M  1  the mask blocks it
    why grad[0, 0, 0, 0]
    #> conv1.weight_orig.grad[0, 0, 0, 0] = 0.
    #> zero because the mask blocks it
    #>   for example at MulBackward0 [0, 0, 0, 0], whose input is 0.5000
    #>
    #> 0. = 5. * 0. through MulBackward0, from [0, 0, 0, 0]
    #>   0 because the mask blocks it
    #> 5. = sum of 4 terms through ConvolutionBackward0
    #>   upstream of   upstream     factor     term
    #>   [0, 0, 0, 0]        1.  *      1.  =    1.
    #>   [0, 0, 0, 1]        1.  *      3.  =    3.
    #>   [0, 0, 1, 0]        1.  *     -1.  =   -1.
    #>   [0, 0, 1, 1]        1.  *      2.  =    2.
    why grad[1, 0, 0, 0]
    #> conv1.weight_orig.grad[1, 0, 0, 0] = -1.
    #>
    #> -1. = -1. * 1. through MulBackward0, from [1, 0, 0, 0]
    #> -1. = sum of 4 terms through ConvolutionBackward0
    #>   upstream of   upstream     factor     term
    #>   [0, 1, 1, 0]        1.  *     -1.  =   -1.
    #>   3 are 0: ReLU is closed (negative)
    """

  /// Whatever is given; what is no reference is told what to name.
  static let gradient = Argument<TensorSyntax>(
    "REFERENCE", kind: .reference, fits: { _ in true },
    decode: { value, range in
      do {
        return try Argument<TensorSyntax>.tensor().decode(value, range: range)
      } catch is ArgumentError {
        throw GradientError.computed
      }
    })
  static let forms = [Form(), Form(gradient)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let reference: ReferenceSyntax
    switch try call[optional: gradient] {
    case .reference(let given): reference = given
    case nil: reference = try Parser.reference("grad", range: call.syntax.verbRange)
    case .literal, .value: throw call.placed(GradientError.computed, at: gradient)
    }
    let target = try evaluation.gradientTarget(reference)
    let explanation = try Explanation(losses: target.losses, inner: target.node)
    if let element = target.element {
      var text = WhyText(
        target: target, element: element, explanation: explanation,
        mask: try target.leaf.flatMap { try evaluation.session.mask(of: $0) },
        options: evaluation.session.printOptions)
      return .text(try text.text())
    }
    var map = WhyMap(
      target: target, explanation: explanation,
      mask: try target.leaf.flatMap { try evaluation.session.mask(of: $0) })
    return .text(try map.text())
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}
