/// Why a function does not take what it was given.
///
/// Each function's own refusals stand at the end of its file.
public struct Refusal: Error, Equatable {
  /// What is wrong, in words.
  public let message: String
  /// What to do about it, if there is something to say.
  public let remedy: String?
  /// The parameter whose argument is wrong, if it is one.
  public private(set) var parameter: String?
  /// Which of the indices in brackets is wrong, counted from 0, if it is one.
  public private(set) var index: Int?

  /// Makes a refusal.
  public init(_ message: String, remedy: String? = nil, parameter: String? = nil) {
    (self.message, self.remedy, self.parameter) = (message, remedy, parameter)
  }

  /// The same about one of the indices in brackets.
  func at(_ index: Int) -> Refusal {
    var refusal = self
    refusal.index = index
    return refusal
  }

  /// The same about the argument of a parameter.
  func about(_ parameter: some AnyFunctionParameter) -> Refusal {
    Refusal(message, remedy: remedy, parameter: parameter.name)
  }
}
