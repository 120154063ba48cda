import Language
import Running
import Tensors

/// Puts the cells of a Python notebook into cells of dpu, one after the other, each run as it is made.
///
/// A cell is taken over whole or not at all: where one of its statements cannot be said, all is as it
/// was before it, but that what the cell may have changed is unknown from then on.
struct Translation {
  /// A piece of what a cell has become.
  enum Piece {
    /// Lines of prose, with their `#`.
    case prose([String])
    /// A cell, what it would show, and whether it does.
    case cell(String, text: String?, isShown: Bool)
    /// A cell that fails as the program does, and its message.
    case failure(String, message: String)
  }

  /// What cells of dpu do so far.
  private(set) var notebook: Notebook
  /// What the program's names stand for.
  var names: [String: Meaning] = [:]
  /// What the cell that is being translated has become.
  private(set) var pieces: [Piece] = []
  /// What the cell prints.
  var printed = ""
  /// What its last expression shows.
  var shown: String?
  /// Whether a value at its end is shown.
  var showsLast = false
  /// Whether what is computed leaves no graph.
  var hasNoGrad = false
  /// Where the generator was last left in a state of which nothing is known.
  var unknownDraws: String?
  /// What changes all that follows in a way that no cell says.
  var unknownAll: String?
  /// How many times something was differentiated.
  var backwardCount = 0
  /// The values that keep their gradients, as the program spells them, with the count of backward
  /// passes then.
  var retained: [String: Int] = [:]
  /// Names that share memory with what a layer has: which layer, and whether with its gradients.
  var shares: [String: (layer: String, isGradient: Bool)] = [:]
  /// What names may hold on to that cells set which stay prose.
  var ties: [String: Set<String>] = [:]
  /// Pruned layers whose weight was last made anew without a graph.
  var ungraphed: Set<String> = []
  /// The classes of layers that are not PyTorch's own, by the layers' names here.
  var classes: [String: LayerClass] = [:]
  /// What a network that is a class calls its layers there, and what they are called here, by the
  /// network's name.
  var members: [String: [String: String]] = [:]
  /// What layers print there, where that is something else than here.
  var unlike: [String: String] = [:]
  /// How deep in arguments the expression is, where a list is one of PyTorch's sizes or values.
  var argumentDepth = 0
  /// Whether the first turns of a loop are tried.
  var isTrial = false
  /// How deep in functions the expression is.
  var inlineDepth = 0
  /// What is added to lists in the turn of a loop that is being translated, by the lists' names; nil
  /// outside loops.
  var collecting: [(list: String, text: String, isNumber: Bool)]?
  /// The words in functions and classes that were defined, by their names.
  var bodies: [String: Set<String>] = [:]
  /// All names of the program, also those that stand further below.
  private let words: Set<String>
  /// The names that the statement that is being translated gave to parts of it.
  private var temporaries: [String] = []

  /// Begins a program.
  ///
  /// - Parameters:
  ///   - words: all names in it.
  ///   - files: what its cells may read.
  init(words: Set<String>, files: FileAccess) {
    self.words = words
    notebook = Notebook(files: files)
    notebook.isReplaying = true
  }

  var session: Session { notebook.session }

  /// Begins a cell.
  mutating func begin(showsLast: Bool) {
    (pieces, printed, shown, hasNoGrad) = ([], "", nil, false)
    self.showsLast = showsLast
  }

  // MARK: Cells

  /// Runs a cell that shows nothing.
  ///
  /// - Returns: what it would show.
  /// - Throws: ``Unsayable`` where it fails; `Cancelled`.
  @discardableResult
  mutating func run(_ source: String, line: Int) throws -> String? {
    let result = try result(source, line: line)
    pieces.append(.cell(source, text: result.text, isShown: false))
    return result.text
  }

  /// Shows a value.
  ///
  /// - Returns: what is shown.
  /// - Throws: ``Unsayable`` where it cannot be shown; `Cancelled`.
  @discardableResult
  mutating func show(_ source: String, line: Int) throws -> String {
    if let text = try unlikeText(source, line: line) {
      // What it prints there is known, and is not what it prints here.
      say(text.lines.map { MarkdownProse.comment("    " + $0) })
      return text
    }
    let before = notebook
    let result = try result(source, line: line)
    guard let text = result.text else { throw Unsayable(line: line, reason: "it shows nothing") }
    // What a command shows need not be asked for once more.
    if case .cell(let last, let lastText, isShown: false)? = pieces.last, lastText == text {
      notebook = before
      pieces[pieces.count - 1] = .cell(last, text: text, isShown: true)
    } else {
      pieces.append(.cell(source, text: text, isShown: true))
    }
    return text
  }

  private mutating func result(_ source: String, line: Int) throws -> CellResult {
    try Cancellation.check()
    let before = session.generator
    let result = notebook.run(source)
    if result.wasCancelled { throw Cancelled() }
    if let failure = result.failure {
      throw Unsayable(
        line: line, reason: "here: \(failure.message)", failed: (source, failure.message))
    }
    if let unknownDraws, session.generator != before {
      throw Unsayable(line: line, reason: "random numbers were drawn in \(unknownDraws)")
    }
    return result
  }

  /// What a layer is made by, where that is no class of PyTorch's.
  func type(of layer: String) -> LayerClass? {
    if let type = classes[layer] { return type }
    guard let type = classes[layer.root], type.isExported else { return nil }
    return type
  }

  /// What a layer prints there, where that is something else than here.
  private func unlikeText(_ source: String, line: Int) throws -> String? {
    if let text = unlike[source] { return text }
    guard let name = classes[source]?.unlikeName,
      case .layer(let layer)? = try value(of: source, line: line)
    else { return nil }
    return name + layer.description.drop { $0 != "(" }
  }

  /// Forgets what a layer of this name was.
  mutating func forgetClass(of name: String) {
    (classes[name], members[name], unlike[name]) = (nil, nil, nil)
  }

  /// A copy of a layer is of its class.
  mutating func copyClass(from layer: String, to copy: String) {
    (classes[copy], members[copy], unlike[copy]) = (classes[layer], members[layer], unlike[layer])
  }

  /// Begins pieces that are none of the cell's: those of a loop's turn.
  mutating func takePieces() -> [Piece] {
    defer { pieces = [] }
    return pieces
  }

  /// Takes a cell that fails, as it does in the program.
  mutating func fail(_ source: String, message: String) {
    pieces.append(.failure(source, message: message))
  }

  /// Says something in words.
  mutating func say(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    if case .prose(let before)? = pieces.last {
      pieces[pieces.count - 1] = .prose(before + lines)
    } else {
      pieces.append(.prose(lines))
    }
  }

  /// What an expression has for a value, without changing anything.
  ///
  /// - Throws: ``Unsayable`` where it has none; `Cancelled`.
  func value(of text: String, line: Int) throws -> Value? {
    do {
      var evaluation = Evaluation(session: session) { throw OutError.outShowsNothing($0) }
      return try evaluation.run(Parser.parse(text))
    } catch let cancelled as Cancelled {
      throw cancelled
    } catch let diagnostic as Diagnostic {
      throw Unsayable(
        line: line, reason: "here: \(diagnostic.message)", failed: (text, diagnostic.message))
    } catch let placed as Placed {
      throw Unsayable(line: line, reason: "here: \(placed.error.message)")
    } catch {
      throw Unsayable(line: line, reason: "it cannot be computed")
    }
  }

  // MARK: Names

  /// What a name stands for.
  ///
  /// - Throws: ``Unsayable`` where nothing is known of it.
  func meaning(of name: String, line: Int) throws(Unsayable) -> Meaning {
    guard let meaning = names[name] else {
      throw Unsayable(line: line, reason: "'\(name.visible)' is not defined above")
    }
    if case .unknown(let reason) = meaning {
      throw Unsayable(line: line, reason: "'\(name.visible)' \(reason)")
    }
    return meaning
  }

  /// The name here for what a program calls so: its own, or one like it where that is taken or
  /// means something here.
  mutating func free(_ name: String) -> String {
    names[name] = nil
    return unused(name, isOwn: true)
  }

  private func unused(_ name: String, isOwn: Bool) -> String {
    let taken = Set(names.values.flatMap(\.holders) + shares.values.map(\.layer) + temporaries)
    func isFree(_ word: String) -> Bool {
      word.isIdentifier && ReservedWords.meaning(of: word) == nil && !taken.contains(word)
    }
    if isOwn, isFree(name) { return name }
    let stem = name.isIdentifier ? name : "x"
    var number = 1
    while words.contains("\(stem)\(number)") || !isFree("\(stem)\(number)") { number += 1 }
    return "\(stem)\(number)"
  }

  /// A name for a value that has none in the program.
  mutating func temporary() -> String {
    let name = unused("part", isOwn: false)
    temporaries.append(name)
    return name
  }

  /// A name for what is added to a list in a turn.
  func unusedTemporary(_ name: String) -> String { unused(name, isOwn: false) }

  /// Goes on with cells that were run elsewhere.
  mutating func adopt(_ notebook: Notebook, _ pieces: [Piece]) {
    (self.notebook, self.pieces) = (notebook, pieces)
  }

  /// Begins a statement.
  mutating func beginStatement() { temporaries = [] }

  /// Gives a name something else to stand for.
  mutating func bind(_ name: String, to meaning: Meaning?) {
    names[name] = meaning
    retained = retained.filter { $0.key.root != name }
    (shares[name], ties[name]) = (nil, nil)
  }

  /// What shares memory with a layer has changed with it.
  mutating func noteChange(of layer: String, gradients: Bool = false) {
    for (name, share) in shares where share.isGradient == gradients && share.layer == layer.root {
      names[name] = .unknown("shares memory with what '\(share.layer)' has, which has changed")
    }
  }
}

extension Meaning {
  /// The names here that it needs.
  fileprivate var holders: [String] {
    let texts: [String] =
      switch self {
      case .layer(let text), .value(let text), .collected(let text, _): [text]
      case .optimizer(_, let layers), .parameters(let layers), .weights(let layers): layers
      default: []
      }
    return texts.map(\.root)
  }
}

extension String {
  /// The name that a path begins with.
  var root: String { String(prefix { $0 != "." && $0 != "[" }) }
}
