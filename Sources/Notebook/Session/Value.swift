import Functions
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
  /// Another of Python's values: whole numbers, truth values, tensors of them, tuples.
  case python(Datum)
  /// The values of a loop's turns as one tensor, which may show as a table.
  case stacked(StackedTurns)
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
    case .python(let datum): try datum.text(options: options)
    case .stacked(let turns):
      try turns.table?.text(options: options) ?? Value(.tensor(turns.tensor)).text(options: options)
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
    case .python(let datum): datum.kind
    case .report(let report): report.kind
    case .stacked: "a tensor"
    }
  }

  /// The value without the way in which it is shown once: what a name, `_` and `Out[n]` hold.
  var plain: Value {
    if case .stacked(let turns) = self { .stacked(turns.withoutTable) } else { self }
  }

  /// What an expression has given.
  init(_ datum: Datum) {
    switch datum {
    case .tensor(.float32(let variable)): self = .tensor(variable)
    case .literal(let list): self = .tensor(Variable(list.tensor))
    case .scalar(.float(let number)): self = .number(number)
    case .size(let shape): self = .size(shape)
    case .none: self = .nothing
    default: self = .python(datum)
    }
  }

  /// The value as expressions compute with it; nil for a layer and a report.
  var datum: Datum? {
    switch self {
    case .tensor(let variable): .tensor(.float32(variable))
    case .number(let number): .scalar(.float(number))
    case .size(let shape): .size(shape)
    case .nothing: Datum.none
    case .python(let datum): datum
    case .stacked(let turns): .tensor(turns.tensor)
    case .layer, .report: nil
    }
  }

  /// The tensor of float32 that it is; nil for anything else.
  var floats: Variable? {
    if case .tensor(let tensor)? = datum { tensor.variable } else { nil }
  }

  /// A text as a value.
  static func text(_ text: String) -> Value { .report(Report([.text(text)])) }
}
