/// What a name of a Python program stands for.
enum Meaning {
  /// A module, or something that one has, by its full name: `torch.nn.Conv2d`.
  case module(String)
  /// A layer here, by its name or path.
  case layer(String)
  /// What a word of an expression here stands for.
  case value(String)
  /// A string.
  case text(String)
  /// A layer without parameters, as a function: what is written before and after its argument.
  case function(prefix: String, suffix: String)
  /// A command that takes a tensor: `maxpool 2`.
  case command(String)
  /// A loss, by its function.
  case loss(String)
  /// What takes steps on layers.
  case optimizer(rate: String, layers: [String])
  /// The parameters of layers.
  case parameters([String])
  /// Layers with the names of one of their parameters, as pruning takes several.
  case weights([String])
  /// A class that is a unit, by its name here.
  case unit(String)
  /// A class of layers.
  case layerClass(LayerClass)
  /// A class of networks.
  case networkClass(NetworkClass)
  /// A function whose value is an expression of its parameters.
  case inline(InlineFunction)
  /// A function or a class of the programs that `export` writes.
  case exported(PythonDefinition)
  /// The mask that a function of exported programs chooses.
  case chosen(PythonExpression)
  /// The processor, as the place where tensors are.
  case processor
  /// A list to which nothing was added so far.
  case emptyList
  /// A list that a loop has filled, by the name of its values here, or by one of their columns, and
  /// whether they are numbers of Python's.
  case collected(String, areNumbers: Bool)
  /// Something that was defined or set where no cell says it, and where.
  case unknown(String)

  /// The layer or the value that it stands for.
  var text: String? {
    switch self {
    case .layer(let text), .value(let text): text
    default: nil
    }
  }
}

/// An expression as a cell has it.
struct SaidExpression {
  let text: String
  /// How tightly it binds: as ``PythonParser/levels`` counts them, comparisons below.
  let level: Int

  static let tightest = 20

  init(_ text: String, level: Int = tightest) { (self.text, self.level) = (text, level) }

  /// It with parentheses where something binds more tightly.
  func within(_ level: Int) -> String { self.level < level ? "(\(text))" : text }

  /// It as a primary, which points and brackets can follow.
  var primary: String { within(Self.tightest) }

  /// It as an argument of a command: a name as it is, all else in parentheses.
  var argument: String {
    let isPath = text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    return isPath || Double(text) != nil ? text : "(\(text))"
  }
}
