import Functions

/// What a cell that stays prose may have changed in Python: nothing is known of it from then on.
///
/// Rather too much than too little: a value that is shown although the program has changed it would be
/// wrong without a word.
struct ChangedNames {
  /// The names whose values it may change.
  private(set) var names: Set<String> = []
  /// The names that it sets.
  private(set) var assigned: Set<String> = []
  /// What the names that it sets may hold on to, by the names here.
  private(set) var ties: [String: Set<String>] = [:]
  /// Whether it may draw random numbers.
  private(set) var draws = false
  /// Whether it may compute gradients.
  private(set) var differentiates = false
  /// Why nothing is known at all from then on.
  private(set) var everything: String?

  private let translation: Translation

  init(_ statements: [PythonStatement], in translation: Translation) {
    self.translation = translation
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statements: [PythonStatement]) {
    for statement in statements { visit(statement) }
  }

  private mutating func visit(_ statement: PythonStatement) {
    switch statement.kind {
    case .importing, .pass, .assertion: break
    case .expression(let expression): visit(expression)
    case .assignment(let targets, let value):
      for target in targets { visit(target: target, holding: value) }
      visit(value)
    case .augmented(let target, _, let value):
      visit(target: target, holding: value)
      if let root = root(target) { names.insert(root) }
      visit(value)
    case .with(let items, let body):
      for item in items { visit(item) }
      visit(body)
    case .loop(let target, let items, let body):
      visit(target: target, holding: items)
      visit(items)
      visit(body)
    case .condition(let test, let body, let otherwise):
      visit(test)
      visit(body)
      visit(otherwise)
    case .function(let function): assigned.insert(function.name)
    case .type(let type): assigned.insert(type.name)
    case .returning(let value): if let value { visit(value) }
    case .other: addAll(statement.tokens)
    }
  }

  /// What is not understood may change all that it names.
  private mutating func addAll(_ tokens: ArraySlice<PythonToken>) {
    var previous = ""
    for token in tokens {
      if token.kind == .name, previous != "." { call(token.text) }
      if case .formatted(let content) = token.kind { visit(formatted: content, line: token.line) }
      previous = token.text
    }
    (draws, differentiates) = (true, true)
    for name in names { tie(name, to: names) }
  }

  private mutating func tie(_ name: String, to others: Set<String>) {
    var held = ties[name] ?? []
    for other in others {
      held.formUnion(translation.roots(of: other))
      held.formUnion(ties[other] ?? [])
    }
    ties[name] = held
  }

  private mutating func visit(target: PythonExpression, holding value: PythonExpression) {
    switch target.kind {
    case .tuple(let items), .list(let items):
      for item in items { visit(target: item, holding: value) }
    case .name(let name):
      assigned.insert(name)
      tie(name, to: Self.words(in: value))
    default:
      if let root = root(target) {
        names.insert(root)
        tie(root, to: Self.words(in: value))
      }
      for part in target.parts { visit(part) }
    }
  }

  private static func words(in expression: PythonExpression) -> Set<String> {
    if let name = expression.name { return [name] }
    return expression.parts.reduce(into: []) { $0.formUnion(words(in: $1)) }
  }

  private func root(_ expression: PythonExpression) -> String? {
    switch expression.kind {
    case .name(let name): name
    case .attribute(let owner, _), .index(let owner, _): root(owner)
    case .call(let callee, _): root(callee)
    default: nil
    }
  }

  private mutating func visit(_ expression: PythonExpression) {
    if case .formatted(let content) = expression.kind {
      visit(formatted: content, line: expression.line)
    }
    if case .call(let callee, let arguments) = expression.kind { visit(call: callee, arguments) }
    for part in expression.parts { visit(part) }
  }

  private mutating func visit(formatted content: String, line: Int) {
    for piece in PythonText.pieces(of: content) ?? [] {
      guard case .value(let source, _) = piece,
        let expression = try? PythonParser.expression(source, line: line)
      else { continue }
      visit(expression)
    }
  }

  // MARK: Calls

  private static let builtins: Set<String> = [
    "print", "len", "range", "str", "int", "float", "bool", "abs", "min", "max", "sum", "round",
    "list", "tuple", "dict", "set", "zip", "enumerate", "sorted", "reversed", "type", "isinstance",
    "hasattr", "getattr", "repr", "format", "id", "any", "all", "display", "help", "dir",
  ]

  private static let pureMethods: Set<String> = [
    "numpy", "tolist", "cpu", "contiguous", "format", "join", "split", "items", "keys", "values",
    "parameters", "named_parameters", "buffers", "named_buffers", "modules", "named_modules",
    "children", "named_children", "state_dict", "data_ptr", "storage", "element_size",
    "is_contiguous",
    "stride", "double", "half", "int", "type", "movedim", "retain_grad",
  ]

  private static let pureModules: Set<String> = [
    "numpy", "matplotlib", "math", "time", "os", "sys", "copy", "seaborn", "pandas", "collections",
    "itertools", "functools", "json", "pathlib", "IPython",
  ]

  private mutating func visit(call callee: PythonExpression, _ arguments: [PythonArgument]) {
    if let full = translation.fullName(callee) { return visit(function: full, arguments) }
    if case .attribute(let owner, let method) = callee.kind {
      if method == "backward" { differentiates = true }
      let isPure = FunctionTable.function(method) != nil || Self.pureMethods.contains(method)
      guard !isPure || method.hasSuffix("_") else { return }
      if let root = root(owner) { call(root) }
      add(arguments)
      return
    }
    guard let name = callee.name else {
      add(arguments)
      (draws, differentiates) = (true, true)
      return
    }
    if translation.names[name] == nil, Self.builtins.contains(name) { return }
    call(name)
    switch translation.names[name] {
    case .layer?, .function?, .command?, .loss?: break
    case .layerClass?, .networkClass?: draws = true
    default:
      add(arguments)
      draws = true
      let words = translation.bodies[name]
      if words?.contains("backward") ?? true { differentiates = true }
    }
  }

  private mutating func visit(function full: String, _ arguments: [PythonArgument]) {
    let words = full.split(separator: ".").map(String.init)
    let name = words[words.count - 1]
    if ["torch.set_default_dtype", "torch.set_default_tensor_type", "torch.set_default_device"]
      .contains(full) || full == "torch.set_printoptions"
    {
      everything = "\(name), which changes all that follows"
    }
    if name.hasSuffix("_") || full.hasPrefix("torch.nn.utils.") || name == "backward" {
      add(arguments)
      differentiates = differentiates || name == "backward"
    }
    if Self.pureModules.contains(words[0]) { return }
    guard words[0] == "torch" else {
      add(arguments)
      (draws, differentiates) = (true, true)
      return
    }
    let isPlain =
      words.count == 2 || full.hasPrefix("torch.nn.functional.") || full.hasPrefix("torch.optim.")
      || full.hasPrefix("torch.linalg.") || full.hasPrefix("torch.nn.utils.prune.")
    let isRandom = ["rand", "normal", "bernoulli", "multinomial", "dropout", "seed"]
      .contains { name.contains($0) }
    if !isPlain || isRandom { draws = true }
  }

  private mutating func add(_ arguments: [PythonArgument]) {
    for argument in arguments {
      if let root = root(argument.value) { call(root) }
      for item in argument.value.parts { if let root = root(item) { call(root) } }
    }
  }

  /// What is called may change itself, and what its own lines name.
  private mutating func call(_ name: String) {
    // What Python has of its own is not changed by being named.
    let isOwn =
      Self.builtins.contains(name) || PythonParser.keywords.contains(name)
      || ["True", "False", "None"].contains(name)
    if isOwn, translation.names[name] == nil { return }
    guard names.insert(name).inserted else { return }
    for word in translation.bodies[name] ?? [] { call(word) }
  }
}

extension Translation {
  /// Notes that nothing is known of what a cell may have changed.
  ///
  /// - Parameters:
  ///   - statements: the cell's.
  ///   - place: where it stands, in words.
  mutating func forget(_ statements: [PythonStatement], in place: String) {
    for statement in statements {
      if case .importing(let imports) = statement.kind { bind(imports) }
      noteBodies(statement)
    }
    let changed = ChangedNames(statements, in: self)
    // What is set and then changed in one cell changes what it was set to.
    for (name, others) in changed.ties { ties[name, default: []].formUnion(others) }
    forget(changed.names, in: place)
    forget(assigned: changed.assigned, in: place)
    if changed.draws { unknownDraws = "\(place), which is prose" }
    if let everything = changed.everything { unknownAll = "\(place) has \(everything)" }
    if changed.differentiates { forgetGradients(in: place) }
  }

  /// Notes that nothing is known of these names.
  mutating func forget(_ words: Set<String>, in place: String) {
    let unknown = Meaning.unknown("is set or changed in \(place), which is prose")
    var forgotten: Set<String> = []
    var roots: Set<String> = []
    func add(_ word: String) {
      guard forgotten.insert(word).inserted else { return }
      roots.formUnion(self.roots(of: word))
    }
    for word in words {
      if case .module? = names[word] { continue }
      add(word)
    }
    var count = -1
    while count < forgotten.count {
      count = forgotten.count
      for (name, meaning) in names {
        let isHeld = meaning.text.map { roots.contains($0.root) } ?? false
        let isTied = !roots.isDisjoint(with: ties[name] ?? [])
        let isShared = shares[name].map { roots.contains($0.layer) } ?? false
        if isHeld || isTied || isShared { add(name) }
      }
    }
    for word in forgotten {
      let held = ties[word]
      bind(word, to: unknown)
      ties[word] = held
    }
  }

  /// The names here of what a name stands for, or may hold on to.
  fileprivate func roots(of word: String) -> Set<String> {
    var roots = ties[word] ?? []
    switch names[word] {
    case .layer(let text)?, .value(let text)?: roots.insert(text.root)
    case .optimizer(_, let layers)?, .parameters(let layers)?, .weights(let layers)?:
      roots.formUnion(layers.map(\.root))
    default: break
    }
    // What shares its memory changes with it.
    if let share = shares[word] { roots.insert(share.layer) }
    return roots
  }

  /// Notes that nothing is known of what these names stand for now; what they stood for is as it was.
  private mutating func forget(assigned words: Set<String>, in place: String) {
    for word in words {
      let held = ties[word]
      bind(word, to: .unknown("is set or changed in \(place), which is prose"))
      ties[word] = held
    }
  }

  private mutating func forgetGradients(in place: String) {
    let held = names.filter { _, meaning in
      switch meaning {
      case .layer: return true
      case .value(let text):
        if case .tensor(let variable)? = try? value(of: text, line: 0) {
          return variable.requiresGradient
        }
        return false
      default: return false
      }
    }
    forget(Set(held.keys), in: place)
  }

  private mutating func noteBodies(_ statement: PythonStatement) {
    let name: String
    switch statement.kind {
    case .function(let function): name = function.name
    case .type(let type): name = type.name
    default: return
    }
    // With what stands after points: whether something is differentiated is said there.
    bodies[name] = Set(statement.tokens.filter { $0.kind == .name }.map(\.text))
  }
}
