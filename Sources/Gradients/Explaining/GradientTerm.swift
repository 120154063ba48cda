import Running

/// Why one factor of a gradient is zero, where the operation knows more than the number.
public enum GradientBlock: String, Hashable, Sendable, CaseIterable {
  /// A mask multiplies the gradient by 0.
  case masked
  /// A rectifier whose input is below 0.
  case closed
  /// A rectifier whose input is exactly 0.
  case atZero
  /// The factor is the zero that padding added.
  case padding
  /// The factor happens to be 0.
  case zeroFactor
  /// Another element was the largest of its window.
  case notLargest
  /// A sigmoid or tanh so close to its bound that its slope is 0.
  case saturated
  /// A function that is flat between its jumps.
  case flat
  /// An element beyond a limit, or at one.
  case clamped
  /// Another value was chosen in its place.
  case notChosen

  /// A rectifier's reason on an input that it lets nothing through.
  public static func rectified(_ x: Float) -> GradientBlock { x < 0 ? .closed : .atZero }
}

/// One term of an element's gradient: an upstream gradient times a factor.
///
/// The gradient of an input's element is the sum over its terms of `upstream[output] · factor`.
public struct GradientTerm: Hashable, Sendable {
  /// The element of the operation's output, in row-major order, whose gradient comes in.
  public let output: Int
  /// What it is multiplied by.
  public let factor: Float
  /// Why the factor is 0, if it is.
  public let block: GradientBlock?
  /// Whether the factor is 0 because the operation leaves the upstream gradient out instead of
  /// multiplying it: not even NaN and infinity come through.
  public let isLeftOut: Bool
  /// What the operation's rule adds, whatever comes in; 0 in all operations but those whose rule
  /// somebody has made.
  public let added: Float
  /// What of the factor PyTorch multiplies by itself, where it subtracts a sum that holds the rest: of
  /// an infinite upstream gradient the parts are NaN together. 0 where the factor is one.
  public let part: Float

  /// Makes a term; a factor of 0 without another reason just is 0.
  public init(
    output: Int, factor: Float, block: GradientBlock? = nil, isLeftOut: Bool = false,
    adding added: Float = 0, part: Float = 0
  ) {
    self.output = output
    self.factor = factor
    self.block = block ?? (factor == 0 && added == 0 ? .zeroFactor : nil)
    self.isLeftOut = isLeftOut
    self.added = added
    self.part = part
  }

  /// The terms that PyTorch computes for an upstream gradient: two where it is infinite and the factor
  /// in parts.
  func parts(of upstream: Float) -> [GradientTerm] {
    guard part != 0, upstream.isInfinite else { return [self] }
    return [
      GradientTerm(output: output, factor: part),
      GradientTerm(output: output, factor: factor - part),
    ]
  }

  /// A term of an operation that states what of a gradient passes.
  ///
  /// - Parameters:
  ///   - output: the element of the output.
  ///   - gradient: what passes of an upstream gradient.
  ///   - block: why the factor is 0; asked only where it is.
  init(output: Int, gradient: (Float) -> Float, block: () -> GradientBlock?) {
    let factor = gradient(1)
    let isZero = factor == 0
    self.init(
      output: output, factor: factor, block: isZero ? block() : nil,
      isLeftOut: isZero && !gradient(.nan).isNaN)
  }

  /// The terms of so many candidates, of those that have one. Looks at the cancel flag in between.
  ///
  /// - Parameters:
  ///   - count: how many candidates; memory for as many terms is claimed by who asks for terms.
  ///   - work: simple steps that each takes.
  ///   - term: a candidate's term; nil where it has none.
  /// - Returns: the terms, in the candidates' order.
  /// - Throws: `Cancelled`.
  static func list(
    of count: Int, work: Int = 8, _ term: (Int) -> GradientTerm?
  ) throws -> [GradientTerm] {
    try Cancellation.check()
    var terms: [GradientTerm] = []
    try Cancellation.forEachPiece(of: count, work: work) { piece in
      for candidate in piece {
        if let term = term(candidate) { terms.append(term) }
      }
    }
    return terms
  }
}
