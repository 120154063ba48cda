/// What a method of a class does, followed line by line: what it returns and what it sets, as
/// expressions of its parameters and of `self`.
struct MethodBody {
  /// What is assumed of the layer that the method works on.
  struct Assumptions {
    /// Whether it has a mask.
    var hasMask = true
    /// Whether it has a bias.
    var hasBias = true
  }

  /// What it returns.
  private(set) var result: PythonExpression?
  /// What it sets of `self` or of a function's context, by name.
  private(set) var set: [String: PythonExpression] = [:]
  /// The names of what it sets, in order.
  private(set) var order: [String] = []
  /// What a function saves for its backward pass.
  private(set) var saved: [PythonExpression] = []

  /// An expression, and how many parts it has and how deep they are within one another.
  private struct Local {
    let value: PythonExpression
    let size: Int
    let depth: Int
  }

  private var locals: [String: Local] = [:]
  private let assumptions: Assumptions
  /// The name of the object that the method works on.
  private let owner: String

  /// A function that stands for setting elements of a tensor to a number.
  static let setting = "\u{1}set"

  /// Follows a method.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - arguments: what its parameters stand for, the first one's name left as it is.
  ///   - assumptions: what is assumed where it asks.
  ///   - known: what the object has already, by name.
  ///   - saved: what the forward pass has saved.
  /// - Throws: ``Unsayable`` where it does what cannot be followed.
  init(
    _ method: PythonFunction, calling arguments: [PythonExpression],
    assuming assumptions: Assumptions = Assumptions(),
    knowing known: [String: PythonExpression] = [:], saved: [PythonExpression] = []
  ) throws(Unsayable) {
    self.assumptions = assumptions
    self.saved = saved
    set = known
    owner = method.parameters.first?.name ?? ""
    for (parameter, value) in zip(method.parameters.dropFirst(), arguments) {
      locals[parameter.name] = Local(value: value, size: 1, depth: 1)
    }
    try follow(method.body)
  }

  private mutating func follow(_ statements: [PythonStatement]) throws(Unsayable) {
    for statement in statements where result == nil { try follow(statement) }
  }

  private mutating func follow(_ statement: PythonStatement) throws(Unsayable) {
    func beyond() -> Unsayable {
      Unsayable(line: statement.line, reason: "what this line of the class does")
    }
    switch statement.kind {
    case .pass, .assertion: break
    case .expression(let expression):
      if case .text = expression.kind { return }
      guard case .call(let callee, let arguments) = expression.kind else { throw beyond() }
      if callee.spelling.hasPrefix("super("), callee.spelling.hasSuffix(").__init__") { return }
      guard callee.spelling == "\(owner).save_for_backward",
        arguments.allSatisfy({ $0.key == nil && $0.stars.isEmpty })
      else { throw beyond() }
      for argument in arguments { saved.append(try inlined(argument.value).value) }
    case .assignment(let targets, let value):
      guard targets.count == 1, assign(targets[0], try inlined(value)) else { throw beyond() }
    case .condition(let test, let body, let otherwise):
      guard let holds = holds(test) else { throw beyond() }
      try follow(holds ? body : otherwise)
    case .with(let items, let body):
      guard items.count == 1, items[0].spelling == "torch.no_grad()" else { throw beyond() }
      try follow(body)
    case .returning(let value):
      result = try inlined(value ?? .named("None")).value
    case .other(let reason): throw Unsayable(line: statement.line, reason: reason)
    default: throw beyond()
    }
  }

  private mutating func assign(_ target: PythonExpression, _ new: Local) -> Bool {
    let value = new.value
    func part(_ value: PythonExpression) -> Local {
      Local(value: value, size: new.size + 2, depth: new.depth + 1)
    }
    switch target.kind {
    case .name(let name):
      locals[name] = new
      return true
    case .attribute(let object, let name) where object.name == owner:
      set[name] = value
      order.append(name)
      return true
    case .tuple(let targets), .list(let targets):
      if case .tuple(let items) = value.kind {
        guard targets.count == items.count else { return false }
        return zip(targets, items).allSatisfy { assign($0, part($1)) }
      }
      return targets.enumerated().allSatisfy { index, target in
        let place = PythonExpression(kind: .number("\(index)"), line: value.line)
        return assign(
          target,
          part(PythonExpression(kind: .index(value, [.value(place)]), line: value.line)))
      }
    case .index(let object, let indices):
      // Elements of a local tensor are set in place.
      guard let name = object.name, let tensor = locals[name], indices.count == 1,
        case .value(let index) = indices[0], let place = try? inlined(index)
      else { return false }
      let parts = [tensor.value, place.value, value].map { PythonArgument(key: nil, value: $0) }
      let call = PythonExpression(kind: .call(.named(Self.setting), parts), line: value.line)
      locals[name] = Local(
        value: call, size: tensor.size + place.size + new.size,
        depth: max(tensor.depth, place.depth, new.depth) + 1)
      return true
    default: return false
    }
  }

  /// The most parts of an expression, and the deepest: what is said twice in each line doubles.
  private static let (sizeLimit, depthLimit) = (4000, 120)

  private func measure(_ expression: PythonExpression) -> (size: Int, depth: Int) {
    if let name = expression.name, let local = locals[name] { return (local.size, local.depth) }
    return expression.parts.reduce((1, 1)) { result, part in
      let (size, depth) = measure(part)
      return (result.0 + size, max(result.1, depth + 1))
    }
  }

  /// The expression with what its local names and the object's attributes stand for.
  private func inlined(_ expression: PythonExpression) throws(Unsayable) -> Local {
    let (size, depth) = measure(expression)
    guard size < Self.sizeLimit, depth < Self.depthLimit else {
      throw Unsayable(line: expression.line, reason: "a very long computation")
    }
    return Local(value: replaced(expression), size: size, depth: depth)
  }

  private func replaced(_ expression: PythonExpression) -> PythonExpression {
    expression.replacing { part in
      switch part.kind {
      case .name(let name): return locals[name]?.value
      case .attribute(let object, let name) where object.name == owner:
        if name == "saved_tensors" || name == "saved_variables" {
          return PythonExpression(kind: .tuple(saved), line: part.line)
        }
        return set[name]
      case .index(let object, let indices):
        guard object.spelling == "\(owner).saved_tensors", indices.count == 1,
          case .value(let index) = indices[0], case .number(let text) = index.kind,
          let place = Int(text), saved.indices.contains(place)
        else { return nil }
        return saved[place]
      default: return nil
      }
    }
  }

  private func holds(_ test: PythonExpression) -> Bool? {
    switch test.spelling {
    case "hasattr(\(owner),'mask')", "'is not'(\(owner).mask,None)": assumptions.hasMask
    case "'is'(\(owner).mask,None)", "'not'(hasattr(\(owner),'mask'))": !assumptions.hasMask
    case "'is not'(\(owner).bias,None)": assumptions.hasBias
    case "'is'(\(owner).bias,None)": !assumptions.hasBias
    default: nil
    }
  }
}
