import Language
import Gradients
import Layers
import Running
import Tensors

/// What is different between two states of a session, name by name.
struct SessionDifference {
  /// One thing that is different, and how.
  struct Row: Equatable {
    let name: String
    let change: String
  }

  private(set) var rows: [Row] = []

  /// Compares name by name.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  init(from old: Session, to new: Session) throws {
    let names = Set(old.names.keys).union(new.names.keys).sorted()
    for name in names { try compare(name, old, new) }
    try compare("input", old.input, new.input)
    try compare("output", old.output, new.output)
    if old.currentLayer != new.currentLayer {
      let names = [old, new].map { $0.currentLayer?.description ?? "none" }
      add("current layer", "\(names[0]) → \(names[1])")
    }
    if old.generator != new.generator { add("generator", "moved on") }
    if old.printOptions != new.printOptions { add("printoptions", "changed") }
    if old.showsNotes != new.showsNotes { add("notes", new.showsNotes ? "on" : "off") }
  }

  private mutating func add(_ name: String, _ change: String) {
    rows.append(Row(name: name, change: change))
  }

  private mutating func compare(_ name: String, _ old: Session, _ new: Session) throws {
    switch (old.names[name], new.names[name]) {
    case (nil, .layer(let entry)?):
      add(name, "new: \(try Self.summary(.layer(entry.layer)))")
      try compareGradients(name, entry.layer, entry.layer, old, new)
    case (nil, .value(let value)?): add(name, "new: \(try Self.summary(value))")
    case (_?, nil): add(name, "gone")
    case (.layer(let before)?, .layer(let after)?):
      try compareLayers(name, before.layer, after.layer, old, new)
    case (.value(let before)?, .value(let after)?):
      if let first = before.floats, let second = after.floats {
        return try compare(name, first, second)
      }
      let texts = try [before, after].map { try $0.text(options: PrintOptions()) }
      if texts[0] != texts[1] { add(name, "now \(try Self.summary(after))") }
    case (.layer?, .value(let value)?): add(name, "now \(try Self.summary(value))")
    case (.value?, .layer(let entry)?): add(name, "now \(try Self.summary(.layer(entry.layer)))")
    case (_, .alias(let path)?): add(name, "now another name of \(path)")
    case (.alias?, .layer(let entry)?): add(name, "now \(try Self.summary(.layer(entry.layer)))")
    case (.alias?, .value(let value)?): add(name, "now \(try Self.summary(value))")
    case (nil, nil): break
    }
  }

  private mutating func compareLayers(
    _ name: String, _ before: any Layer, _ after: any Layer, _ old: Session, _ new: Session
  ) throws {
    if before.description != after.description {
      add(name, "now \(try Self.summary(.layer(after)))")
    } else {
      for (earlier, later) in zip(before.children, after.children) {
        try compareLayers("\(name).\(later.name)", earlier.layer, later.layer, old, new)
      }
    }
    if before.isTraining != after.isTraining {
      add("\(name).training", after.isTraining ? "False → True" : "True → False")
    }
    for ((_, earlier), (attribute, later)) in zip(before.weightAndBias, after.weightAndBias) {
      try compare("\(name).\(attribute)", earlier.variable, later.variable)
    }
    if let earlier = before.affine?.weight, let later = after.affine?.weight,
      earlier.mask != nil, later.mask != nil,
      earlier.unit.name != later.unit.name || earlier.unit.text != later.unit.text
    {
      add("\(name).mask", "unit \(earlier.unit.name) → \(later.unit.name)")
    }
    try compareGradients(name, before, after, old, new)
    for attribute in after.attributes where [.buffer, .setting].contains(attribute.role) {
      try compare("\(name).\(attribute.name)", before.attribute(attribute.name), attribute)
    }
  }

  private mutating func compare(_ name: String, _ before: Attribute?, _ after: Attribute) throws {
    let contents = try [before, after].map { attribute -> Attribute.Content? in
      attribute?.missing == nil ? try attribute?.content() : nil
    }
    func tensor(_ content: Attribute.Content?) -> Variable? {
      if case .tensor(let variable)? = content { variable } else { nil }
    }
    func number(_ content: Attribute.Content?) -> Double? {
      if case .number(let number)? = content { number } else { nil }
    }
    try compare(name, tensor(contents[0]), tensor(contents[1]))
    let numbers = contents.map(number)
    if numbers[0] != numbers[1] {
      let texts = numbers.map { $0.map { PythonNumber.text($0) } ?? "off" }
      add(name, "\(texts[0]) → \(texts[1])")
    }
  }

  private mutating func compareGradients(
    _ name: String, _ before: any Layer, _ after: any Layer, _ old: Session, _ new: Session
  ) throws {
    for (attribute, leaves) in [
      ("weight.grad", (before.weight?.leaf, after.weight?.leaf)),
      ("bias.grad", (before.bias?.leaf ?? before.weight?.leaf, after.bias?.leaf)),
    ] {
      guard let leaf = leaves.1 else { continue }
      try compare(
        "\(name).\(attribute)", leaves.0.flatMap { old.gradient(of: $0) }.map { Variable($0) },
        new.gradient(of: leaf).map { Variable($0) })
    }
  }

  private mutating func compare(_ name: String, _ old: Variable?, _ new: Variable?) throws {
    switch (old?.tensor, new?.tensor) {
    case (nil, nil): break
    case (nil, let tensor?): add(name, "new: \(try Self.summary(tensor))")
    case (_?, nil): add(name, "gone")
    case (let before?, let after?):
      if before.shape != after.shape {
        add(name, "shape \(before.shape) → \(after.shape)")
        return
      }
      guard !before.isIdentical(to: after) else { return }
      var changed = 0
      try Cancellation.forEachPiece(of: after.count) { piece in
        for index in piece
        where before.elements[index].bitPattern != after.elements[index].bitPattern {
          changed += 1
        }
      }
      if after.count <= 8, after.shape.rank == 1 {
        add(name, "\(try before.text()) → \(try after.text())")
      } else {
        add(name, "\(changed) of \(after.count) elements")
      }
    }
  }

  private static func summary(_ tensor: Tensor) throws -> String {
    tensor.count <= 8 && tensor.shape.rank <= 1
      ? try tensor.text() : "tensor of shape \(tensor.shape)"
  }

  private static func summary(_ value: Value) throws -> String {
    if let variable = value.floats { return try summary(variable.tensor) }
    if case .layer(let layer) = value, layer.isNetwork {
      return "\(type(of: layer).kind) of \(layer.children.count): "
        + layer.children.map(\.name).joined(separator: " ").shortened
    }
    return String(try value.text(options: PrintOptions()).split(separator: "\n").first ?? "")
      .shortened
  }
}
