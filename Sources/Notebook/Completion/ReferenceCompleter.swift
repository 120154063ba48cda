import Functions
import Language
import Layers
import Tensors

/// Finds names, what stands after their points, and `Out[n]`.
///
/// It knows what a name stands for without evaluating anything: Tab must not run cells again.
struct ReferenceCompleter {
  /// What a reference leads to, as far as completion needs to know.
  private enum Target {
    case layer(any Layer)
    case tensor
    case other
  }

  /// The most cells that `Out[` offers: the newest.
  private static let outputLimit = 40

  private let session: Session
  private let log: Log

  init(_ notebook: Notebook) {
    (session, log) = (notebook.session, notebook.log)
  }

  /// The references that begin with what was typed.
  func candidates(_ typed: String) -> [Completion.Candidate] {
    guard let point = typed.lastIndex(of: ".") else { return names(typed) }
    let base = String(typed[..<point])
    return matching(typed, parts(of: target(base)).map { "\(base).\($0)" })
  }

  /// The layers, and those within networks, that begin with what was typed.
  func layers(_ typed: String) -> [Completion.Candidate] {
    let names = session.layerNames.map(\.name).filter { $0.hasPrefix(typed) }
    // A network's layers are offered once a point was typed: they may be hundreds.
    return matching(typed, names.filter { typed.contains(".") || !$0.contains(".") })
  }

  /// `Out[n]` of the newest cells that displayed a value.
  func outputs(_ typed: String) -> [Completion.Candidate] {
    let cells = log.cells.filter { $0.status == .accepted && $0.text != nil }
    let labels = cells.map { "Out[\($0.number)]" }.filter { $0.hasPrefix(typed) }
    return labels.suffix(Self.outputLimit).map { Completion.Candidate($0, suffix: "") }
  }

  private func names(_ typed: String) -> [Completion.Candidate] {
    var words = Array(session.names.keys)
    if session.input != nil { words.append("input") }
    if session.output != nil { words.append("output") }
    if session.last != nil { words.append("_") }
    if let layer = try? session.layer() { words += layer.readable }
    let outputs = outputs("").isEmpty ? [] : matching(typed, ["Out["])
    return matching(typed, words) + outputs
  }

  private func matching(_ typed: String, _ words: [String]) -> [Completion.Candidate] {
    // A name may go on with a point or an index: no blank after it.
    words.filter { $0.hasPrefix(typed) }.map { Completion.Candidate($0, suffix: "") }
  }

  /// What stands after a point.
  private func parts(of target: Target) -> [String] {
    switch target {
    case .layer(let layer):
      layer.isNetwork ? layer.children.map(\.name) : layer.readable
    case .tensor:
      ["grad"] + Attributes.names(of: .tensor(TensorValue(Tensor(scalar: 0))))
        + FunctionTable.all.filter { $0.spellings.contains(.method) }.map { $0.name + "(" }
    case .other: []
    }
  }

  private func target(_ text: String) -> Target {
    guard let statement = try? Parser.parse(text).statements.first else { return .other }
    switch statement.content {
    case .expression(let expression):
      guard let reference = expression.reference else { return .tensor }
      return target(reference)
    case .command(let command):
      let reference = try? Parser.reference(command.verb, range: 0..<command.verb.utf8.count)
      return reference.map { target($0) } ?? .other
    case .loop: return .other
    }
  }

  private func target(_ reference: ReferenceSyntax) -> Target {
    reference.members.reduce(base(reference.base)) { self.member($1.member, of: $0) }
  }

  private func base(_ base: ReferenceSyntax.Base) -> Target {
    switch base {
    case .last: return session.last.map { target($0) } ?? .other
    case .out(let number):
      return ((try? log.output(number)) ?? nil).map { target($0) } ?? .other
    case .name(let name):
      switch session.names[name] {
      case .layer(let entry): return .layer(entry.layer)
      case .alias(let path): return (try? session.layer(at: path)).map { .layer($0) } ?? .other
      case .value(let value): return target(value)
      case nil: break
      }
      if ["input", "output"].contains(name) { return .tensor }
      return LayerAttribute(rawValue: name).map { target($0) } ?? .other
    }
  }

  private func member(_ member: ReferenceSyntax.Member, of target: Target) -> Target {
    switch (member, target) {
    case (.index, .tensor): return .tensor
    case (.attribute("grad"), .tensor): return .tensor
    case (.attribute(let name), .layer(let layer)):
      if let child = layer[child: name] { return .layer(child) }
      return LayerAttribute(rawValue: name).map { self.target($0) } ?? .other
    default: return .other
    }
  }

  private func target(_ attribute: LayerAttribute) -> Target {
    attribute == .epsilon ? .other : .tensor
  }

  private func target(_ value: Value) -> Target {
    switch value {
    case .tensor, .stacked: .tensor
    case .layer(let layer): .layer(layer)
    default: .other
    }
  }
}
