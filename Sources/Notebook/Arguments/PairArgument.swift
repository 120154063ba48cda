import Language
import Kernels
import Layers
import Tensors

// Pairs, where PyTorch takes one number for rows and columns or two: 3, (3, 5), [3, 5], 3x5.

extension Argument where Value == WrittenPair {
  /// Whole numbers from `minimum`: one for both, or one for rows and one for columns.
  static func pair(_ name: String, from minimum: Int) -> Argument {
    let numbers = minimum...Shape.elementLimit
    return Argument(name, kind: .pair(numbers), fits: { $0.isPair }) { value, _ in
      try value.pair(name, numbers)
    }
  }
}

extension Argument where Value == Padding {
  /// Zeros around the input of a convolution: a pair of whole numbers, `same` or `valid`.
  static func padding(_ name: String) -> Argument {
    let numbers = 0...Shape.elementLimit
    let words = ["same": Padding.same, "valid": .valid]
    return Argument(
      name, kind: .pair(numbers, orWords: words.keys.sorted()),
      fits: { $0.isPair || words[$0.word ?? ""] != nil }
    ) { value, _ in
      if let padding = words[value.word ?? value.text ?? ""] { return padding }
      guard value.isPair || value.word == nil else {
        throw ArgumentError.notPadding(name, value.quoted)
      }
      return .zeros(try value.pair(name, numbers).pair)
    }
  }
}

extension ValueSyntax {
  /// The text of a string, if it is one.
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

  /// Whether it looks like a pair or a number for both.
  var isPair: Bool {
    switch self {
    case .word(let word), .evaluated(.text(let word), _):
      word.split(separator: "x", omittingEmptySubsequences: false)
        .allSatisfy { Double(literal: $0) != nil }
    case .evaluated(.scalar, _): true
    case .literal(let literal): literal.tensor.shape.rank == 1
    case .evaluated(let datum, _): datum.items != nil
    default: false
    }
  }

  /// The numbers.
  ///
  /// - Throws: ``ArgumentError`` where there are not one or two whole numbers within bounds.
  fileprivate func pair(_ name: String, _ bounds: ClosedRange<Int>) throws -> WrittenPair {
    let number = Argument<Int>.integer(name, bounds)
    func read(_ word: some StringProtocol) throws -> Int {
      try number.decode(.word(String(word)), range: 0..<0)
    }
    switch self {
    case .word(let word) where isPair:
      let parts = word.split(separator: "x", omittingEmptySubsequences: false)
      switch parts.count {
      case 1: return WrittenPair(Pair(try read(word)), .number)
      case 2: return WrittenPair(Pair(try read(parts[0]), try read(parts[1])), .tuple)
      default: break
      }
    case .evaluated(.scalar(let scalar), _):
      return WrittenPair(Pair(try read(scalar.text)), .number)
    case .evaluated(let datum, _):
      let words = (datum.items ?? []).map { ValueSyntax.evaluated($0, written: "").word ?? $0.kind }
      guard words.count == 2 else { break }
      return WrittenPair(Pair(try read(words[0]), try read(words[1])), .tuple)
    case .literal(let literal) where literal.tensor.shape == [2] && literal.written.count == 2:
      return WrittenPair(
        Pair(try read(literal.written[0]), try read(literal.written[1])), .list)
    default: break
    }
    throw ArgumentError.notAPair(name, quoted)
  }
}
