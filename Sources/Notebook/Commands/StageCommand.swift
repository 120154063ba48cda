import Language
import Gradients
import Layers
import Tensors

/// A command whose layer can also be a stage of a network.
protocol StageCommand: Command {
  /// The ways to write it as a stage: `maxpool(2)`.
  static var stageForms: [Form] { get }

  /// Makes the stage; a layer draws its initial values.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  static func stage(_ call: Call, generator: inout Generator) throws -> any Layer
}

extension StageCommand {
  static var stageForms: [Form] { forms }

  /// The ways to write it as a stage, for an error's remedy.
  static var stageUsage: String {
    stageForms.map { form in
      let names = form.positionals.map(\.name)
      let keys = keywords.map(\.name).filter { !names.contains($0) }
      let arguments =
        names.joined(separator: ",") + (form.repeatsLast ? " …" : "")
        + keys.enumerated().map { $0 == 0 && names.isEmpty ? "[\($1)=…]" : "[,\($1)=…]" }.joined()
      return arguments.isEmpty ? name : "\(name)(\(arguments))"
    }.joined(separator: "  |  ")
  }
}

/// A command that applies a layer without parameters to `output`, or to another value.
protocol PlainLayerCommand: StageCommand {
  /// The layer that the call describes.
  ///
  /// - Throws: what reading the arguments throws.
  static func layer(_ call: Call) throws -> any PlainLayer
}

extension PlainLayerCommand {
  static func stage(_ call: Call, generator: inout Generator) throws -> any Layer {
    try layer(call)
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    var layer = try layer(call)
    return try evaluation.apply(call, verb: name) { try layer.forward($0) }
  }
}

/// What a command works on that takes `output` unless it is told something else.
enum OutputSource {
  /// A reference or a literal.
  static let parameter = Argument<TensorSyntax>.tensor()
}

extension Evaluation {
  /// Computes a new `output` from the value that the call names, or from `output` itself.
  ///
  /// - Throws: ``Placed``, and what `body` throws.
  mutating func apply(
    _ call: Call, verb: String, _ body: (Variable) throws -> Variable
  ) throws -> Value? {
    let (value, origin) = try operand(call, verb: verb)
    return becomesOutput(try body(value), origin)
  }

  /// The value that the call names, or `output`, and where a result of it comes from.
  ///
  /// - Throws: ``Placed``, ``ValueError`` where there is no output.
  mutating func operand(_ call: Call, verb: String) throws -> (Variable, OutputOrigin) {
    switch try call[optional: OutputSource.parameter] {
    case .literal(let tensor): return (Variable(tensor), OutputOrigin())
    case .value(let value, _):
      notes.append(.becameOutput(verb: verb, of: "a value"))
      return (try value.floats(), OutputOrigin())
    case .reference(let reference):
      let value = try tensor(reference)
      let name = reference.text
      if name != "output" { notes.append(.becameOutput(verb: verb, of: name)) }
      return (value, OutputOrigin())
    case nil:
      guard let output = session.output else { throw ValueError.noOutput(verb) }
      if let note = session.staleness { notes.append(note) }
      return (output, session.outputOrigin)
    }
  }

  /// Makes a result the session's `output`.
  mutating func becomesOutput(_ result: Variable, _ origin: OutputOrigin) -> Value {
    session.setOutput(result, origin: origin)
    return .tensor(result)
  }
}
