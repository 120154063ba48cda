import Gradients
import Layers
import Tensors

@testable import Notebook

/// Everything in a session that a later cell could show, as one number: two equal sessions have
/// equal fingerprints within one run of the tests.
struct SessionFingerprint: Equatable {
  let value: Int

  init(_ session: Session) {
    var hasher = Hasher()
    var generator = session.generator
    for _ in 0..<3 { hasher.combine(generator.next32()) }
    // A value of a normal pair that is kept shows in the next pairwise draws only.
    for _ in 0..<2 { hasher.combine(generator.pairwiseNormal()) }
    hasher.combine("\(session.printOptions)")
    hasher.combine(session.currentLayer)
    hasher.combine(session.showsNotes)
    Self.add(session.input, to: &hasher)
    Self.add(session.output, to: &hasher)
    hasher.combine(session.outputOrigin.older)
    Self.add(session.last, to: &hasher)
    for (name, binding) in session.names.sorted(by: { $0.key < $1.key }) {
      hasher.combine(name)
      switch binding {
      case .value(let value): Self.add(value, to: &hasher)
      case .alias(let path): hasher.combine(path)
      case .layer(let entry):
        hasher.combine(entry.serial)
        Self.add(entry.layer, to: &hasher)
        for parameter in entry.layer.parameters {
          Self.add(session.gradient(of: parameter.leaf).map { Variable($0) }, to: &hasher)
        }
      }
    }
    value = hasher.finalize()
  }

  private static func add(_ tensor: Tensor, to hasher: inout Hasher) {
    hasher.combine(tensor.shape)
    tensor.elements.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  private static func add(_ variable: Variable?, to hasher: inout Hasher) {
    guard let variable else { return hasher.combine(0) }
    add(variable.tensor, to: &hasher)
    hasher.combine("\(variable.suffix)")
  }

  private static func add(_ value: Value?, to hasher: inout Hasher) {
    guard let value else { return hasher.combine(0) }
    switch value {
    case .tensor(let variable): add(variable, to: &hasher)
    case .layer(let layer): add(layer, to: &hasher)
    default: hasher.combine((try? value.text(options: PrintOptions())) ?? "")
    }
  }

  private static func add(_ layer: any Layer, to hasher: inout Hasher) {
    hasher.combine(layer.description)
    hasher.combine(layer.isTraining)
    for parameter in layer.parameters { add(parameter.tensor, to: &hasher) }
    for child in layer.children { add(child.layer, to: &hasher) }
    for attribute in layer.attributes where attribute.missing == nil {
      switch try? attribute.content() {
      case .tensor(let variable)? where attribute.role != .derived: add(variable, to: &hasher)
      case .number(let number)?: hasher.combine(number)
      default: hasher.combine(0)
      }
    }
    add(layer.affine?.weight.variable, to: &hasher)
  }
}
