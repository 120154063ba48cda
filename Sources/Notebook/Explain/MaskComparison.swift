import Language
import Pruning
import Reports
import Running
import Tensors

/// Two masks of the same groups: what is kept in both, in one of them, in none.
struct MaskComparison {
  /// A mask that was given, and what is known of it.
  private struct Given {
    let name: String
    let values: Tensor
    /// The layer's mask that it is; nil where it was computed.
    let mask: Mask?
  }

  /// Groups that are named; of more the rest is counted.
  private static let named = 12

  private let (first, second): (Given, Given)

  /// Reads two masks.
  ///
  /// - Parameters:
  ///   - first: a mask as it was given.
  ///   - second: another one.
  ///   - evaluation: what knows their values.
  ///   - placed: gives an error the place of the first or of the second.
  /// - Throws: ``Placed`` where they are no masks, or not of the same groups.
  init(
    _ first: TensorSyntax, _ second: TensorSyntax, in evaluation: Evaluation,
    placed: (_ error: any Explained, _ isSecond: Bool) -> any Error
  ) throws {
    func given(_ syntax: TensorSyntax, _ other: String, isSecond: Bool) throws -> Given {
      var mask: Mask?
      var name = other
      if case .reference(let reference) = syntax {
        if evaluation.isLayer(reference) {
          throw placed(MaskComparisonError.layer(reference.text), isSecond)
        }
        (mask, name) = (evaluation.mask(reference), reference.text)
      }
      let values = try evaluation.tensor(syntax).tensor
      if let wrong = values.elements.first(where: { $0 != 0 && $0 != 1 }) {
        throw placed(MaskError.value(wrong), isSecond)
      }
      return Given(name: name, values: values, mask: mask)
    }
    self.first = try given(first, "the first", isSecond: false)
    self.second = try given(second, "the second", isSecond: true)
    guard self.first.values.shape == self.second.values.shape else {
      throw placed(
        MaskComparisonError.shapes(self.second.values.shape, other: self.first.values.shape), true)
    }
    if let mask = self.first.mask, let other = self.second.mask,
      mask.structure.name != other.structure.name
    {
      throw placed(
        MaskComparisonError.structures(other.structure.groups, other: mask.structure.groups), true)
    }
  }

  /// A line for each of the four, the groups named where there are few.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func text() throws -> String {
    let count = first.values.count
    let structure = first.mask?.structure ?? second.mask?.structure
    let groups =
      structure.map { $0.count(count) } ?? "\(count) \(count == 1 ? "group" : "groups")"
    let sides: [(label: String, holds: (Bool, Bool) -> Bool)] = [
      ("kept in both", { $0 && $1 }), ("only in \(first.name)", { $0 && !$1 }),
      ("only in \(second.name)", { !$0 && $1 }), ("in none", { !$0 && !$1 }),
    ]
    let found = try sides.map { side in
      try places { side.holds(first.values.elements[$0] != 0, second.values.elements[$0] != 0) }
    }
    let (labels, counts) = (sides.map(\.label), found.map { "\($0.count)" })
    let (width, digits) = (
      labels.map(\.count).max() ?? 0, counts.map(\.count).max() ?? 0
    )
    let lines = zip(zip(labels, counts), found).flatMap { head, found in
      let label = head.0.padding(to: width) + "  "
      let number = String(repeating: " ", count: digits - head.1.count) + head.1
      let indentation = label.count + digits + 2
      var words = found.first.map(self.label)
      if found.count > words.count { words.append("…") }
      words = words.withCommas
      var lines = FilledLines.lines(
        words, width: Report.lineWidth, indentation: indentation, hanging: indentation)
      lines[0] = (label + number + "  " + lines[0].dropFirst(indentation)).trimmingEnd
      return lines
    }
    return (["\(first.name) and \(second.name): \(groups)"] + lines).joined(separator: "\n")
  }

  /// How many places fit, and the first of them.
  private func places(_ fits: (Int) -> Bool) throws -> (count: Int, first: [Int]) {
    let count = try Cancellation.count(of: first.values.count, where: fits)
    let shown = (0..<first.values.count).lazy.filter(fits).prefix(Self.named)
    return (count, Array(shown))
  }

  private func label(_ group: Int) -> String {
    let partition = first.mask?.partition ?? .elements(of: first.values.shape)
    return partition.label(group)
  }
}

extension [String] {
  /// The words of a list, each but the last with a comma.
  var withCommas: [String] {
    enumerated().map { $0.offset + 1 < count ? $0.element + "," : $0.element }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  fileprivate var trimmingEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

/// Why two masks cannot be compared.
enum MaskComparisonError: Explained, Equatable {
  case layer(String)
  case shapes(Shape, other: Shape)
  case structures(String, other: String)

  var message: String {
    switch self {
    case .layer(let name): "'\(name)' is a layer, and two masks are compared"
    case .shapes(let shape, let other):
      "a mask of shape \(shape) cannot be compared with one of \(other)"
    case .structures(let groups, let other):
      "a mask of \(groups) cannot be compared with one of \(other)"
    }
  }

  var remedy: String? {
    switch self {
    case .layer(let name): "its mask is \(name).mask; compare 0.5 \(name) compares two prunings"
    case .shapes, .structures:
      "masks of one structure and one shape can; groups structure=… sees any mask"
    }
  }
}
