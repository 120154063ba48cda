import Functions
import Tensors

@testable import Notebook

// Expressions, assignments and loops that a person might type in a given state.
extension RandomCells {
  /// A statement that computes.
  mutating func computed(in session: Session, number: Int) -> String {
    switch random.whole(0...9) {
    case 0...3: return value(in: session, depth: 2)
    case 4: return "\(random.pick("a", "b", "c", "r")) = \(value(in: session, depth: 2))"
    case 5:
      let target = random.pick("weight", "weight[0]", "input", "bias", "mask", "weight[..., 0]")
      return "\(target) = \(random.pick("0", "\(target) * 2", "\(value(in: session, depth: 1))"))"
    case 6: return "mask (1 - 0.\(random.whole(1...9)))"
    case 7:
      return "repeat \(random.whole(0...4)) { \(turn(in: session, number)) }"
    case 8:
      let values = random.pick("range(3)", "0.25 0.5", "weight", "\"ones\" \"zeros\"", "a", "m n")
      return "for r in \(values) { \(turn(in: session, number)) } as c"
    default:
      return
        "for i in range(\(random.whole(1...3))) { for j in 1 2 { r = i * j; \(turn(in: session, number)) } }"
    }
  }

  private mutating func turn(in session: Session, _ number: Int) -> String {
    random.pick(
      "zero_grad; forward; relu; backward; step 0.01", "\(value(in: session, depth: 1))",
      "mask r; (mask == 0).sum()", "[r, r * 2]", "a = r", "input 1 1 4 4;", "oops", "rand(2)",
      "y = \(value(in: session, depth: 1)); backward y")
  }

  private mutating func value(in session: Session, depth: Int) -> String {
    guard depth > 0 else { return leaf(in: session) }
    let inner = value(in: session, depth: depth - 1)
    switch random.whole(0...5) {
    case 0, 1:
      let other = random.chance(0.4) ? "2" : leaf(in: session)
      let symbol = random.pick("+", "-", "*", "/", "**", "//", "%", "@", "==", "<", ">=", "&", "|")
      return "(\(inner) \(symbol) \(other))"
    case 2, 3:
      let function = random.pick(FunctionTable.all.map { $0.name }) ?? "sum"
      let arguments = random.pick(
        "", "", "0", "1", "dim=0", "-1", "2, 2", "[0, 1]", "dim=0, keepdim=true", leaf(in: session))
      return random.chance(0.7)
        ? "\(inner).\(function)(\(arguments))"
        : "\(function)(\(inner)\(arguments.isEmpty ? "" : ", ")\(arguments))"
    case 4: return "\(inner)[\(random.pick("0", "-1", "0:1", "..., 0", "None", ":, 0", "7"))]"
    default: return random.pick("-", "~") + inner
    }
  }

  private mutating func leaf(in session: Session) -> String {
    random.pick(
      "weight", "grad", "output", "input", "mask", "bias", "scores", "rand(2, 2)", "arange(4)",
      "1.5", "zeros(3)", "(weight > 0)", "_", random.pick(Array(session.names.keys)) ?? "weight")
  }
}
