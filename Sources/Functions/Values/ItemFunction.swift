/// `item`: the one element of a tensor as a number of Python's.
enum ItemFunction: Function {
  static let name = "item"
  static let summary = "the one element as a number"
  static let example = "tensor(2.5).item()"
  static let spellings = Spellings.method

  private static let input = FunctionParameter<TensorValue>.tensor()
  static let signatures = [Signature(input)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[input]
    guard let item = input.item else { throw Refusal.notOne(input.count).about(Self.input) }
    return .scalar(item)
  }
}

extension Refusal {
  fileprivate static func notOne(_ count: Int) -> Refusal {
    Refusal(
      "item() takes the one element of a tensor, and this one has \(count)",
      remedy: count == 0 ? nil : "x[0].item() or x.sum().item()")
  }
}
