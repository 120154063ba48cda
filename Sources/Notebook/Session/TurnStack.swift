import Functions
import Gradients
import Reports
import Running
import Tensors

/// The values of a loop's turns, put together to one tensor as they come.
struct TurnStack {
  /// The most numbers of a turn that show in a table.
  private static let columnLimit = 8

  private let name: String
  private let columns: [String]
  private let count: Int
  /// What each turn is called, as long as a table can show them.
  private var labels: [String] = []
  private var values: [Float] = []
  private var type: DataType?
  /// The shape of each turn's value.
  private var shape: Shape?
  private var last: Datum?
  private var turns = 0
  private var isBroken = false

  init(name: String, columns: [String], count: Int) {
    (self.name, self.columns, self.count) = (name, columns, count)
  }

  /// What to say where the values could not be put together.
  var note: Note? { isBroken ? .turnsNotStacked : nil }

  /// Takes the value of the next turn.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  mutating func append(_ value: Datum?, of label: String?) throws {
    turns += 1
    last = value
    guard !isBroken else { return }
    guard let value, let (numbers, type) = try Self.numbers(value) else {
      isBroken = turns > 1 || value != nil
      if value == nil, turns == 1 { isBroken = true }
      return values = []
    }
    if let shape, shape != numbers.shape {
      isBroken = true
      return values = []
    }
    shape = numbers.shape
    self.type = self.type?.promoted(with: type) ?? type
    if turns <= Evaluation.tableLimit { labels.append(label ?? "\(turns)") }
    for number in numbers.elements { try Memory.append(number, to: &values) }
  }

  /// The numbers of a turn's value: of one element without dimensions, of a list one entry each.
  private static func numbers(_ value: Datum) throws -> (Tensor, DataType)? {
    switch value {
    case .scalar(let scalar): return (Tensor(scalar: Float(scalar.double)), scalar.dataType)
    case .tensor(let tensor):
      let floats = try tensor.floats().tensor
      return (floats.count == 1 ? floats.reshaped([]) : floats, tensor.dataType)
    case .list(let items), .tuple(let items):
      var numbers: [Float] = []
      var type = DataType.bool
      for item in items {
        guard let (part, own) = try number(of: item) else { return nil }
        numbers.append(part)
        type = type.promoted(with: own)
      }
      return (Tensor(numbers, shape: [numbers.count]), type)
    default: return nil
    }
  }

  private static func number(of value: Datum) throws -> (Float, DataType)? {
    guard let (tensor, type) = try numbers(value), tensor.count == 1 else { return nil }
    return (tensor.elements[0], type)
  }

  /// The value of the loop.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func value(options: PrintOptions) throws -> Value? {
    guard turns > 0 else { return nil }
    guard !isBroken, let shape, let type else { return last.map { Value($0) } }
    let whole = Tensor(values, shape: try Shape(checking: [turns] + shape.dimensions))
    let tensor = try TensorValue(whole).converted(to: type)
    guard turns <= Evaluation.tableLimit, shape.rank <= 1, shape.count <= Self.columnLimit,
      shape.count > 0
    else { return Value(.tensor(tensor)) }
    return .stacked(tensor, try table(whole, width: shape.count, type: type, options: options))
  }

  private func table(
    _ tensor: Tensor, width: Int, type: DataType, options: PrintOptions
  ) throws -> Report {
    let headings =
      columns.count == width ? columns : (0..<width).map { width == 1 ? columns[0] : "[\($0)]" }
    var table = Table([[name] + headings], leading: [0])
    let formats = (0..<width).map { column in
      NumberFormat(
        (0..<turns).map { tensor.elements[$0 * width + column] }, options: options)
    }
    for turn in 0..<turns {
      let cells = (0..<width).map { column in
        let number = tensor.elements[turn * width + column]
        return switch type {
        case .float32: formats[column].text(of: number)
        case .int64: "\(Int(number))"
        case .bool: number == 0 ? "False" : "True"
        }
      }
      try table.append([labels[turn]] + cells)
    }
    return Report([.table(table)])
  }
}
