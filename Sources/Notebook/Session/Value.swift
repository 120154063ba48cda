import Gradients
import Layers
import Reports
import Tensors

/// What a command can give back, and a name, `_` and `Out[n]` can hold.
public enum Value {
  /// A tensor, with the graph behind it.
  case tensor(Variable)
  /// A layer as it was.
  case layer(any Layer)
  /// A number of Python's.
  case number(Double)
  /// The sizes of a tensor.
  case size(Shape)
  /// Nothing: a gradient that is not there.
  case nothing
  /// A table, a picture of a tensor, or another text.
  case report(Report)

  /// What PyTorch's `print` shows for it, character for character where PyTorch has such a value.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func text(options: PrintOptions) throws -> String {
    switch self {
    case .tensor(let variable): try variable.text(options: options)
    case .layer(let layer): layer.description
    case .number(let number): PythonNumber.text(number)
    case .size(let shape): "torch.Size(\(shape))"
    case .nothing: "None"
    case .report(let report): try report.text(options: options)
    }
  }

  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .tensor: "a tensor"
    case .layer: "a layer"
    case .number: "a number"
    case .size: "a size"
    case .nothing: "None"
    case .report(let report): report.kind
    }
  }

  /// A text as a value.
  static func text(_ text: String) -> Value { .report(Report([.text(text)])) }
}
