import Gradients

extension ZeroReason {
  /// One letter for a map; a point stands for what is not zero.
  var letter: Character {
    switch self {
    case .masked: "M"
    case .atZero: "Z"
    case .closed: "C"
    case .notLargest: "L"
    case .saturated: "S"
    case .flat: "T"
    case .clamped: "B"
    case .notChosen: "O"
    case .zeroFactor: "F"
    case .padding: "P"
    case .nothingUpstream: "N"
    case .cancels: "X"
    case .underflow: "U"
    }
  }

  /// The reason in words.
  var words: String {
    switch self {
    case .masked: "the mask blocks it"
    case .atZero: "ReLU is at exactly 0"
    case .closed: "ReLU is closed (negative)"
    case .notLargest: "another element of the window is chosen"
    case .saturated: "the slope is 0: saturated"
    case .flat: "a step function has no slope"
    case .clamped: "clamp holds it at a limit"
    case .notChosen: "another value is chosen"
    case .zeroFactor: "the factor is 0"
    case .padding: "the factor is padding"
    case .nothingUpstream: "nothing upstream"
    case .cancels: "the terms cancel"
    case .underflow: "too small for float32"
    }
  }
}

extension ZeroReason {
  /// Every letter with its words, a line for each.
  static var legend: String {
    allCases.map { "  \($0.letter)  \($0.words)" }.joined(separator: "\n")
  }
}

extension ZeroReasons {
  /// The reasons, all of which hold.
  var words: String { list.map(\.words).joined(separator: ", and ") }
}

extension ZeroExplanation {
  /// The reasons: what would each do alone is joined by `or`.
  var words: String {
    ways.contains { $0.list.count == 1 }
      ? reasons.map(\.words).joined(separator: ", or ") : simplest.words
  }
}
