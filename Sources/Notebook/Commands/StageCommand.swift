import Gradients
import Layers
import Tensors

/// A command whose layer or function can also be a stage of a network.
protocol StageCommand: Command {
  /// The ways to write it as a stage: `maxpool(2)`.
  static var stageForms: [Form] { get }

  /// Makes the stage; a layer draws its initial values.
  ///
  /// - Throws: `LayerError`, `ShapeError`, `Cancelled`.
  static func stage(_ call: Call, generator: inout Generator) throws -> Network.Content
}

extension StageCommand {
  static var stageForms: [Form] { forms }

  /// The ways to write it as a stage, for an error's remedy.
  static var stageUsage: String {
    stageForms.map { form in
      let names = form.positionals.map(\.name)
      let keys = keywords.map(\.name).filter { !names.contains($0) }
      let arguments =
        names.joined(separator: ",")
        + keys.enumerated().map { $0 == 0 && names.isEmpty ? "[\($1)=…]" : "[,\($1)=…]" }.joined()
      return arguments.isEmpty ? name : "\(name)(\(arguments))"
    }.joined(separator: "  |  ")
  }
}

/// A command that applies a function without parameters to `output`, or to another value.
protocol FunctionCommand: StageCommand {
  /// The function that the call describes.
  ///
  /// - Throws: what reading the arguments throws.
  static func function(_ call: Call) throws -> Function
}

extension FunctionCommand {
  static func stage(_ call: Call, generator: inout Generator) throws -> Network.Content {
    .function(try function(call))
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let function = try function(call)
    return try evaluation.apply(call, verb: name) { try function.apply(to: $0) }
  }
}

/// What a command works on that takes `output` unless it is told something else.
enum OutputSource {
  /// A reference or a literal.
  static let parameter = Parameter<ForwardCommand.ForwardInput>(
    "REFERENCE", kind: .reference, fits: { $0.number == nil },
    decode: { value, range in try ForwardCommand.input.decode(value, range: range) })
}

extension Evaluation {
  /// Computes a new `output` from the value that the call names, or from `output` itself.
  ///
  /// - Throws: ``Placed``, and what `body` throws.
  mutating func apply(
    _ call: Call, verb: String, _ body: (Variable) throws -> Variable
  ) throws -> Value? {
    let value: Variable
    var origin = OutputOrigin()
    switch try call[optional: OutputSource.parameter] {
    case .literal(let tensor): value = Variable(tensor)
    case .reference(let reference):
      value = try tensor(reference)
      let name = Self.text(reference)
      if name != "output" { notes.append(.becameOutput(verb: verb, of: name)) }
    case nil:
      guard let output = session.output else { throw CommandError.noOutput(verb) }
      if let note = session.staleness { notes.append(note) }
      (value, origin) = (output, session.outputOrigin)
    }
    let result = try body(value)
    session.setOutput(result, origin: origin)
    return .tensor(result)
  }
}
