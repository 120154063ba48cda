import Tensors

/// `printoptions`: how tensors print.
enum PrintOptionsCommand: Command {
  static let name = "printoptions"
  static let hasValue = false
  static let summary = "set how tensors print, or show it"
  static let details = """
    precision: digits after the point (4); threshold: more elements than this are summarized (1000,
    inf for never); edgeitems: elements shown at each end then (3); linewidth: columns (80);
    sci_mode: scientific notation true, false, or auto. profile sets the first four at once: default
    as above, short (precision 2, edgeitems 2), or full (threshold inf); what is named beside it
    counts. What is not named keeps its value; in PyTorch sci_mode alone falls back to auto where it
    is not named again. Alone it shows the options.
    """
  static let example = """
    tensor [0.000001, 1]
    #> tensor([1.0000e-06, 1.0000e+00])
    printoptions precision=6 sci_mode=false
    tensor [0.000001, 1]
    #> tensor([0.000001, 1.000000])
    """

  // A float32 has at most 149 digits behind the point.
  static let precision = Argument<Int>.integer("precision", 0...149)
  static let threshold = Argument<Int>(
    "threshold", kind: .integer(0...Int.max), fits: { $0.number != nil },
    decode: { value, range in
      if value.number == .infinity { return Int.max }
      return try Argument<Int>.integer("threshold", 0...Int.max).decode(value, range: range)
    })
  static let edgeItems = Argument<Int>.count("edgeitems")
  static let lineWidth = Argument<Int>.count("linewidth")
  static let scientific = Argument<String>.choice(
    "sci_mode", ["true", "false", "auto"], synonyms: ["none": "auto"])
  static let profile = Argument<String>.choice("profile", ["default", "short", "full"])
  static let keywords: [any AnyArgument] = [
    precision, threshold, edgeItems, lineWidth, scientific, profile,
  ]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    var options = evaluation.session.printOptions
    guard !call.syntax.arguments.isEmpty else { return .text(text(of: options)) }
    if let profile = try call[optional: profile] { options.set(profile: profile) }
    if let value = try call[optional: precision] { options.precision = value }
    if let value = try call[optional: threshold] { options.threshold = value }
    if let value = try call[optional: edgeItems] { options.edgeItems = value }
    if let value = try call[optional: lineWidth] { options.lineWidth = value }
    if let value = try call[optional: scientific] {
      options.scientific = value == "auto" ? nil : value == "true"
    }
    evaluation.session.printOptions = options
    return nil
  }

  /// The options as the command that sets them.
  private static func text(of options: PrintOptions) -> String {
    let threshold = options.threshold == Int.max ? "inf" : "\(options.threshold)"
    let scientific = options.scientific.map { $0 ? "true" : "false" } ?? "auto"
    return "\(name) precision=\(options.precision) threshold=\(threshold) "
      + "edgeitems=\(options.edgeItems) linewidth=\(options.lineWidth) sci_mode=\(scientific)"
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    guard !call.syntax.arguments.isEmpty else { return nil }
    let options = scope.after.printOptions
    let threshold = options.threshold == Int.max ? "float('inf')" : "\(options.threshold)"
    return PythonCode([
      "torch.set_printoptions(precision=\(options.precision), threshold=\(threshold), "
        + "edgeitems=\(options.edgeItems), linewidth=\(options.lineWidth), "
        + "sci_mode=\(options.scientific.map(PythonLiteral.bool) ?? "None"))"
    ])
  }
}

extension PrintOptions {
  /// Sets what one of PyTorch's profiles says; it leaves scientific notation as it is.
  fileprivate mutating func set(profile: String) {
    var options = PrintOptions()
    if profile == "short" { (options.precision, options.edgeItems) = (2, 2) }
    if profile == "full" { options.threshold = Int.max }
    options.scientific = scientific
    self = options
  }
}
