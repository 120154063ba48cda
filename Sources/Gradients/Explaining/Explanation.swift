import Running
import Tensors

/// A term of one element's gradient, where it stands in the graph.
public struct Contribution {
  /// Which backward pass it belongs to, from 0.
  public let pass: Int
  /// The node that used the element.
  public let node: Node
  /// Which of the node's inputs the element belongs to.
  public let input: Int
  /// Which of the node's outputs the gradient comes from, and the factor.
  public let term: GradientTerm
  /// The gradient of that output.
  public let upstream: Float

  /// What the term adds to the gradient.
  public var product: Float {
    let passed = term.isLeftOut ? 0 : upstream * term.factor
    return term.added == 0 ? passed : passed + term.added
  }

  /// Why the term is 0, as far as this node can tell.
  var reason: ZeroReason? {
    // 0 times infinity is NaN, which needs another explanation.
    guard product == 0 else { return nil }
    if let block = term.block { return ZeroReason(block) }
    return upstream != 0 ? .underflow : nil
  }
}

/// What gradients are made of: backward passes run again with everything in between kept.
///
/// It asks each operation for its ``Operation/terms(input:element:after:)`` and knows none
/// of them itself, so it explains whatever a graph can hold.
public struct Explanation {
  /// Something that has a gradient.
  public enum Place: Hashable {
    /// A parameter, or an input that requires a gradient.
    case leaf(Leaf)
    /// The result of a node in one of the passes.
    case node(pass: Int, serial: UInt64)
    /// The result of a node, whose gradients of all passes are added up.
    case inner(serial: UInt64)
  }

  private struct Element: Hashable {
    let place: Place
    let index: Int
  }

  /// What an element's explanation takes, its place included.
  private static let explanationBytes = 64

  private struct Use {
    let pass: Int
    let node: Node
    let input: Int
  }

  /// The gradients of each pass.
  public let passes: [GradientMap]
  private var leaves: [Leaf: Tensor] = [:]
  private var inner: [UInt64: Tensor] = [:]
  private var uses: [Place: [Use]] = [:]
  private var known: [Element: ZeroExplanation] = [:]
  /// One copy of each explanation: a few are those of millions of elements, and as many sets of
  /// their own would take a tenth of a second to give back.
  private var distinct: Set<ZeroExplanation> = []

  /// Runs backward from each of these values again, ones coming in.
  ///
  /// - Parameters:
  ///   - losses: what was differentiated, in order; gradients add up over them.
  ///   - asked: a node whose result's gradients are to be added up over the passes.
  /// - Throws: ``BackwardError``, `Cancelled`, `ShapeError` where a gradient would not fit in memory.
  public init(losses: [Variable], inner asked: Node? = nil) throws {
    passes = try losses.map { loss in
      try Backward.gradients(of: loss, upstream: try Tensor(repeating: 1, shape: loss.tensor.shape))
    }
    for (pass, map) in passes.enumerated() {
      try leaves.merge(map.leaves) { try $0.zip($1, +) }
      if let serial = asked?.serial, let gradient = map.gradient(of: serial) {
        inner[serial] = try inner[serial].map { try $0.zip(gradient, +) } ?? gradient
      }
      for node in map.order {
        for (input, variable) in node.inputs.enumerated() {
          guard let place = Self.place(of: variable, pass: pass) else { continue }
          uses[place, default: []].append(Use(pass: pass, node: node, input: input))
        }
      }
    }
  }

  /// Where a value's gradient is found; nil for a constant.
  public static func place(of variable: Variable, pass: Int) -> Place? {
    switch variable.source {
    case .constant: nil
    case .leaf(let leaf): .leaf(leaf)
    case .node(let node): .node(pass: pass, serial: node.serial)
    }
  }

  /// Where the sum of a value's gradients of all passes is found; nil for a constant.
  public static func place(of variable: Variable) -> Place? {
    switch variable.source {
    case .constant: nil
    case .leaf(let leaf): .leaf(leaf)
    case .node(let node): .inner(serial: node.serial)
    }
  }

  /// The gradient at a place; nil where none arrived.
  public func gradient(at place: Place) -> Tensor? {
    switch place {
    case .node(let pass, let serial): passes[pass].gradient(of: serial)
    case .leaf(let leaf): leaves[leaf]
    case .inner(let serial): inner[serial]
    }
  }

  /// The terms of one element's gradient, in the order of the passes and of each pass's nodes.
  ///
  /// Their products sum to the gradient. There are none at the value that was differentiated.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func contributions(at place: Place, element: Int) throws -> [Contribution] {
    try uses(of: place).flatMap { use in
      try Cancellation.check()
      let limit = use.node.operation.termLimit(input: use.input, after: use.node.pass)
      // The terms as lists grow, and as they are sorted out.
      try Memory.borrow(bytes: 4 * limit * MemoryLayout<Contribution>.stride)
      let upstream = passes[use.pass].gradient(of: use.node.serial)
      return try use.node.operation.terms(
        input: use.input, element: element, after: use.node.pass
      ).flatMap { term in
        try Cancellation.check()
        let above = upstream?.elements[term.output] ?? 0
        return term.parts(of: above).map {
          Contribution(
            pass: use.pass, node: use.node, input: use.input, term: $0, upstream: above)
        }
      }
    }
  }
}

extension Explanation {
  private func uses(of place: Place) -> [Use] {
    guard case .inner(let serial) = place else { return uses[place] ?? [] }
    return passes.indices.flatMap { uses[.node(pass: $0, serial: serial)] ?? [] }
  }
}

// MARK: Zeros

extension Explanation {
  /// Why the gradient of one element is zero.
  ///
  /// - Returns: the explanation; an open one where the gradient is not zero.
  /// - Throws: `Cancelled`.
  public mutating func reasons(at place: Place, element: Int) throws -> ZeroExplanation {
    let asked = Element(place: place, index: element)
    // What needs no explanation is not kept: a map asks for each element of a gradient.
    guard value(of: asked) == 0 else { return .open }
    // What lies upstream is explained first, from a list instead of by recursion: graphs are deep.
    var waiting = [asked]
    while let next = waiting.last {
      try Cancellation.check()
      if known[next] != nil {
        waiting.removeLast()
        continue
      }
      let contributions = try contributions(at: next.place, element: next.index)
      var unknown: [Element] = []
      for contribution in contributions where contribution.upstream == 0 {
        try Cancellation.check()
        let source = source(contribution)
        if known[source] == nil { unknown.append(source) }
      }
      guard unknown.isEmpty else {
        waiting.append(contentsOf: unknown)
        continue
      }
      if known.count == known.capacity {
        try Memory.borrow(bytes: 2 * known.capacity * Self.explanationBytes)
      }
      known[next] = distinct.insert(try combined(contributions)).memberAfterInsert
    }
    return known[asked] ?? ZeroExplanation(.nothingUpstream)
  }

  /// Why one term is zero.
  ///
  /// - Returns: the explanation; an open one where the term is not zero.
  /// - Throws: `Cancelled`.
  public mutating func reasons(of contribution: Contribution) throws -> ZeroExplanation {
    let source = source(contribution)
    let upstream =
      contribution.upstream == 0
      ? try reasons(at: source.place, element: source.index) : .open
    return upstream.adding(contribution.reason)
  }

  /// The terms from an element to where its gradient is lost, on the way that takes least.
  ///
  /// - Returns: the terms at which a reason stands.
  /// - Throws: `Cancelled`.
  public mutating func blockades(at place: Place, element: Int) throws -> [Contribution] {
    var left = try reasons(at: place, element: element).simplest
    var here = Element(place: place, index: element)
    var found: [Contribution] = []
    search: while !left.isEmpty {
      for contribution in try contributions(at: here.place, element: here.index) {
        let way = try reasons(of: contribution).ways.first { $0 == left }
        guard way != nil else { continue }
        let source = source(contribution)
        if let reason = contribution.reason {
          found.append(contribution)
          let further: ZeroExplanation =
            contribution.upstream == 0
            ? try reasons(at: source.place, element: source.index) : .open
          guard !further.ways.contains(left) else {
            here = source
            continue search
          }
          left.subtract(ZeroReasons(reason))
        }
        here = source
        continue search
      }
      break
    }
    return found
  }

  private func source(_ contribution: Contribution) -> Element {
    Element(
      place: .node(pass: contribution.pass, serial: contribution.node.serial),
      index: contribution.term.output)
  }

  private func value(of element: Element) -> Float {
    gradient(at: element.place)?.elements[element.index] ?? 0
  }

  private func combined(_ contributions: [Contribution]) throws -> ZeroExplanation {
    guard !contributions.isEmpty else { return ZeroExplanation(.nothingUpstream) }
    var result = ZeroExplanation()
    for contribution in contributions {
      try Cancellation.check()
      let upstream =
        contribution.upstream == 0 ? known[source(contribution)] ?? ZeroExplanation() : .open
      result.formUnion(upstream.adding(contribution.reason))
    }
    // Something flows, and yet the sum is zero.
    return result.isOpen ? ZeroExplanation(.cancels) : result
  }
}
