import Functions
import Tensors

// Loops: a block whose turns read alike is a loop here.
extension Translation {
  /// The most turns of a loop that are written one after the other.
  private static let turnLimit = 12

  /// Columns of a loop that stands in one line.
  private static let width = 96

  /// A turn of a loop, translated.
  private struct Turn: Equatable {
    var lines: [String]
    var collected: [String: String]
    var order: [String]
  }

  /// Translates a loop.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func translate(
    loop target: PythonExpression, _ items: PythonExpression, _ body: [PythonStatement], line: Int
  ) throws {
    if try stepsByHand(target, items, body) { return }
    guard let name = target.name else {
      throw Unsayable(line: line, reason: "a loop over several values at once")
    }
    let values = try turns(items, line: line)
    let before = self
    do {
      try repeated(name, items, values, body, line: line)
    } catch let unsayable as Unsayable {
      // What does not read alike can be written one after the other.
      guard values.isWhole, values.first.count <= Self.turnLimit else { throw unsayable }
      self = before
      for text in values.first {
        beginStatement()
        let free = free(name)
        try run("\(free) = \(text)", line: line)
        bind(name, to: .value(free))
        try translate(body)
      }
    }
  }

  /// What a loop goes through.
  private struct Turns {
    /// As a cell has it.
    let said: String
    /// Its first values.
    let first: [String]
    /// Whether these are all.
    let isWhole: Bool
    /// How many there are, as a cell has it, where they are counted from 0.
    let count: String?
  }

  /// What a loop goes through.
  private mutating func turns(
    _ items: PythonExpression, line: Int
  ) throws -> Turns {
    switch items.kind {
    case .call(let callee, let arguments) where callee.name == "range" && names["range"] == nil:
      let bounds = try arguments.map { try said($0.value).text }
      let numbers = try bounds.map { text -> Int in
        guard case .scalar(.integer(let number))? = try value(of: text, line: line)?.datum else {
          throw Unsayable(line: line, reason: "a range of what are no whole numbers")
        }
        return number
      }
      guard (1...3).contains(numbers.count), numbers.count < 3 || numbers[2] != 0 else {
        throw Unsayable(line: line, reason: "this range")
      }
      let (start, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
      let step = numbers.count == 3 ? numbers[2] : 1
      let (length, overflows) = end.subtractingReportingOverflow(start)
      guard !overflows, length.magnitude < 1 << 40 else {
        throw Unsayable(line: line, reason: "this range")
      }
      let turns = stride(from: start, to: end, by: step)
      let first = Array(turns.prefix(Self.turnLimit + 1))
      return Turns(
        said: "range(\(bounds.joined(separator: ", ")))", first: first.map(String.init),
        isWhole: first.count <= Self.turnLimit,
        count: numbers.count == 1 ? try said(arguments[0].value).argument : nil)
    case .list(let values), .tuple(let values):
      let texts = try values.map { value -> String in
        let text = try said(value).text
        guard case .scalar? = try self.value(of: text, line: line)?.datum else {
          throw Unsayable(line: line, reason: "a loop over what are no numbers")
        }
        return text
      }
      let words = texts.map { Double($0) != nil ? $0 : "(\($0))" }
      return Turns(said: words.joined(separator: " "), first: texts, isWhole: true, count: nil)
    default: throw Unsayable(line: line, reason: "a loop over what is no range and no list")
    }
  }

  /// A loop as one cell: its first turns are tried, and must read alike.
  private mutating func repeated(
    _ name: String, _ items: PythonExpression,
    _ values: Turns,
    _ body: [PythonStatement], line: Int
  ) throws {
    guard !values.first.isEmpty else {
      throw Unsayable(line: line, reason: "a loop without turns")
    }
    let before = self
    var trial = self
    trial.isTrial = true
    let free = trial.free(name)
    var turns: [Turn] = []
    for text in values.first.prefix(3) {
      _ = trial.takePieces()
      trial.beginStatement()
      try trial.run("\(free) = \(text)", line: line)
      trial.bind(name, to: .value(free))
      _ = trial.takePieces()
      trial.collecting = []
      try trial.translate(body)
      var lines: [String] = []
      for piece in trial.takePieces() {
        guard case .cell(let source, _, isShown: false) = piece else {
          throw Unsayable(line: line, reason: "a loop that prints")
        }
        lines.append(source)
      }
      let collected = trial.collecting ?? []
      turns.append(
        Turn(
          lines: lines,
          collected: Dictionary(collected.map { ($0.list, $0.text) }, uniquingKeysWith: { $1 }),
          order: collected.map(\.list)))
    }
    guard let turn = turns.last, turns.dropFirst().allSatisfy({ $0 == turn }),
      turns[0] == turn, Set(turn.order).count == turn.order.count
    else {
      throw Unsayable(line: line, reason: "a loop whose turns do not read alike")
    }
    let isNamed =
      name != "_" && turn.lines.contains { $0.hasWord(free) }
      || turn.collected.values.contains { $0.hasWord(free) } || !turn.order.isEmpty
    let after = trial
    self = before
    var (block, names) = (turn.lines, after.names)
    var ending = ""
    if let list = turn.order.first {
      var texts = turn.order.compactMap { turn.collected[$0] }
      // What is added last needs no name.
      if texts.count == 1, let last = block.last, last.hasPrefix("\(texts[0]) = ") {
        texts = [String(last.dropFirst(texts[0].count + 3))]
        block.removeLast()
      }
      block.append(texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]")
      let whole = self.free(turn.order.count == 1 ? list : "values")
      ending = " as \(whole)"
      for (place, list) in turn.order.enumerated() {
        names[list] = .collected(
          turn.order.count == 1 ? whole : "\(whole)[:, \(place)]",
          areNumbers: after.collecting?.first { $0.list == list }?.isNumber ?? false)
      }
    }
    let header =
      isNamed ? "for \(free) in \(values.said)" : "repeat \(values.count ?? "")"
    guard isNamed || values.count != nil else {
      throw Unsayable(line: line, reason: "a loop over a range that does not begin at 0")
    }
    var source = "\(header) { \(block.joined(separator: "; ")) }\(ending)"
    if source.count > Self.width {
      let lines = block.map { "  \($0.lines.joined(separator: "\n  "))" }
      source = (["\(header) {"] + lines + ["}\(ending)"]).joined(separator: "\n")
    }
    try run(source, line: line)
    let (notebook, pieces) = (self.notebook, self.pieces)
    self = after
    adopt(notebook, pieces)
    self.names = names
    isTrial = before.isTrial
    if !isNamed { bind(name, to: nil) }
    collecting = before.collecting
  }

  // MARK: Lists

  /// `values.append(value)` in a loop: the turn's value.
  ///
  /// - Throws: ``Unsayable``, `Cancelled`.
  mutating func append(_ value: PythonExpression, to name: String, line: Int) throws {
    guard collecting != nil, case .emptyList? = names[name] else {
      throw Unsayable(line: line, reason: "an append to a list outside a loop")
    }
    if let items = Self.stackedItems(value) {
      let texts = try said(items).map(\.text)
      collecting?.append((name, "[\(texts.joined(separator: ", "))]", false))
      return
    }
    let kept = Self.withoutView(value)
    let text = try said(kept).text
    // A number is kept as a float32: only what was one stays what it is.
    var isNumber = true
    switch try self.value(of: text, line: line)?.datum {
    case .tensor?: isNumber = false
    case .scalar(.float(let number))? where Double(Float(number)) == number: break
    case .scalar(.integer(let number))? where abs(number) < 1 << 24: break
    default: throw Unsayable(line: line, reason: "an append of what is no tensor or number")
    }
    // What follows may change what it is computed from.
    let part = unusedTemporary(name)
    try run("\(part) = \(text)", line: line)
    collecting?.append((name, part, isNumber))
  }

  /// The value without what makes one element of it, which turns do of themselves.
  private static func withoutView(_ value: PythonExpression) -> PythonExpression {
    guard case .call(let callee, let arguments) = value.kind,
      case .attribute(let owner, let method) = callee.kind
    else { return value }
    if method == "detach", arguments.isEmpty { return withoutView(owner) }
    if method == "view", arguments.count == 1, case .tuple(let sizes) = arguments[0].value.kind,
      sizes.isEmpty
    {
      return withoutView(owner)
    }
    return value
  }

  /// The values of the columns that exported programs keep of a turn.
  private static func stackedItems(_ value: PythonExpression) -> [PythonExpression]? {
    guard case .call(let callee, let arguments) = value.kind, callee.spelling == "torch.stack",
      arguments.count == 1,
      case .comprehension(let element, let target, let items) = arguments[0].value.kind,
      element.spelling == "torch.as_tensor(\(target.spelling)).detach().view(())",
      case .list(let values) = items.kind
    else { return nil }
    return values
  }

  /// `torch.stack(values)`, `torch.tensor(values)`: what a loop has filled.
  func collected(_ full: String, _ arguments: [PythonArgument]) throws -> String? {
    guard ["torch.stack", "torch.tensor"].contains(full), arguments.count == 1,
      let name = arguments[0].value.name, case .collected(let text, _)? = names[name]
    else { return nil }
    return text
  }

  /// `values[-1]` of a list that a loop has filled: a number where numbers were added.
  mutating func element(
    of owner: PythonExpression, _ indices: [PythonIndex]
  ) throws -> SaidExpression? {
    guard let name = owner.name, case .collected(let text, let areNumbers)? = names[name] else {
      return nil
    }
    guard indices.count == 1, case .value(let index) = indices[0], !text.contains("[") else {
      throw Unsayable(line: owner.line, reason: "a part of a list")
    }
    return SaidExpression(
      "\(text)[\(try said(index).text)]" + (areNumbers ? ".item()" : ""))
  }

  // MARK: Conditions and steps

  /// Whether a test holds that depends on numbers of the program alone.
  ///
  /// - Throws: ``Unsayable`` where it depends on anything else.
  mutating func holds(_ test: PythonExpression) throws -> Bool {
    if test.spelling == "(__name__=='__main__')" { return true }
    if case .call(let callee, let arguments) = test.kind, arguments.isEmpty,
      let full = fullName(callee), full.hasSuffix(".is_available")
    {
      // There is nothing but the processor.
      return false
    }
    let beyond = Unsayable(line: test.line, reason: "'if' with what is not known before")
    // The first turns of a loop do not tell what holds in the others.
    guard !isTrial else { throw beyond }
    let isPlain = !test.contains { part in
      switch part.kind {
      case .call, .text, .attribute, .index: return true
      default: return false
      }
    }
    guard isPlain else { throw beyond }
    let text = try said(test).text
    guard case .scalar(let scalar)? = try value(of: text, line: test.line)?.datum else {
      throw beyond
    }
    switch scalar {
    case .boolean(let value): return value
    case .integer(let number): return number != 0
    case .float(let number): return number != 0
    }
  }

  /// `for p in m.parameters(): p -= rate * p.grad` is a step.
  private mutating func stepsByHand(
    _ target: PythonExpression, _ items: PythonExpression, _ body: [PythonStatement]
  ) throws -> Bool {
    guard hasNoGrad, let name = target.name, body.count == 1,
      case .augmented(let changed, "-", let value) = body[0].kind, changed.name == name,
      case .binary("*", let left, let right) = value.kind,
      case .call(let callee, let arguments) = items.kind, arguments.isEmpty,
      case .attribute(let owner, "parameters") = callee.kind, let layer = try layer(owner)
    else { return false }
    let rate: PythonExpression
    if right.spelling == "\(name).grad" {
      rate = left
    } else if left.spelling == "\(name).grad" {
      rate = right
    } else {
      return false
    }
    try run("\(StepCommand.name) \(try said(rate).argument) \(layer)", line: body[0].line)
    noteChange(of: layer)
    return true
  }
}
