import Kernels

/// Numbers for rows and columns as they were written: PyTorch's pooling layers keep and print one
/// number, a tuple or a list, whichever they were given.
public struct WrittenPair: Hashable, Sendable, ExpressibleByIntegerLiteral {
  /// How it was written.
  public enum Form: Hashable, Sendable {
    /// One number for both.
    case number
    /// Two in parentheses.
    case tuple
    /// Two in brackets.
    case list
  }

  /// The numbers.
  public let pair: Pair
  /// How they were written.
  public let form: Form

  /// Makes a pair that was written in this form.
  public init(_ pair: Pair, _ form: Form) {
    self.pair = pair
    self.form = form
  }

  public init(integerLiteral value: Int) { self.init(Pair(value), .number) }
}

extension WrittenPair: CustomStringConvertible {
  /// As Python prints it: `2`, `(2, 3)`, `[2, 3]`.
  public var description: String {
    switch form {
    case .number: "\(pair.rows)"
    case .tuple: pair.tuple
    case .list: "[\(pair.rows), \(pair.columns)]"
    }
  }
}

extension Pair {
  /// As Python prints a tuple: `(2, 3)`.
  public var tuple: String { "(\(rows), \(columns))" }

  /// The shortest way to write it at the prompt: `3`, `3x5`.
  public var argument: String { rows == columns ? "\(rows)" : "\(rows)x\(columns)" }
}
