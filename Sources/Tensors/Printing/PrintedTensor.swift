/// A tensor as PyTorch prints it, and which lines its slices take.
public struct PrintedTensor: Sendable {
  /// The text, without a line feed at its end.
  public private(set) var text: String
  /// The lines, from 0, of each slice of the first dimension; none where slices were left out or
  /// share a line.
  public private(set) var slices: [Range<Int>]

  init(text: String, slices: [Range<Int>]) { (self.text, self.slices) = (text, slices) }

  /// The same below a line of its own.
  public func below(_ line: String) -> PrintedTensor {
    var copy = self
    copy.text = line + "\n" + text
    copy.slices = slices.map { $0.lowerBound + 1..<$0.upperBound + 1 }
    return copy
  }
}
