import Language
import Pruning
import Tensors

/// What `prune` does not take, though somebody may well type it.
enum PruneError: Explained {
  /// A count of filters where a share is needed, and how many filters are left at least.
  case count(Int, of: Int?)
  case rate(String)
  case amount(String)
  case norm(String)
  case dimension(Int, Shape)
  case tooMany(Int, unit: String, left: Int, layer: String?)
  case off
  case notPruned
  /// A mask that was given does not fit.
  case mask(MaskError)

  var message: String {
    switch self {
    case .count(let count, _): "\(count) is a count of filters in PyTorch, and a share is needed"
    case .rate(let text): "the rate must be from 0 to 1.0, not \(text.shortened)"
    case .amount(let text):
      "the amount must be a count or a share from 0 to 1.0, not \(text.shortened)"
    case .norm(let text): "n must be a number, inf or -inf, not \(text)"
    case .dimension(let dimension, let weight):
      "dim must be from -\(weight.rank) to \(weight.rank - 1), not \(dimension)"
    case .tooMany(let count, let unit, let left, let layer):
      "\(count) \(unit)s were to go, and "
        + (layer.map { "\($0) has \(left) left" } ?? "\(left == 1 ? "1 is" : "\(left) are") left")
    case .off: "ordinary pruning is not switched off: it is made permanent, or undone"
    case .mask(let error): error.message
    case .notPruned: "the layer was not pruned with prune, so there is nothing to remove"
    }
  }

  var remedy: String? {
    switch self {
    case .count(let count, let left):
      if let left, count < left {
        "prune ln_structured \(count) n=1 dim=0 removes \(count), prune 1.0 all of them"
      } else {
        "prune 1.0 removes all filters, prune 0.5 half of them"
      }
    case .rate: "a rate is the share of filters to remove: 0.5 removes half of them"
    case .amount: "2 removes two, 0.5 half, and 1.0 all of what is left"
    case .norm(let text):
      text == "'nuc'" ? "the nuclear norm is one of matrices, not of channels: n=2" : "write: n=2"
    case .dimension(_, let weight): "the weight has the shape \(weight): dim=0 has its filters"
    case .tooMany: "a fraction is a share: 0.5 removes half of what is left, 1.0 all of it"
    case .off: "prune remove makes the masked values the weight; undo takes prune back"
    case .mask(.value): "prune RATE chooses the filters itself: prune 0.5"
    case .mask(let error): error.filters.map { "one number for each filter: prune \($0)" }
    case .notPruned: "prune RATE prunes it: prune 0.5"
    }
  }
}
