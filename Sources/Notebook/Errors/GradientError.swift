import Language

/// Why a gradient cannot be shown or checked.
enum GradientError: EvaluationError {
  case notAGradient(String, remedy: String)
  case noGradient(String, remedy: String?)
  case computed
  case gradCheckFailed(String)
  case notFinite(String, Float, isResult: Bool)

  var message: String {
    switch self {
    case .notAGradient(let name, _): "'\(name.shortened)' is not a gradient"
    case .computed: "elements of a gradient are explained, not what is computed from them"
    case .gradCheckFailed(let text): text
    case .notFinite(let place, let value, _): "\(place) is \(value): no difference can be measured"
    case .noGradient(let name, _): "\(name.shortened) is None: no gradient was computed"
    }
  }

  var remedy: String? {
    switch self {
    case .notAGradient(_, let remedy): remedy
    case .gradCheckFailed:
      "unless there are very large or very small values, this is a defect in dpu"
    case .notFinite(_, _, let isResult):
      isResult
        ? "take smaller weights or a smaller input, and run forward again"
        : "set finite values, or make new ones, and run forward again"
    case .noGradient(_, let remedy): remedy ?? "run forward and backward first"
    case .computed: "name one: why grad[0, 0, 1, 1]; (grad == grad.max()).nonzero() finds it"
    }
  }
}
