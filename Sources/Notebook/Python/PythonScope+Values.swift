import Functions
import Gradients
import Language
import Layers
import Tensors

// Tensors and references, in Python.
extension PythonScope {
  /// The tensor that was given.
  ///
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  mutating func tensor(_ syntax: TensorSyntax) throws -> String {
    switch syntax {
    case .literal(let tensor): PythonLiteral.tensor(tensor)
    case .reference(let reference): try value(of: reference).text
    case .value(_, let range): try computed(at: range)
    }
  }

  /// What the argument at a place is computed from.
  ///
  /// - Throws: ``NotInPython`` where it is no such argument.
  func computed(at range: SourceRange) throws -> String {
    guard let text = text(computedAt: range) else { throw NotInPython() }
    return text
  }

  /// The values of the tensor that was given, apart from what made them.
  ///
  /// - Parameters:
  ///   - syntax: the tensor.
  ///   - requiresGrad: whether it is a leaf with a gradient.
  /// - Returns: the expression.
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  mutating func values(_ syntax: TensorSyntax, requiresGrad: Bool) throws -> String {
    switch syntax {
    case .literal(let tensor):
      PythonLiteral.tensor(tensor, also: requiresGrad ? ", requires_grad=True" : "")
    case .reference(let reference):
      try value(of: reference).text + ".detach().clone()"
        + (requiresGrad ? ".requires_grad_()" : "")
    case .value(let tensor, let range):
      try computed(at: range) + ".detach().clone()"
        + (tensor.dataType == .float32 ? "" : ".float()")
        + (requiresGrad ? ".requires_grad_()" : "")
    }
  }

  /// The value that a call names, or `output`.
  ///
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  mutating func operand(_ call: Call) throws -> String {
    try call[optional: OutputSource.parameter].map { try tensor($0) } ?? "output"
  }

  /// The lines for a function of the value that a call names, which becomes `output`.
  ///
  /// - Throws: ``NotInPython``, and what looking up a reference throws.
  mutating func applying(_ call: Call, _ function: (String) -> String) throws -> PythonCode {
    .assigning("output", function(try operand(call)))
  }

  /// What a reference stands for.
  ///
  /// - Throws: ``NotInPython``, and what looking it up throws.
  mutating func value(of reference: ReferenceSyntax) throws -> PythonValue {
    var (text, layer) = try base(reference.base)
    for (count, (member, _)) in reference.members.enumerated() {
      if let path = layer, let child = try after.layer(at: path).child(at: member) {
        let place = path.appending(child.name)
        (text, layer) = (PythonValue(try python(place)), place)
        continue
      }
      switch member {
      case .index(let indices):
        let list = indices.map(String.init).joined(separator: ", ")
        text = PythonValue("\(text.text)[\(list)]", changes: text.changes)
      case .attribute(let name):
        if let path = layer {
          // What a stage took and gave is kept by dpu alone.
          guard let word = LayerAttribute(rawValue: name) else { throw NotInPython() }
          text = try attribute(word, at: path)
        } else if name == "grad" {
          text = try gradient(of: text, reference.dropping(reference.members.count - count))
        } else {
          text = PythonValue("\(text.text).\(name)")
        }
      }
      layer = nil
    }
    return text
  }

  private mutating func gradient(
    of text: PythonValue, _ owner: ReferenceSyntax
  ) throws -> PythonValue {
    let value = try before.resolve(owner)
    // The gradient of a bias that is not there.
    if case .nothing = value { return PythonValue("None") }
    // The gradient of a part is None to PyTorch, whoever asks.
    if case .tensor(let variable) = value, let node = variable.node, !owner.endsWithIndex {
      try retain(node)
    }
    return PythonValue("\(text.text).grad", changes: true)
  }

  private mutating func base(
    _ base: ReferenceSyntax.Base
  ) throws -> (PythonValue, LayerPath?) {
    switch base {
    case .last:
      guard let lastShown else { throw NotInPython() }
      return try self.base(.out(lastShown))
    case .out(let number):
      guard outputs.contains(number) else { throw NotInPython() }
      needs.outputs.insert(number)
      return (PythonValue("out_\(number)"), nil)
    case .name(let name):
      switch before.session.names[name] {
      case .layer: return (PythonValue(try python(name)), LayerPath(name: name))
      case .value: return (PythonValue(try python(name)), nil)
      case .alias(let path): return (PythonValue(try python(path)), path)
      case nil: break
      }
      if ["input", "output"].contains(name) { return (PythonValue(name), nil) }
      guard let word = LayerAttribute(rawValue: name) else { throw NotInPython() }
      return (try attribute(word, at: try before.session.current().path), nil)
    }
  }
}

extension ReferenceSyntax {
  fileprivate var endsWithIndex: Bool {
    if case .index? = members.last?.member { true } else { false }
  }
}
