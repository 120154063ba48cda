import Gradients
import Layers
import Tensors

/// What a command can give back, and a name, `_` and `Out[n]` can hold.
public enum Value {
  /// A tensor, with the graph behind it.
  case tensor(Variable)
  /// A layer as it was.
  case layer(Conv2d)
  /// A number of Python's.
  case number(Double)
  /// The sizes of a tensor.
  case size(Shape)
  /// Nothing: a gradient that is not there.
  case nothing
  /// A table or another text.
  case text(String)
  /// A picture of a tensor, which a terminal may draw in colours.
  case heatMap(HeatMap)

  /// What PyTorch's `print` shows for it, character for character where PyTorch has such a value.
  public func text(options: PrintOptions) -> String {
    switch self {
    case .tensor(let variable): variable.text(options: options)
    case .layer(let layer): layer.description
    case .number(let number): PythonNumber.text(number)
    case .size(let shape): "torch.Size(\(shape))"
    case .nothing: "None"
    case .text(let text): text
    case .heatMap(let map): map.rendered(palette: .characters, options: options)
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
    case .text: "a table"
    case .heatMap: "a heat map"
    }
  }
}

/// How Python writes a float.
enum PythonNumber {
  /// `repr` of a float: the shortest digits that read back as the same number.
  static func text(_ number: Double) -> String {
    // Swift's description finds the same digits and differs only in where it turns to exponents.
    let magnitude = number.magnitude
    guard magnitude >= 1e-4 && magnitude < 1e16 || number == 0 || !number.isFinite else {
      let parts = "\(number)".split(separator: "e")
      guard parts.count == 2, let exponent = Int(parts[1]) else { return "\(number)" }
      let mantissa = parts[0].hasSuffix(".0") ? parts[0].dropLast(2) : parts[0]
      let digits = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(digits)"
    }
    return "\(number)"
  }
}
