import Language
import Gradients
import Running
import Tensors

/// `graph`: draws the computation behind the output.
enum GraphCommand: Command {
  static let name = "graph"
  static let summary = "draw the computation that led to the output"
  static let details = """
    From the inputs down to output, or to another value: each operation by the name of its grad_fn,
    with the shape of its result, the share of zeros in it, and after backward the share of zeros in
    its gradient and the gradient's L2 norm. o is a tensor that no operation made, * an operation;
    what it takes besides the line above comes in from the right. An operation whose result is used
    twice is drawn once and named again, "as above", where it is used further down.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false;
    mask 0.5;
    forward; relu; backward;
    graph
    #> value                   shape         zero  grad zero  grad norm
    #> o conv1.weight          [2, 1, 3, 3]    0%         6%    18.7051
    #> * DPUBackward           [2, 1, 3, 3]   50%         6%    18.7051
    #> | o input               [1, 1, 4, 4]    0%          -          -
    #> |/
    #> * ConvolutionBackward0  [1, 2, 4, 4]   50%        41%     4.3589
    #> * AddBackward0          [1, 2, 4, 4]    0%        41%     4.3589
    #> * ReluBackward0         [1, 2, 4, 4]   41%         0%     5.6569
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let forms = [Form(), Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let value: Variable
    if let given = try call[optional: source] {
      value = try evaluation.tensor(given)
    } else {
      guard let output = evaluation.session.output else { throw ValueError.noOutput(name) }
      value = output
    }
    let session = evaluation.session
    let names = session.leafNames
    let graph = GraphText(
      output: value, gradients: try evaluation.gradients(through: value),
      hasGradient: { session.gradient(of: $0) != nil },
      name: { session.name(of: $0, among: names) }, options: session.printOptions)
    return .text(try graph.text())
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

extension Evaluation {
  /// The gradients of the last backward that ran through a value; nil where none did.
  ///
  /// - Throws: `Cancelled`.
  fileprivate func gradients(through value: Variable) throws -> GradientMap? {
    guard let target = value.node else { return nil }
    var seen: Set<UInt64> = []
    for leaf in Backward.order(of: value).flatMap(\.inputs).compactMap(\.leaf) {
      for loss in (session.losses[leaf]?.all ?? []).reversed() {
        // Many leaves share one loss.
        guard let node = loss.node, seen.insert(node.serial).inserted else { continue }
        try Cancellation.check()
        guard Backward.order(of: loss).contains(where: { $0.serial == target.serial }) else {
          continue
        }
        return try Backward.gradients(of: loss, upstream: Tensor(scalar: 1))
      }
    }
    return nil
  }
}

extension Session {
  /// What a value that no operation made is called.
  ///
  /// - Parameters:
  ///   - variable: the value.
  ///   - names: those of the leaves.
  /// - Returns: the name.
  func name(of variable: Variable, among names: [Leaf: String]) -> String {
    if let leaf = variable.leaf { return names[leaf] ?? Self.namelessLeaf }
    guard let identity = variable.identity else { return "constant" }
    if identity == input?.identity { return "input" }
    // An image made a batch of one, or padded on one side, before any operation has a gradient.
    return identity == input?.identity?.derived ? "from input" : "constant"
  }
}
