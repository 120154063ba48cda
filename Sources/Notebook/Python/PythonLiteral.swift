import Layers
import Tensors

/// Values as Python writes them.
enum PythonLiteral {
  /// A float32 tensor with these values, bit for bit, perhaps in several lines.
  static func tensor(_ tensor: Tensor, also arguments: String = "") -> String {
    guard tensor.count > 0 else {
      return "torch.zeros(\(tuple(tensor.shape))\(arguments))"
    }
    return "torch.tensor(\(nested(tensor.elements.map(element), tensor.shape))\(arguments))"
  }

  /// An int64 tensor with these values.
  static func tensor(_ tensor: IntegerTensor) -> String {
    "torch.tensor(\(nested(tensor.elements.map { "\($0)" }, tensor.shape)))"
  }

  /// An int64 tensor with these values, which are whole.
  static func integers(_ tensor: Tensor) -> String {
    "torch.tensor(\(nested(tensor.elements.map { "\(Int($0))" }, tensor.shape)))"
  }

  /// A tensor of truth values: those that are not 0 are true.
  static func booleans(_ tensor: Tensor) -> String {
    "torch.tensor(\(nested(tensor.elements.map { bool($0 != 0) }, tensor.shape)))"
  }

  /// A float32 with the fewest digits that Python, which reads a double first, takes for the same.
  private static func element(_ value: Float) -> String {
    let text = "\(value)"
    guard value.isFinite, let double = Double(text), Float(double).bitPattern == value.bitPattern
    else { return number(Double(value)) }
    return text
  }

  /// A float.
  static func number(_ number: Double) -> String {
    number.isFinite ? PythonNumber.text(number) : "float('\(number)')"
  }

  /// A bool.
  static func bool(_ value: Bool) -> String { value ? "True" : "False" }

  /// The sizes, separated by commas: what `torch.randn` takes.
  static func sizes(_ shape: Shape) -> String {
    shape.dimensions.map(String.init).joined(separator: ", ")
  }

  /// The sizes as a tuple.
  private static func tuple(_ shape: Shape) -> String {
    "(\(sizes(shape))\(shape.rank == 1 ? "," : ""))"
  }

  /// Nested lists of a tensor's elements; those that are no short line have a line for each row.
  private static func nested(_ elements: [String], _ shape: Shape) -> String {
    let line = nested(elements, shape, between: ", ")
    return line.utf8.count <= lineLimit ? line : nested(elements, shape, between: ",\n    ")
  }

  /// Characters of a tensor that is written in one line.
  private static let lineLimit = 72

  private static func nested(
    _ elements: [String], _ shape: Shape, between rows: String
  ) -> String {
    var parts = elements
    for (place, size) in shape.dimensions.enumerated().reversed() {
      let separator = place == shape.rank - 1 ? ", " : rows
      parts = stride(from: 0, to: parts.count, by: size).map {
        "[\(parts[$0..<$0 + size].joined(separator: separator))]"
      }
    }
    return parts[0]
  }
}
