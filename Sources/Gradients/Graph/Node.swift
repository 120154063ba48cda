import Synchronization
import Tensors

/// One operation of a recorded computation: PyTorch's `grad_fn`.
///
/// Nodes never change. `serial` grows with each node made, so that a higher one is never the cause
/// of a lower one; that is the order in which PyTorch's engine runs backwards.
public final class Node {
  private static let lastSerial = Atomic<UInt64>(0)

  /// The serial of the next step that is made.
  public static var nextSerial: UInt64 { lastSerial.load(ordering: .relaxed) + 1 }

  /// The place in the order in which nodes were made.
  public let serial: UInt64
  /// What was computed.
  public let operation: any Operation
  /// What it was computed from. Emptied only while the graph is released.
  public private(set) var inputs: [Variable]
  /// The inputs' values, what came out, and what else the backward pass needs.
  public let pass: ForwardPass

  /// What came out.
  public var output: Tensor { pass.output }

  init(operation: any Operation, inputs: [Variable], pass: ForwardPass) {
    serial = Self.lastSerial.wrappingAdd(1, ordering: .relaxed).newValue
    self.operation = operation
    self.inputs = inputs
    self.pass = pass
  }

  // A chain of a million nodes would overflow the stack if each released its parents in turn, so
  // the parents that nobody else holds are emptied from a work list.
  deinit {
    var waiting: [Node] = []
    var next = Self.moveInputs(of: &inputs, to: &waiting)
    while var node = next ?? waiting.popLast() {
      next = nil
      // Nothing else here holds it, so this reference may be the only one now.
      if isKnownUniquelyReferenced(&node) {
        next = Self.moveInputs(of: &node.inputs, to: &waiting)
      }
    }
  }

  /// Leaves no reference to the parents but those in the list, and that to the first of them: most
  /// nodes have one, for which a list would be an allocation.
  private static func moveInputs(
    of inputs: inout [Variable], to waiting: inout [Node]
  ) -> Node? {
    var first: Node?
    // By place: a copy of a variable would count references to all that it holds.
    for place in inputs.indices {
      guard case .node(let node) = inputs[place].source else { continue }
      if first == nil { first = node } else { waiting.append(node) }
    }
    inputs = []
    return first
  }
}
