/// Why there is no `Out[n]`, or no `_`.
enum OutError: EvaluationError {
  case nothingDisplayed
  case outNotYet(Int)
  case outShowsNothing(Int)
  case outFailed(Int)
  case outUndone(Int)
  case outBeforeReset(Int)

  var message: String {
    switch self {
    case .nothingDisplayed: "nothing was displayed yet"
    case .outNotYet(let number): "there is no Out[\(number)]: that cell has not been run"
    case .outShowsNothing(let number): "there is no Out[\(number)]: that cell displayed nothing"
    case .outFailed(let number): "there is no Out[\(number)]: that cell failed"
    case .outUndone(let number): "there is no Out[\(number)]: that cell was undone"
    case .outBeforeReset(let number): "there is no Out[\(number)]: reset came after that cell"
    }
  }

  var remedy: String? {
    switch self {
    case .nothingDisplayed, .outNotYet, .outShowsNothing, .outFailed: nil
    case .outUndone: "redo brings it back, until another cell is run"
    case .outBeforeReset: "undo reset returns to the session before it"
    }
  }

  /// The same about an `Out[n]` that whoever asks for it calls by another number.
  func renumbered(_ number: Int) -> OutError {
    switch self {
    case .nothingDisplayed: self
    case .outNotYet: .outNotYet(number)
    case .outShowsNothing: .outShowsNothing(number)
    case .outFailed: .outFailed(number)
    case .outUndone: .outUndone(number)
    case .outBeforeReset: .outBeforeReset(number)
    }
  }
}
