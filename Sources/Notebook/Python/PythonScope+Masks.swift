import Layers
import Pruning
import Tensors

// `mask` and `scores` in Python: what the structures, scores and amounts of a question are there.
extension PythonScope {
  /// The lines for a call of `mask` that has been carried out.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError``.
  mutating func mask(_ call: Call) throws -> PythonCode {
    if call.has(MaskCommand.off) { return try masking(call) { "\($0).mask = None" } }
    var rate = try call.has(MaskArguments.rate) ? number(call, MaskArguments.rate) : nil
    if let given = try call[optional: MaskCommand.given] {
      guard try isRate(given, call) else { return try give(given, call) }
      rate = "\(try tensor(given)).item()"
    }
    let pattern = try call[optional: MaskArguments.pattern]
    // Python computes the rate itself: what it is decides nothing here.
    let share = try rate.map { _ in try call[optional: MaskArguments.rate] ?? 0 }
    guard let question = try before.maskQuestion(call, rate: share, pattern: pattern) else {
      let units = try unitLines(call, of: maskable(call))
      return PythonCode(units, value: try shown(call))
    }
    let (layers, left) = try before.session.fitting(question.structure, among: maskable(call))
    var lines = try left.filter { $0.affine.weight.mask != nil }
      .map { "\(try python($0.path)).mask = None" }
    lines += try unitLines(call, of: layers)
    if question.isNotebooks, let rate {
      lines += try layers.map { "\(try python($0.path)).calculate_mask(\(rate))" }
    } else {
      lines += try choosing(question, of: layers, call, rate: rate)
    }
    return PythonCode(lines, value: try shown(call))
  }

  /// What takes masks in the layer that a call works on; its classes are needed from now on.
  private mutating func maskable(_ call: Call) throws -> [MaskableLayer] {
    let layers = try before.session.maskable(
      at: try path(of: call), all: call.has(MaskArguments.layers))
    for layer in layers {
      let kind = try type(of: before.session.layer(at: layer.path)).kind
      if kind == Linear.kind { needs.masksLinear = true }
    }
    return layers
  }

  /// The mask of a layer; what a network shows of its layers is dpu's own.
  private func shown(_ call: Call) throws -> PythonValue? {
    let path = try path(of: call)
    return try before.session.layer(at: path).isNetwork ? nil : try attribute(.mask, at: path)
  }

  // MARK: Given masks

  private func isRate(_ given: TensorSyntax, _ call: Call) throws -> Bool {
    guard try before.tensor(given).tensor.shape.rank == 0 else { return false }
    let isWhole = try MaskArguments.structure(of: call)?.isOfWholeLayers == true
    return !(isWhole && call.has(MaskArguments.allowEmpty))
  }

  private mutating func give(_ given: TensorSyntax, _ call: Call) throws -> PythonCode {
    let layers = try maskable(call)
    guard let layer = layers.first, layers.count == 1,
      let mask = try after.layer(at: layer.path).affine?.weight.mask
    else { throw NotInPython() }
    let values = try values(given, requiresGrad: false)
    let lines =
      try unitLines(call, of: layers)
      + [setMask(of: try python(layer.path), to: values, mask.partition)]
    return PythonCode(lines, value: try shown(call))
  }

  /// The line that gives a layer a mask of its own shape.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - mask: the mask.
  ///   - partition: its groups.
  ///   - filters: the part of a mixed mask with which the bias goes; empty where it has none.
  /// - Returns: the line.
  func setMask(
    of layer: String, to mask: String, _ partition: Partition, filters: String = ""
  ) -> String {
    "\(layer).set_mask(\(mask), \(Self.dims(partition))\(Self.view(partition))"
      + (filters.isEmpty ? "" : ", filters=\(filters)") + ")"
  }

  // MARK: Choosing

  private mutating func choosing(
    _ question: MaskQuestion, of layers: [MaskableLayer], _ call: Call, rate: String?
  ) throws -> [String] {
    var lines: [String] = []
    // One expression for each layer and each part of a mixed mask.
    var masks: [[(text: String, partition: Partition)]] = layers.map { _ in [] }
    for part in question.parts {
      let partitions = try layers.map { try part.structure.partition(of: $0.shape) }
      let scores = try zip(layers, partitions).map { try self.scores(question, of: $0, $1) }
      let competes = question.isGlobal && partitions.allSatisfy { $0.contest == nil }
      if competes, layers.count > 1 {
        need(.keptOfAll)
        let count = partitions.reduce(0) { $0 + $1.count }
        let name = unused("masks")
        let removed = try removed(part, of: count, call, rate: rate)
        lines.append(
          "\(name) = keep_highest_of_all([\(scores.joined(separator: ", "))], \(removed))")
        for index in layers.indices {
          masks[index].append(("\(name)[\(index)]", partitions[index]))
        }
        continue
      }
      for (index, partition) in partitions.enumerated() {
        let text: String
        if let contest = partition.contest {
          need(.neighbours)
          guard contest.dimension == 1 else { throw NotInPython() }
          text = "n_of_m(\(scores[index]), \(contest.size - contest.removed), \(contest.size))"
        } else {
          let removed = try removed(part, of: partition.count, call, rate: rate)
          text = "keep_highest(\(scores[index]), \(removed))"
        }
        masks[index].append((text, partition))
      }
    }
    for (layer, parts) in zip(layers, masks) {
      let layerText = try python(layer.path)
      if parts.count == 1, let part = parts.first {
        lines.append(setMask(of: layerText, to: part.text, part.partition))
        continue
      }
      guard let partition = try after.layer(at: layer.path).affine?.weight.mask?.partition else {
        throw NotInPython()
      }
      // The bias goes with the filters.
      var filters = ""
      let product = parts.map { part in
        var text = part.text
        if part.partition == .filters(of: part.partition.weight) {
          filters = unused("filters")
          lines.append("\(filters) = \(text)")
          text = filters
        }
        return "spread(\(text), \(Self.dims(part.partition)), \(layerText).weight.shape"
          + "\(Self.view(part.partition)))"
      }.joined(separator: " * ")
      let mask =
        partition.inside.isEmpty
        ? product : "(\(product)).amax(dim=\(Self.dims(partition)))"
      lines.append(setMask(of: layerText, to: mask, partition, filters: filters))
    }
    return lines
  }

  /// How many of so many groups go.
  private func removed(
    _ part: MaskQuestion.Part, of groups: Int, _ call: Call, rate: String?
  ) throws -> String {
    switch part.amount {
    case .count(let count):
      let text = text(computedAt: call.range(of: MaskArguments.count))
      return text.map { "int(\($0))" } ?? "\(count)"
    case .share(_, let rounding):
      let index = AxisStructure.all.firstIndex { $0.name == part.structure.name }
      let own = index.map { MaskArguments.rates[$0] }.flatMap { call.has($0) ? $0 : nil }
      guard let rate = try own.map({ try number(call, $0) }) ?? rate else { throw NotInPython() }
      return "\(rounding.pythonName)(\(groups) * \(rate))"
    }
  }

  // MARK: Scores

  /// The lines for a call of `scores`.
  ///
  /// - Throws: ``NotInPython``, ``LayerUseError``.
  mutating func scores(_ call: Call) throws -> PythonCode {
    let path = try path(of: call)
    let layer = MaskableLayer(
      path: path, affine: try Session.affine(of: try before.session.layer(at: path)))
    var question = layer.affine.weight.mask?.question ?? .filters(share: 0)
    if let score = try before.score(of: call) { question.score = score }
    question.normalizes = call.has(MaskArguments.normalize) || question.normalizes
    let structure = try MaskArguments.structure(of: call) ?? question.structure
    return PythonCode(
      value: PythonValue(
        try scores(question, of: layer, structure.partition(of: layer.shape))))
  }

  /// The scores of a layer's groups.
  ///
  /// - Throws: ``NotInPython`` for a score that was given by a value without a name.
  func scores(
    _ question: MaskQuestion, of layer: MaskableLayer, _ partition: Partition
  ) throws -> String {
    let text = try python(layer.path)
    let score = question.score
    let isSingle = partition.inside.isEmpty
    var formula = isSingle ? score.formulaOfSingleWeights : score.formula
    guard !score.isOfOneLayer, !formula.contains("batchnorm") else { throw NotInPython() }
    let parameter = layer.affine.weight.isPruned ? "weight_orig" : "weight"
    let view = partition.view == partition.weight ? "" : ".view\(Self.tuple(partition.view))"
    let rows = Self.rows(of: "\(text).weight\(view)", partition)
    let dims = partition.inside.count == 1 ? "\(partition.inside.first ?? 0)" : Self.dims(partition)
    // Each word stands for an expression in which the others are not looked for.
    for (word, expression) in [
      ("weight.grad", "\u{1}"), ("weight", "\u{2}"), ("sum(dim)", "sum(dim=\(dims))"),
      ("dim=dim", "dim=\(dims)"), ("p=inf", "p=float('inf')"),
      ("torch.rand(groups)", "torch.rand\(Self.tuple(partition.groups))"),
      ("cdist(rows, rows)", "cdist(\(rows), \(rows))"),
      ("\u{1}", "\(text).\(parameter).grad\(view)"), ("\u{2}", "\(text).weight\(view)"),
    ] {
      formula = formula.replacing(word, with: expression)
    }
    if formula.contains("cdist") {
      formula += ".detach()"
      if partition.groups.rank > 1 { formula += ".view\(Self.tuple(partition.groups))" }
    }
    return question.normalizes ? "\(formula) / \(partition.groupSize)" : formula
  }

  /// A matrix with a row for each group.
  private static func rows(of weight: String, _ partition: Partition) -> String {
    let inside = partition.inside.sorted()
    let outside = partition.view.dimensions.indices.filter { !partition.inside.contains($0) }
    let order = (outside + inside).map(String.init)
    let isOrdered = outside + inside == Array(partition.view.dimensions.indices)
    return "\(weight)\(isOrdered ? "" : ".permute(\(order.joined(separator: ", ")))")"
      + ".reshape(\(partition.count), -1)"
  }

  private static func dims(_ partition: Partition) -> String {
    let dims = partition.inside.sorted().map(String.init)
    return "(\(dims.joined(separator: ", "))\(dims.count == 1 ? "," : ""))"
  }

  private static func view(_ partition: Partition) -> String {
    partition.view == partition.weight ? "" : ", view=\(tuple(partition.view))"
  }

  private static func tuple(_ shape: Shape) -> String {
    shape.rank == 0 ? "(())" : "(\(PythonLiteral.sizes(shape))\(shape.rank == 1 ? "," : ""))"
  }
}

extension MaskableLayer {
  fileprivate var shape: Shape { affine.weight.shape }
}

extension MaskQuestion {
  /// Whether the paper's `calculate_mask` answers it.
  fileprivate var isNotebooks: Bool {
    guard parts.count == 1, case .share(_, .int) = parts[0].amount else { return false }
    return structure.isOfFilters && score.name == NormScore.l1.name && !isGlobal && !normalizes
  }
}
