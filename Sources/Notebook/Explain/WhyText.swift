import Gradients
import Pruning
import Reports
import Running
import Tensors

/// One element of a gradient, taken apart.
struct WhyText {
  /// Terms that are listed; more are summed up.
  private static let termLimit = 12

  let target: GradientTarget
  let element: Int
  var explanation: Explanation
  let options: PrintOptions
  /// What is switched off of the weight whose gradient it is; nil where nothing is, or it is none.
  let mask: Mask?

  private var lines: [String] = []

  init(
    target: GradientTarget, element: Int, explanation: Explanation, mask: Mask?,
    options: PrintOptions
  ) {
    self.mask = mask
    self.target = target
    self.element = element
    self.explanation = explanation
    self.options = options
  }

  /// The value, the masked group that it belongs to unless that is a filter, its reason if it is
  /// zero, and the terms, one node after the other until a sum.
  ///
  /// - Throws: `Cancelled`.
  mutating func text() throws -> String {
    lines = []
    let value = target.tensor.elements[element]
    lines.append("\(target.name)\(Self.place(target.indices)) = \(number(value))")
    let known = explanation.gradient(at: target.place)?.elements[element] ?? 0
    if known != value, !known.isNaN || !value.isNaN {
      lines.append("\(number(known)) of it is explained here; earlier passes are forgotten")
    }
    let reasons = try explanation.reasons(at: target.place, element: element)
    // Which filter it is, the place says already.
    if let group = try mask?.removedGroup(of: element), !group.structure.isOfFilters {
      lines.append("\(group.name) is masked")
    }
    if !reasons.isOpen, value == 0 { lines.append("zero because \(reasons.words)") }
    for blockade in try explanation.blockades(at: target.place, element: element) {
      lines.append("  for example at \(location(of: blockade))")
    }
    lines.append("")
    try follow()
    return lines.joined(separator: "\n")
  }

  private mutating func follow() throws {
    var place = target.place
    var index = element
    while true {
      let contributions = try explanation.contributions(at: place, element: index)
      guard let only = contributions.first, contributions.count == 1 else {
        return try sum(contributions, of: explanation.gradient(at: place)?.elements[index] ?? 0)
      }
      let name = only.node.operation.gradientName
      let from = Self.place(of: only.term.output, in: only.node.output.shape)
      let decree = try only.node.operation.decree(input: only.input, after: only.node.pass)
      let factor =
        if case .ones? = decree { ", straight" } else { " * \(number(only.term.factor))" }
      let added = only.term.added
      let own = added == 0 ? "" : " \(added < 0 ? "-" : "+") \(number(added.magnitude)) of its own"
      lines.append(
        "\(number(only.product)) = \(number(only.upstream))\(factor)\(own) through \(name)"
          + (from.isEmpty ? "" : ", from \(from)"))
      if only.product == 0, let block = only.term.block {
        lines.append("  0 because \(ZeroReason(block).words)")
      }
      place = .node(pass: only.pass, serial: only.node.serial)
      index = only.term.output
    }
  }

  private mutating func sum(_ contributions: [Contribution], of value: Float) throws {
    guard !contributions.isEmpty else {
      if value != 0 { lines.append("\(number(value)) is where backward begins") }
      return
    }
    // A value that was used more than once has terms of several nodes, or of several passes.
    var groups: [Range<Int>] = []
    for (index, contribution) in contributions.enumerated() {
      try Cancellation.check()
      if let last = groups.last, contributions[last.lowerBound].pass == contribution.pass,
        contributions[last.lowerBound].node.serial == contribution.node.serial
      {
        groups[groups.count - 1] = last.lowerBound..<index + 1
      } else {
        groups.append(index..<index + 1)
      }
    }
    let passes = Set(groups.map { contributions[$0.lowerBound].pass }).count
    for group in groups {
      let (first, count) = (contributions[group.lowerBound], group.count)
      lines.append(
        "\(number(value)) = sum of \(count) term\(count == 1 ? "" : "s") through "
          + first.node.operation.gradientName
          + (passes > 1 ? ", backward \(first.pass + 1) of \(explanation.passes.count)" : "")
          + (groups.count > 1 && passes == 1 ? ", one of \(groups.count) uses" : ""))
      try list(contributions[group])
    }
  }

  /// The terms that are not zero, each on a line; the others counted by their reason.
  private mutating func list(_ terms: ArraySlice<Contribution>) throws {
    let living = try terms.filter { term in
      try Cancellation.check()
      return term.product != 0
    }
    let shown = living.prefix(Self.termLimit)
    if !shown.isEmpty {
      var rows = [["upstream of", "upstream", "", "factor", "", "term"]]
      let upstream = NumberFormat(shown.map(\.upstream), options: options)
      let factor = NumberFormat(shown.map(\.term.factor), options: options)
      let product = NumberFormat(shown.map(\.product), options: options)
      for term in shown {
        rows.append([
          Self.place(of: term.term.output, in: term.node.output.shape),
          upstream.string(term.upstream), "*", factor.string(term.term.factor), "=",
          product.string(term.product),
        ])
      }
      lines += try Table(rows, leading: [0]).lines.map { "  \($0.text)" }
    }
    if living.count > shown.count {
      let rest = try living.dropFirst(shown.count).reduce(0 as Float) { sum, term in
        try Cancellation.check()
        return sum + term.product
      }
      lines.append("  ... \(living.count - shown.count) more, which sum to \(number(rest))")
    }
    var zeros: [(reasons: ZeroReasons, count: Int)] = []
    for term in terms where term.product == 0 {
      let reasons = try explanation.reasons(of: term).simplest
      if let known = zeros.firstIndex(where: { $0.reasons == reasons }) {
        zeros[known].count += 1
      } else {
        zeros.append((reasons, 1))
      }
    }
    for (reasons, count) in zeros {
      lines.append("  \(count) \(count == 1 ? "is" : "are") 0: \(reasons.words)")
    }
  }

  private func location(of blockade: Contribution) -> String {
    let name = blockade.node.operation.gradientName
    let place = Self.place(of: blockade.term.output, in: blockade.node.output.shape)
    let input = blockade.node.inputs[blockade.input].tensor
    // The only element of a loss has no indices.
    let text = place.isEmpty ? name : "\(name) \(place)"
    guard input.count == blockade.node.output.count else { return text }
    return "\(text), whose input is \(number(input.elements[blockade.term.output]))"
  }

  private func number(_ value: Float) -> String {
    NumberFormat([value], options: options).string(value)
  }

  private static func place(_ indices: [Int]) -> String {
    indices.isEmpty ? "" : "[\(indices.map(String.init).joined(separator: ", "))]"
  }

  /// An element's indices.
  static func place(of element: Int, in shape: Shape) -> String {
    var (rest, indices) = (element, [Int]())
    for size in shape.dimensions.reversed() {
      indices.insert(rest % size, at: 0)
      rest /= size
    }
    return place(indices)
  }
}
