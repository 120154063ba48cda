/// A class of `torch.nn.Module` whose forward pass goes through its layers one after the other, as a
/// network here does.
struct NetworkClass {
  /// What is done with what came before.
  enum Step {
    /// A member of the class.
    case member(String)
    /// A function, as a stage: `relu`, `flatten`.
    case stage(String)
    /// A window: its command's name and arguments.
    case window(PythonExpression, [PythonArgument])
    /// A view as rows of so many numbers, which is `flatten` where a linear layer takes them.
    case rows
  }

  let name: String
  /// The parameters of its initializer, with their defaults.
  let parameters: [(name: String, initial: PythonExpression?)]
  /// How it is made, with the values of its parameters.
  private let initializer: PythonFunction
  /// What forward does, in order.
  let steps: [Step]

  /// Reads a class.
  ///
  /// - Parameters:
  ///   - type: the class.
  ///   - line: its line.
  ///   - fullName: gives the full name of a function.
  /// - Throws: ``Unsayable`` where its forward pass is no row of layers.
  init(
    _ type: PythonClass, line: Int, fullName: (PythonExpression) -> String?
  ) throws(Unsayable) {
    func beyond(_ reason: String) -> Unsayable {
      Unsayable(line: line, reason: "the class '\(type.name.visible)', \(reason)")
    }
    guard let initializer = type.method("__init__"), let forward = type.method("forward"),
      forward.parameters.count == 2
    else { throw beyond("which is made in another way than from layers") }
    name = type.name
    self.initializer = initializer
    parameters = Array(initializer.parameters.dropFirst())
    let body = try MethodBody(forward, calling: [.named("\u{1}input")])
    guard let result = body.result else { throw beyond("whose forward gives nothing") }
    var steps: [Step] = []
    var rest = result
    while rest.name != "\u{1}input" {
      guard let (step, inner) = Self.step(rest, fullName), steps.count < 200 else {
        throw beyond("whose forward is no row of layers")
      }
      steps.append(step)
      rest = inner
    }
    self.steps = steps.reversed()
  }

  /// The members with what makes them, for the values of the parameters.
  ///
  /// - Throws: ``Unsayable`` where they are made in a way that cannot be followed.
  func members(
    _ values: [PythonExpression]
  ) throws(Unsayable) -> [(name: String, maker: PythonExpression)] {
    let body = try MethodBody(initializer, calling: values)
    return body.order.compactMap { name in body.set[name].map { (name, $0) } }
  }

  private static let functions = [
    "torch.nn.functional.relu": "relu", "torch.relu": "relu", "torch.sigmoid": "sigmoid",
    "torch.nn.functional.sigmoid": "sigmoid", "torch.tanh": "tanh",
    "torch.nn.functional.tanh": "tanh",
  ]

  /// What an expression does last, and with what.
  private static func step(
    _ expression: PythonExpression, _ fullName: (PythonExpression) -> String?
  ) -> (Step, PythonExpression)? {
    guard case .call(let callee, let arguments) = expression.kind,
      arguments.allSatisfy({ $0.stars.isEmpty })
    else { return nil }
    if let full = fullName(callee) {
      guard let inner = arguments.first, inner.key == nil else { return nil }
      let rest = Array(arguments.dropFirst())
      if let stage = functions[full], rest.isEmpty { return (.stage(stage), inner.value) }
      if PoolingCall.rows[full] != nil { return (.window(callee, rest), inner.value) }
      if full == "torch.flatten", isFirst(rest) { return (.stage("flatten"), inner.value) }
      return nil
    }
    guard case .attribute(let owner, let name) = callee.kind else { return nil }
    if owner.name == "self" {
      guard arguments.count == 1, arguments[0].key == nil else { return nil }
      return (.member(name), arguments[0].value)
    }
    switch name {
    case "relu", "sigmoid", "tanh":
      return arguments.isEmpty ? (.stage(name), owner) : nil
    case "flatten": return isFirst(arguments) ? (.stage("flatten"), owner) : nil
    case "view", "reshape":
      guard arguments.count == 2 else { return nil }
      let texts = arguments.map(\.value.spelling)
      let isOfBatch =
        texts[0] == "(-1)" || texts[0] == "\(owner.spelling).size(0)"
        || texts[0] == "\(owner.spelling).shape[0]"
      return isOfBatch ? (.rows, owner) : nil
    default: return nil
    }
  }

  private static func isFirst(_ arguments: [PythonArgument]) -> Bool {
    arguments.count == 1 && [nil, "start_dim"].contains(arguments[0].key)
      && arguments[0].value.spelling == "1"
  }
}
