import Language
import Kernels
import Layers
import Tensors

/// A layer that cannot run on an input, with advice that can be typed and then works.
struct UnfitInput: Explained {
  /// Where the input came from.
  enum Source {
    case input, output, argument
    /// What the last `forward` took.
    case recorded
  }

  let message: String
  let remedy: String?

  init(error: LayerError, layer: any Layer, source: Source) {
    message = error.message
    remedy = Self.remedy(error, layer, source)
  }

  private static func remedy(
    _ error: LayerError, _ layer: any Layer, _ source: Source
  ) -> String? {
    let verb = type(of: layer).verb
    switch layer.advice(on: error) {
    case .input(let shape):
      switch source {
      case .recorded: return giving(shape) + "; then forward"
      case _ where !type(of: layer).followsOthers: return giving(shape)
      case .input: return giving(shape)
      case .output: return "forward input=input runs on the input, not on output"
      case .argument: return giving(shape) + "; then forward input=input"
      }
    case .arguments(let arguments):
      return "\(verb) \(arguments.joined(separator: " ")) makes a layer that fits"
    case .rows(let shape):
      switch source {
      case .input: return "flatten input makes rows of features, on which forward then runs"
      case .output: return "flatten makes rows of features of output"
      case .recorded: return "flatten makes rows of features, on which forward then runs"
      case .argument: return giving(shape) + "; then forward input=input"
      }
    case .evaluationMode: return "eval makes it use the running statistics instead"
    case .stage(let name, let change):
      return "make the network anew with \(change.words(for: name))"
    case nil: return error.remedy
    }
  }

  /// How an input of a shape is made.
  private static func giving(_ shape: Shape) -> String {
    guard shape.rank == 2 else {
      guard shape.count <= Shape.elementLimit else { return "take a smaller kernel or dilation" }
      return "input \(shape.dimensions.map(String.init).joined(separator: " ")) draws one that fits"
    }
    let features = shape[1]
    guard features <= 8 else {
      return "input randn(1, \(features)) draws one that fits"
    }
    let row = (1...max(1, features)).map(String.init).joined(separator: ", ")
    return "input [[\(row)]] is one that fits"
  }
}

extension InputAdvice.Change {
  /// What is to be done at the stage of this name.
  fileprivate func words(for name: String) -> String {
    switch self {
    case .layer(let verb, let arguments):
      "\(verb)(\(arguments.joined(separator: ","))) for \(name)"
    case .flattenBefore: "flatten before \(name)"
    case .earlier: "\(name) before what makes rows of features"
    case .padding(let most): "padding=\(most.argument) at most in \(name)"
    case .keepingShape(let shape):
      "stages in \(name) that keep the shape, as "
        + (shape.rank == 2
          ? "linear(\(shape[1]),\(shape[1]))"
          : "conv(\(shape[shape.rank - 3]),\(shape[shape.rank - 3]),3,padding=1)") + " does"
    case .smallerKernel: "a smaller kernel or more padding in \(name)"
    }
  }
}
