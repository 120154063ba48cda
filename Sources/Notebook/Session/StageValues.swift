import Gradients
import HashTreeCollections
import Tensors

/// What a layer took and gave when it ran last.
struct StageValues {
  /// Which of the two.
  enum Kind: String {
    case input, output
  }

  let input: Variable
  let output: Variable

  subscript(kind: Kind) -> Variable {
    switch kind {
    case .input: input
    case .output: output
    }
  }
}

extension TreeDictionary<LayerPath, StageValues> {
  /// Forgets what the layer of this name and those within it took and gave.
  mutating func forget(_ name: String) { self = filter { $0.key.name != name } }
}

// Gradients of what is neither a parameter nor an input: PyTorch gives them after `retain_grad`.
extension Session {
  /// Adds a backward pass's gradients of the values that have a name, and of the output, to those of
  /// earlier passes; what has none is found in ``lastLoss`` when it is asked for.
  ///
  /// - Throws: `ShapeError` where memory cannot hold a sum, `Cancelled`.
  mutating func retainGradients(_ map: GradientMap) throws {
    var held = Set(
      names.compactMap { _, binding -> UInt64? in
        if case .value(.tensor(let variable)) = binding { variable.node?.serial } else { nil }
      })
    if let serial = output?.node?.serial { held.insert(serial) }
    // What nothing holds any more nobody can ask for: a long session must not keep it.
    retained = retained.filter { held.contains($0.key) }
    for serial in held {
      guard let gradient = map.gradient(of: serial) else { continue }
      retained[serial] = try retained[serial].map { try $0.zip(gradient, +) } ?? gradient
    }
  }
}

extension Evaluation {
  /// The gradient of a value, whether a parameter, an input or the result of an operation; `None`
  /// where the last backward did not reach it.
  ///
  /// - Throws: `ShapeError` where memory cannot hold a gradient, `Cancelled`.
  func gradient(of variable: Variable) throws -> Value {
    guard let node = variable.node else { return gradient(of: variable.leaf) }
    if let retained = session.retained[node.serial] { return .tensor(Variable(retained)) }
    guard let loss = session.lastLoss else { return .nothing }
    let map = try Backward.gradients(of: loss, upstream: Tensor(scalar: 1))
    return map.gradient(of: node.serial).map { .tensor(Variable($0)) } ?? .nothing
  }
}
