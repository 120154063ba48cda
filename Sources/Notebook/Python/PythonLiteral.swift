import Layers
import Tensors

/// Values as Python writes them.
enum PythonLiteral {
  /// A float32 tensor with these values, bit for bit.
  static func tensor(_ tensor: Tensor, also arguments: String = "") -> String {
    guard tensor.count > 0 else {
      return "torch.zeros(\(tuple(tensor.shape))\(arguments))"
    }
    return "torch.tensor(\(nested(tensor) { number(Double($0)) })\(arguments))"
  }

  /// An int64 tensor with these values, which are whole.
  static func integers(_ tensor: Tensor) -> String {
    "torch.tensor(\(nested(tensor) { "\(Int($0))" }))"
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

  /// Nested lists of a tensor's elements.
  private static func nested(_ tensor: Tensor, _ text: (Float) -> String) -> String {
    var parts = tensor.elements.map(text)
    for size in tensor.shape.dimensions.reversed() {
      parts = stride(from: 0, to: parts.count, by: size).map {
        "[\(parts[$0..<$0 + size].joined(separator: ", "))]"
      }
    }
    return parts[0]
  }
}
