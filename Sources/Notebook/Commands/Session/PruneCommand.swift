import Language
import Layers
import Pruning
import Tensors

/// `prune RATE`, `prune remove`: PyTorch's ordinary structured pruning.
enum PruneCommand: Command {
  static let name = "prune"
  static let worksOnLayer = true
  static let summary = "prune the filters of lowest L1 norm as PyTorch does"
  static let details = """
    Removes round(RATE × OUT) filters, half to even; prune 1.0 removes all. The parameter is then
    weight_orig, weight its product with weight_mask, computed anew in each forward; the bias is left
    alone.

      forward:   weight_orig · weight_mask
      gradient:  of weight_orig: upstream · weight_mask,
                 so a pruned filter's is zero for ever

    prune remove makes it permanent, as torch.nn.utils.prune.remove(layer, "weight"): weight is the
    parameter again, with the masked values, and is trained like any other. It does not bring the
    removed values back: undo does.

    prune TENSOR takes zeros and ones that are given, of the weight's shape or one for each filter:
    torch.nn.utils.prune.custom_from_mask. On a network each convolution is pruned at that rate, and what is left of each is shown.
    Pruned again, the rate counts among the filters that are left. A mask (mask) and prune work
    together as they would in PyTorch: the mask acts on the product.
    """
  static let example = """
    conv 1 2 1 bias=false;
    weight [[[[0.5]]], [[[-0.25]]]];
    prune 0.5
    #> tensor([[[[1.]]],
    #>
    #>
    #>         [[[0.]]]])
    weight
    #> tensor([[[[0.5000]]],
    #>
    #>
    #>         [[[-0.0000]]]], grad_fn=<MulBackward0>)
    prune remove
    weight
    #> Parameter containing:
    #> tensor([[[[0.5000]]],
    #>
    #>
    #>         [[[-0.0000]]]], requires_grad=True)
    """

  static let rate = Argument<Amount>(
    "RATE", kind: .number, fits: { $0.number != nil },
    decode: { value, _ in
      let word = value.word ?? ""
      guard let number = value.number else {
        throw ArgumentError.notANumber("the rate", value.quoted)
      }
      // Without a point PyTorch takes a number as a count. No filters are none in either reading.
      if let count = Int(word), count > 0 { return .count(count) }
      guard (0...1).contains(number) else { throw PruneError.rate(word) }
      return .share(number, .even)
    })
  static let remove = Argument<String>(
    "remove", kind: .choice(["remove"]), fits: { ["remove", "off"].contains($0.word) },
    decode: { value, _ in
      guard value.word == "remove" else { throw PruneError.off }
      return "remove"
    })
  static let given = Argument<TensorSyntax>.tensor()
  static let forms = [Form(rate), Form(remove), Form(given)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if call.has(remove) {
      guard
        try evaluation.session.masked(at: evaluation.path).contains(where: \.affine.weight.isPruned)
      else {
        throw PruneError.notPruned
      }
      try evaluation.session.changeMasked(at: evaluation.path, nil) {
        try $0.weight.removePruning()
      }
      return nil
    }
    if let source = try call[optional: given] {
      let values = try evaluation.tensor(source).tensor
      let weight = try Session.affine(of: try evaluation.layer()).weight
      let mask = try call.placing(at: given) { try Mask(values, for: weight.shape) }
      try evaluation.session.changeMasked(at: evaluation.path, "mask") {
        try $0.weight.prune(custom: mask)
      }
      return try evaluation.attribute(.weightMask, of: try evaluation.layer())
    }
    let rate: Double
    switch try call[Self.rate] {
    case .share(let share, _): rate = share
    case .count(let count):
      let left = try (try? evaluation.layer())?.affine?.weight.filtersLeft()
      throw call.placed(PruneError.count(count, of: left), at: Self.rate)
    }
    let before = try evaluation.session.masked(at: evaluation.path)
    try evaluation.session.changeMasked(at: evaluation.path, "mask") {
      try $0.weight.prune(rate: rate)
    }
    let after = try evaluation.session.masked(at: evaluation.path)
    for ((_, old), (_, new)) in zip(before, after) {
      let left = try old.weight.filtersLeft()
      if old.weight.isPruned { evaluation.notes.append(.prunedAgain(left: left)) }
      if rate > 0, try new.weight.filtersLeft() == left {
        evaluation.notes.append(.nothingMasked(filters: left, rate: rate, rounding: .even))
      }
    }
    let layer = try evaluation.layer()
    guard layer.isNetwork else { return try evaluation.attribute(.weightMask, of: layer) }
    let path = try evaluation.path
    return .text(
      try after.map { found, layer in
        "\(found.name(in: path) ?? ""): \(try layer.weight.filtersLeft()) of \(layer.weight.filterCount) filters left"
      }.joined(separator: "\n"))
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    scope.need(.pruning)
    if call.has(remove) {
      return try scope.changing(call) { text, affine in
        affine.weight.isPruned ? "prune.remove(\(text), \"weight\")" : nil
      }
    }
    if let given = try call[optional: given] {
      let values = try scope.before.tensor(given).tensor
      let mask = try scope.values(given, requiresGrad: false)
      return try scope.changing(call, showing: .weightMask) { text, affine in
        let ones = String(repeating: ", 1", count: affine.weight.shape.rank - 1)
        let isOfFilters = values.shape.rank == 1
        let spread = isOfFilters ? "\(mask).view(-1\(ones)).expand_as(\(text).weight)" : mask
        return "prune.custom_from_mask(\(text), \"weight\", \(spread))"
      }
    }
    guard case .share(let share, _) = try call[rate] else { return nil }
    let amount = PythonLiteral.number(share)
    return try scope.changing(call, showing: .weightMask) { text, _ in
      "prune.ln_structured(\(text), \"weight\", amount=\(amount), n=1, dim=0)"
    }
  }
}

/// What `prune` does not take, though somebody may well type it.
enum PruneError: Explained {
  /// A count of filters, and how many the layer has left; nil for a network.
  case count(Int, of: Int?)
  case rate(String)
  case off
  case notPruned

  var message: String {
    switch self {
    case .count(let count, _): "\(count) is a count of filters in PyTorch, and a share is needed"
    case .rate(let text): "the rate must be from 0 to 1.0, not \(text.shortened)"
    case .off: "ordinary pruning is not switched off: it is made permanent, or undone"
    case .notPruned: "the layer was not pruned with prune, so there is nothing to remove"
    }
  }

  var remedy: String? {
    switch self {
    case .count(let count, let filters): Self.remedy(removing: count, of: filters)
    case .rate: "a rate is the share of filters to remove: 0.5 removes half of them"
    case .off:
      "prune remove makes the masked values the weight; undo takes prune back"
    case .notPruned: "prune RATE prunes it: prune 0.5"
    }
  }

  private static func remedy(removing count: Int, of filters: Int?) -> String {
    guard let filters, let rate = rate(removing: count, of: filters) else {
      return "prune 1.0 removes all filters, prune 0.5 half of them"
    }
    return "prune \(rate) removes \(count) of \(filters) filter\(filters == 1 ? "" : "s")"
      + (count == filters ? "" : ", prune 1.0 all of them")
  }

  /// The shortest share, rounded half to even as `prune` rounds it, that removes so many filters.
  private static func rate(removing count: Int, of filters: Int) -> String? {
    (1...9).lazy.map { digits -> Double in
      let scale = Double((0..<digits).reduce(1) { power, _ in power * 10 })
      return (Double(count) / Double(filters) * scale).rounded() / scale
    }.first { rate in
      rate <= 1 && Amount.share(rate, .even).removed(of: filters) == count
    }.map { PythonNumber.text($0) }
  }
}
