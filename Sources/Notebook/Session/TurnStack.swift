import Functions
import Gradients
import Reports
import Running
import Tensors

/// The values of a loop's turns as one tensor, and what is known of the turns.
public struct StackedTurns {
  let tensor: TensorValue
  /// The loop's variable.
  let variable: String
  /// What the turns were about: numbers, or words for each.
  let places: Plot.Places
  /// What the columns are called, where a turn's value was a list.
  let columns: [String]
  /// How they show, once.
  private(set) var table: Report?

  /// What a name keeps of it.
  var withoutTable: StackedTurns {
    var turns = self
    turns.table = nil
    return turns
  }

  /// What holds of values that were computed from it.
  var withoutColumns: StackedTurns {
    StackedTurns(tensor: tensor, variable: variable, places: places, columns: [], table: nil)
  }

  fileprivate func shown(as table: Report) -> StackedTurns {
    var turns = self
    turns.table = table
    return turns
  }
}

/// The values of a loop's turns, put together to one tensor as they come.
struct TurnStack {
  /// The most numbers of a turn that show in a table.
  private static let columnLimit = 8

  private let name: String
  private let columns: [String]
  private let count: Int
  /// What each turn is called, as long as a table can show them.
  private var labels: [String] = []
  /// The number that each turn is about, as long as all are about one.
  private var places: [Float]? = []
  /// Whether each turn has had a label of its own.
  private var hasLabels = true
  private var values: [Float] = []
  /// The type of each column.
  private var types: [DataType] = []
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
  mutating func append(_ value: Datum?, of label: String?, at place: Double?) throws {
    turns += 1
    last = value
    guard !isBroken else { return }
    guard let value, let (numbers, types) = try Self.numbers(value),
      shape.map({ $0 == numbers.shape }) ?? true
    else {
      isBroken = true
      return values = []
    }
    shape = numbers.shape
    self.types = turns == 1 ? types : zip(self.types, types).map { $0.promoted(with: $1) }
    if turns <= Evaluation.tableLimit { labels.append(label ?? "\(turns)") }
    if label == nil { hasLabels = false }
    if let place {
      if var numbers = places {
        // Taken out, so that it is not copied as it grows.
        places = nil
        try Memory.append(Float(place), to: &numbers)
        places = numbers
      }
    } else {
      places = nil
    }
    for number in numbers.elements { try Memory.append(number, to: &values) }
  }

  /// The numbers of a turn's value, without dimensions where there is one, and the type of each
  /// column that a table could show.
  static func numbers(_ value: Datum) throws -> (Tensor, [DataType])? {
    switch value {
    case .scalar(let scalar): return (Tensor(scalar: Float(scalar.double)), [scalar.dataType])
    case .tensor(let tensor):
      let floats = try tensor.floats().tensor
      let columns = min(max(1, floats.count), Self.columnLimit)
      return (
        floats.count == 1 ? floats.reshaped([]) : floats,
        Array(repeating: tensor.dataType, count: columns)
      )
    case .literal(let list): return try numbers(.tensor(list.typed()))
    case .list(let items), .tuple(let items):
      var numbers: [Float] = []
      var types: [DataType] = []
      for item in items {
        guard let (part, own) = try Self.numbers(item), part.count == 1 else { return nil }
        numbers.append(part.elements[0])
        types += own
      }
      return (Tensor(numbers, shape: [numbers.count]), types)
    default: return nil
    }
  }

  /// The value of the loop.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func value(options: PrintOptions) throws -> Value? {
    guard turns > 0 else { return nil }
    guard !isBroken, let shape, let first = types.first else { return last.map { Value($0) } }
    let type = types.reduce(first) { $0.promoted(with: $1) }
    let whole = Tensor(values, shape: try Shape(checking: [turns] + shape.dimensions))
    let tensor = try TensorValue(whole).converted(to: type)
    let stacked = StackedTurns(
      tensor: tensor, variable: name, places: placesOfTurns,
      columns: shape.rank == 1 && columns.count == shape.count ? columns : [], table: nil)
    guard turns <= Evaluation.tableLimit, shape.rank <= 1, shape.count <= Self.columnLimit,
      shape.count > 0
    else { return .stacked(stacked) }
    return .stacked(stacked.shown(as: try table(whole, width: shape.count, options: options)))
  }

  private var placesOfTurns: Plot.Places {
    if let places { return .numbers(Tensor(places, shape: [turns])) }
    return hasLabels && labels.count == turns ? .words(labels) : .counted
  }

  /// Headings that leave a line of 80 columns room for the turns' names.
  private static func cut(_ headings: [String]) -> [String] {
    let room = 64
    guard headings.reduce(0, { $0 + $1.count + 2 }) > room else { return headings }
    let most = max(6, room / headings.count - 2)
    return headings.map { $0.count > most ? $0.prefix(most - 1) + "…" : $0 }
  }

  private func table(
    _ tensor: Tensor, width: Int, options: PrintOptions
  ) throws -> Report {
    let headings = Self.cut(
      columns.count == width ? columns : (0..<width).map { width == 1 ? columns[0] : "[\($0)]" })
    var table = Table([[name] + headings], leading: [0])
    let formats = (0..<width).map { column in
      NumberFormat(
        (0..<turns).map { tensor.elements[$0 * width + column] }, options: options)
    }
    for turn in 0..<turns {
      let cells = (0..<width).map { column in
        let number = tensor.elements[turn * width + column]
        return switch types[column] {
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
