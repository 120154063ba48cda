import Gradients
import Tensors

/// How a function can be written in PyTorch; bare, `sum(x)`, always works besides.
public struct Spellings: OptionSet, Sendable {
  public let rawValue: Int

  public init(rawValue: Int) { self.rawValue = rawValue }

  /// `x.sum()`.
  public static let method = Spellings(rawValue: 1)
  /// `torch.sum(x)`.
  public static let torch = Spellings(rawValue: 2)
  /// `F.relu(x)`, `torch.nn.functional.relu(x)`.
  public static let functional = Spellings(rawValue: 4)
}

/// The parameters of one way to call a function, in order.
public struct Signature: Sendable {
  /// The parameters that may be given by their place.
  public let positional: [any AnyFunctionParameter]
  /// Those that are given by name only.
  public let keywordOnly: [any AnyFunctionParameter]

  /// Makes a signature.
  public init(
    _ positional: any AnyFunctionParameter..., keywords: [any AnyFunctionParameter] = []
  ) {
    self.init(positional, keywords: keywords)
  }

  /// Makes a signature.
  public init(
    _ positional: [any AnyFunctionParameter], keywords: [any AnyFunctionParameter] = []
  ) {
    self.positional = positional
    keywordOnly = keywords
  }

  /// All parameters.
  public var parameters: [any AnyFunctionParameter] { positional + keywordOnly }

  /// The parameters as PyTorch's documentation writes them: `input, dim, keepdim=False, *, dtype=None`.
  public var text: String {
    func text(_ parameter: any AnyFunctionParameter) -> String {
      parameter.name + (parameter.defaultText.map { "=\($0)" } ?? "")
    }
    let keywords = keywordOnly.isEmpty ? [] : ["*"] + keywordOnly.map(text)
    return (positional.map(text) + keywords).joined(separator: ", ")
  }
}

/// What functions need beside their arguments.
public struct FunctionScope {
  /// The random generator, for those that draw.
  public var generator: Generator

  /// Makes a scope that draws from a generator.
  public init(generator: Generator) { self.generator = generator }
}

/// A function of PyTorch's that expressions can call: `x.sum(dim=1)`, `torch.cat([a, b])`.
///
/// It states its names and parameters, as PyTorch's documentation has them, and computes the value; a
/// new one is a file with this and a line in ``FunctionTable``:
///
///     enum AbsFunction: Function {
///       static let name = "abs"
///       static let summary = "the absolute value of each element"
///       static let example = "abs(tensor([-1.5, 2.]))"
///       private static let input = FunctionParameter<TensorValue>.tensor()
///       static let signatures = [Signature(input)]
///       static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum { … }
///     }
public protocol Function: SendableMetatype {
  /// PyTorch's name.
  static var name: String { get }
  /// Other names that PyTorch has for it.
  static var otherNames: [String] { get }
  /// How it can be written.
  static var spellings: Spellings { get }
  /// The ways to call it; the first that fits is taken.
  static var signatures: [Signature] { get }
  /// The ways to call it as a method, the receiver first; mostly the same.
  static var methodSignatures: [Signature] { get }
  /// What it computes, in one line.
  static var summary: String { get }
  /// An expression that shows it, for help.
  static var example: String { get }

  /// The value for these arguments.
  ///
  /// - Throws: ``Refusal`` for what PyTorch refuses; `ShapeError`, `OutOfMemory`, `Cancelled`.
  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum
}

extension Function {
  public static var otherNames: [String] { [] }
  public static var spellings: Spellings { [.method, .torch] }
  public static var methodSignatures: [Signature] { signatures }
}
