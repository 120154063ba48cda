import Tensors

/// `printoptions`: how tensors print.
enum PrintOptionsCommand: Command {
  static let name = "printoptions"
  static let hasValue = false
  static let summary = "set how tensors print"
  static let details = """
    precision: digits after the point (4); threshold: more elements than this are summarized (1000,
    inf for never); edgeitems: elements shown at each end then (3); linewidth: columns (80);
    sci_mode: scientific notation true, false, or auto. What is not named keeps its value; in
    PyTorch sci_mode alone falls back to auto where it is not named again.
    """
  static let pytorch: String? = "torch.set_printoptions(precision=, threshold=, …)"
  static let example = """
    tensor [0.000001, 1]
    #> tensor([1.0000e-06, 1.0000e+00])
    printoptions precision=6 sci_mode=false
    tensor [0.000001, 1]
    #> tensor([0.000001, 1.000000])
    """

  // A float32 has at most 149 digits behind the point.
  static let precision = Parameter<Int>.integer("precision", 0...149)
  static let threshold = Parameter<Int>(
    "threshold", kind: .integer(0...Int.max), fits: { $0.number != nil },
    decode: { value, range in
      if value.number == .infinity { return Int.max }
      return try Parameter<Int>.integer("threshold", 0...Int.max).decode(value, range: range)
    })
  static let edgeItems = Parameter<Int>.count("edgeitems")
  static let lineWidth = Parameter<Int>.count("linewidth")
  static let scientific = Parameter<String>.choice("sci_mode", ["true", "false", "auto"])
  static let keywords: [any AnyParameter] = [
    precision, threshold, edgeItems, lineWidth, scientific,
  ]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    var options = evaluation.session.printOptions
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
}
