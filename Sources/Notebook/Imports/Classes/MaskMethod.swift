/// A method that masks the filters of lowest L1 norm, as the published notebook's `calculate_mask`.
struct MaskMethod {
  /// The name of its one parameter, the rate.
  let parameter: String
  let initial: PythonExpression?
  /// Whether the number of filters is rounded, half to even, and not cut off.
  let isRounded: Bool

  /// A method that takes a rate and cuts off.
  init(parameter: String) { (self.parameter, initial, isRounded) = (parameter, nil, false) }

  /// Reads a method.
  ///
  /// - Parameters:
  ///   - method: the method.
  ///   - base: the full name of the layer that its class is made of.
  /// - Throws: ``Unsayable`` where it does anything else.
  init(_ method: PythonFunction, base: String) throws(Unsayable) {
    let line = method.body.first?.line ?? 0
    func beyond(_ reason: String) -> Unsayable {
      Unsayable(line: line, reason: "the method '\(method.name.visible)', \(reason)")
    }
    guard method.parameters.count == 2, method.decorators.isEmpty else {
      throw beyond("which takes something else than a rate")
    }
    (parameter, initial) = (method.parameters[1].name, method.parameters[1].initial)
    let body = try MethodBody(method, calling: [.named("rate")])
    guard body.result == nil, body.set.count == 1, let mask = body.set["mask"],
      case .call(let setting, let parts) = mask.kind, setting.name == MethodBody.setting,
      Self.number(parts[2].value) == 0,
      let (scores, count) = Self.lowest(parts[1].value),
      Self.isNorm(Self.plain(scores).spelling, base),
      Self.isOnes(parts[0].value, like: scores),
      let isRounded = Self.rounding(count, scores)
    else { throw beyond("which chooses a mask in another way") }
    self.isRounded = isRounded
  }

  private static func number(_ expression: PythonExpression) -> Double? {
    if case .number(let text) = expression.kind { Double(text) } else { nil }
  }

  /// Whether scores are the filters' L1 norms.
  private static func isNorm(_ spelling: String, _ base: String) -> Bool {
    let dimensions =
      base == "torch.nn.Linear" ? ["1", "[1]"] : ["(1,2,3)", "[1,2,3]"]
    let magnitudes = ["self.weight.abs()", "torch.abs(self.weight)"]
    return dimensions.contains { dimension in
      ["", "dim=", "axis="].contains { key in
        magnitudes.contains { magnitude in
          spelling == "\(magnitude).sum(\(key)\(dimension))"
            || spelling == "torch.sum(\(magnitude),\(key)\(dimension))"
        }
      }
    }
  }

  /// An expression without what leaves its values as they are.
  private static func plain(_ expression: PythonExpression) -> PythonExpression {
    expression.replacing { part in
      switch part.kind {
      case .attribute(let owner, "data"): return plain(owner)
      case .call(let callee, let arguments):
        guard arguments.isEmpty, case .attribute(let owner, let name) = callee.kind,
          ["detach", "clone"].contains(name)
        else { return nil }
        return plain(owner)
      default: return nil
      }
    }
  }

  /// The scores and the count of a `topk` of which an expression takes the places.
  private static func lowest(
    _ expression: PythonExpression
  ) -> (scores: PythonExpression, count: PythonExpression)? {
    let whole: PythonExpression
    switch expression.kind {
    case .attribute(let owner, "indices"): whole = owner
    case .index(let owner, let indices):
      guard indices.count == 1, case .value(let place) = indices[0], number(place) == 1 else {
        return nil
      }
      whole = owner
    default: return nil
    }
    guard case .call(let callee, let arguments) = whole.kind else { return nil }
    var values = arguments.filter { $0.key == nil }.map(\.value)
    if case .attribute(let owner, "topk") = callee.kind, owner.name != "torch" {
      values.insert(owner, at: 0)
    } else if callee.spelling != "torch.topk" {
      return nil
    }
    var keys = Dictionary(
      arguments.compactMap { argument in argument.key.map { ($0, argument.value) } },
      uniquingKeysWith: { first, _ in first })
    if let count = keys.removeValue(forKey: "k") { values.append(count) }
    guard values.count == 2, keys.removeValue(forKey: "largest")?.name == "False", keys.isEmpty
    else { return nil }
    return (values[0], values[1])
  }

  private static func counts(_ scores: PythonExpression) -> Set<String> {
    let text = scores.spelling
    return [
      "self.out_channels", "self.weight.shape[0]", "self.weight.size(0)", "len(\(text))",
      "\(text).numel()", "\(text).shape[0]", "\(text).size(0)", "len(self.weight)",
    ]
  }

  private static func isOnes(
    _ expression: PythonExpression, like scores: PythonExpression
  ) -> Bool {
    guard case .call(let callee, let arguments) = expression.kind, arguments.count == 1,
      arguments[0].key == nil
    else { return false }
    let size = arguments[0].value
    if callee.spelling == "torch.ones_like" { return size.spelling == scores.spelling }
    guard callee.spelling == "torch.ones" else { return false }
    if size.spelling == "\(scores.spelling).shape" { return true }
    switch size.kind {
    case .tuple(let items), .list(let items):
      return items.count == 1 && counts(scores).contains(items[0].spelling)
    default: return counts(scores).contains(size.spelling)
    }
  }

  /// Whether a number of filters is a share that is rounded; nil where it is no share.
  private static func rounding(
    _ count: PythonExpression, _ scores: PythonExpression
  ) -> Bool? {
    guard case .call(let callee, let arguments) = count.kind, arguments.count == 1,
      ["int", "round"].contains(callee.spelling),
      case .binary("*", let left, let right) = arguments[0].value.kind
    else { return nil }
    let counts = counts(scores)
    guard
      counts.contains(left.spelling) && right.name == "rate"
        || counts.contains(right.spelling) && left.name == "rate"
    else { return nil }
    return callee.spelling == "round"
  }
}
