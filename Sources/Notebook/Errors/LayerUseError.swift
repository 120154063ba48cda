import Language
import Gradients
import Layers
import Tensors

/// Why a command cannot work on the layer.
enum LayerUseError: EvaluationError {
  case noLayer
  case takesNoMask(kind: String)
  case noWeight(kind: String)
  case networkNeedsMember(weight: Leaf?)
  case noConvolution
  case noRunningStatistics(kind: String)
  case noBias
  case hasNotRun(String)
  case wrongShape(String, expected: Shape, found: Shape)
  case weightIsAProduct
  case nothingToPrune(String, rate: Double?)

  var message: String {
    switch self {
    case .noLayer: "there is no layer yet"
    case .takesNoMask(let kind): "a \(kind) takes no mask"
    case .noWeight(let kind): "a \(kind) has no weight"
    case .networkNeedsMember: "the layer is a network, whose layers are meant one by one"
    case .noConvolution: "the network has no convolution"
    case .noRunningStatistics(let kind): "a \(kind) has no running statistics"
    case .noBias: "the layer has no bias"
    case .hasNotRun(let layer): "\(layer.shortened) has not run yet"
    case .wrongShape(let name, let expected, let found):
      "\(name) needs the shape \(expected), not \(found)"
    case .weightIsAProduct: "after prune, weight is the product of weight_orig and weight_mask"
    case .nothingToPrune(let groups, let rate?):
      "\(PythonNumber.text(rate)) of \(groups) is none: nothing is pruned"
    case .nothingToPrune(let groups, nil): "none of \(groups) is pruned"
    }
  }

  var remedy: String? {
    switch self {
    case .noLayer: "make one: conv 1 2 3"
    case .takesNoMask, .noConvolution: "conv 1 2 3 makes a convolution"
    case .noWeight: "layers lists the layers that have one"
    case .networkNeedsMember: "layers lists the layers"
    case .noRunningStatistics: "batchnorm C makes a layer that has them"
    case .hasNotRun(let layer):
      "run forward first: forward \(layer.prefix { $0 != "." })"
    case .noBias: "conv has bias=true unless it is told bias=false"
    case .wrongShape: nil
    case .weightIsAProduct: "make a layer, set its weight, then prune it"
    case .nothingToPrune: "take a higher rate"
    }
  }

  func remedy(in session: Session) -> String? {
    switch self {
    case .networkNeedsMember(let weight?):
      let owner = session.layerNames.first { $0.layer.weight?.leaf == weight }
      return owner.map { "choose one of its layers: use \($0.name)" } ?? remedy
    case .takesNoMask, .noConvolution:
      let name = session.layerNames.first { type(of: $0.layer).isMaskedInNetworks }?.name
      return name.map { "use \($0) makes a convolution the layer" } ?? remedy
    default: return remedy
    }
  }
}
