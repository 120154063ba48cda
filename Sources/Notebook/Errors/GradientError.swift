import Language

/// Why a gradient cannot be shown or checked.
enum GradientError: EvaluationError {
  case notAGradient(String, remedy: String)
  case noGradient(String)
  case gradCheckFailed(String)
  case notFinite(String, Float, isResult: Bool)

  var message: String {
    switch self {
    case .notAGradient(let name, _): "'\(name.shortened)' is not the gradient of a leaf"
    case .gradCheckFailed(let text): text
    case .notFinite(let place, let value, _): "\(place) is \(value): no difference can be measured"
    case .noGradient(let name): "\(name.shortened) is None: no gradient was computed"
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
    case .noGradient: "run forward and backward first"
    }
  }
}
