import Language
import Pruning

// What PyTorch's pruning functions are told.

extension Argument where Value == Amount {
  /// PyTorch's `amount`: a whole number is a count, a fraction a share.
  static let amount = Argument("AMOUNT", kind: .number, fits: { $0.number != nil }) { value, _ in
    guard let number = value.number, let word = value.word else {
      throw ArgumentError.notANumber("AMOUNT", value.quoted)
    }
    if let count = Int(word), count >= 0 { return .count(count) }
    guard (0...1).contains(number) else { throw PruneError.amount(word) }
    return .share(number, .even)
  }

  /// The share of `prune RATE`; no filters are none in either reading.
  static let share = Argument("RATE", kind: .number, fits: { $0.number != nil }) { value, _ in
    guard let number = value.number, let word = value.word else {
      throw ArgumentError.notANumber("the rate", value.quoted)
    }
    if let count = Int(word), count > 0 { return .count(count) }
    guard (0...1).contains(number) else { throw PruneError.rate(word) }
    return .share(number, .even)
  }
}

extension Argument where Value == Double {
  /// PyTorch's `n`: any number but NaN, or `fro`, which is 2 for channels.
  static let norm = Argument("n", kind: .number, fits: { $0.number != nil }) { value, _ in
    if value.word == "fro" { return 2 }
    guard let number = value.number, !number.isNaN else { throw PruneError.norm(value.quoted) }
    return number
  }
}
