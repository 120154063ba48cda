import Kernels
import Layers
import Tensors

/// A layer that cannot run on an input, with advice that can be typed and then works.
struct UnfitInput: Explained {
  /// Where the input came from.
  enum Source {
    case input, output, argument
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
    if let network = layer as? Network {
      return network.smallestInput.map { giving($0) } ?? mending(network)
    }
    switch (layer, error) {
    case (let linear as Linear, .inputFeatures(let shape, _)) where shape.rank <= 2:
      return "linear \(shape[shape.rank - 1]) \(linear.outFeatures) makes a layer that fits"
    case (let linear as Linear, .inputRank), (let linear as Linear, .inputFeatures):
      switch source {
      case .input: return "flatten input makes rows of features, on which forward then runs"
      case .output: return "flatten makes rows of features of output"
      case .argument: return giving([1, linear.inFeatures]) + "; then forward input=input"
      }
    case (is BatchNorm2d, .inputChannels(let shape, _)):
      return "batchnorm \(shape[1]) makes a layer that fits"
    case (is BatchNorm2d, .oneValuePerChannel):
      return "eval makes it use the running statistics instead"
    case (is BatchNorm2d, .inputRank) where source == .output:
      return "forward input=input runs on the input, not on output"
    case (is BatchNorm2d, .inputRank) where source == .argument:
      return giving(layer.drawnInput) + "; then forward input=input"
    case (_, .paddedTooLarge), (_, .scratchTooLarge): return error.remedy
    default: return giving(layer.drawnInput)
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
      return "it takes rows of \(features) features, as flatten makes them"
    }
    let row = (1...max(1, features)).map(String.init).joined(separator: ", ")
    return "input [[\(row)]] is one that fits"
  }

  /// What must be different in a network that nothing runs through.
  private static func mending(_ network: Network) -> String? {
    do {
      _ = try network.outputShape(network.drawnInput)
      return nil
    } catch LayerError.stage(let name, let reached, let error) {
      let anew = "make the network anew with"
      switch (network[name], error) {
      case (let layer as Linear, .inputFeatures) where reached.rank == 2:
        return "\(anew) linear(\(reached[1]),\(layer.outFeatures)) for \(name)"
      case (let layer as Conv2d, .inputChannels):
        let settings = layer.settings
        return
          "\(anew) conv(\(reached[reached.rank - 3]),\(settings.outChannels),\(settings.kernelSize.argument)) for \(name)"
      case (is BatchNorm2d, .inputChannels): return "\(anew) batchnorm(\(reached[1])) for \(name)"
      case (is Linear, .inputRank), (is Linear, .inputFeatures):
        return "\(anew) flatten before \(name)"
      case (_, .inputRank): return "\(anew) \(name) before what makes rows of features"
      case (_, .paddingTooLarge(_, let size)):
        let most = Pair(size.rows / 2, size.columns / 2)
        return "\(anew) padding=\(most.argument) at most in \(name)"
      default: return "\(anew) a smaller kernel or more padding in \(name)"
      }
    } catch {
      return nil
    }
  }
}
