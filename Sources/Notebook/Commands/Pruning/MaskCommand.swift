import Language
import Layers
import Pruning
import Tensors

/// `mask RATE`: switches the groups of lowest score off in a Dynamic Pruning Unit.
enum MaskCommand: Command {
  static let name = "mask"
  static let worksOnLayer = true
  static let summary = "mask the groups of lowest score, show the mask, or remove it"
  static let details = """
    mask RATE gives the int(OUT × RATE) filters of lowest L1 norm a 0, the others a 1; ties are
    broken as torch.topk breaks them. The mask sits in a Dynamic Pruning Unit:

      forward:   weight · mask (and, for filters, bias · mask)
      gradient:  passed straight through, as if the mask were not there

    So a masked filter still learns, and mask RATE again can bring it back. mask off removes it.

      structure=NAME   what goes as one: filter, channel, kernel, stripe …
      block=RxC, vector=V, keep=N:M     tiles; neighbours; N of M stay (mask 2:4)
      filter=0.25 connection=0.5        a mixed mask: chosen alone, both act
      score=NAME       l1, l2, random, taylor …, or a tensor: help scores
      scope=global     all layers of a network compete; normalize=mean
      count=K          K groups go; round=even rounds as PyTorch's pruning
      layers=all       a network's linear layers too, except the last
      unit=NAME        another unit than dpu: help unit

    structures draws them all. mask TENSOR takes zeros and ones: one for each filter, of the
    weight's shape, or one for each group of structure=. A tensor without dimensions is a rate.
    What would leave nothing of a layer is refused without allow_empty=true. On a network each
    convolution gets a mask of its own. After prune the scores are those of the masked product.
    """
  static let example = """
    conv 1 4 3;
    scores
    #> tensor([1.2192, 1.2752, 1.4779, 1.9360], grad_fn=<SumBackward1>)
    mask 0.5
    #> tensor([0., 0., 1., 1.])
    """

  static let off = Argument<String>.choice("off", ["off"])
  static let given = Argument<TensorSyntax>.tensor()
  static let forms = [
    Form(), Form(off, keys: []), Form(MaskArguments.rate),
    Form(MaskArguments.pattern, keys: MaskArguments.besidePattern),
    Form(given),
  ]
  static let keywords = MaskArguments.choosing + [MaskArguments.unit, MaskArguments.allowEmpty]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if call.has(off) { return try remove(in: &evaluation) }
    var rate = try call[optional: MaskArguments.rate]
    if let source = try call[optional: given] {
      let values = try evaluation.tensor(source).tensor
      // A number is a rate, but where it is given to a mask of a whole layer.
      let isMask = try MaskArguments.structure(of: call)?.isOfWholeLayers == true
      if values.shape.rank > 0 || isMask && call.has(MaskArguments.allowEmpty) {
        return try give(values, call, &evaluation)
      }
      rate = try share(values, in: call)
    }
    let path = try evaluation.path
    var layers = try evaluation.session.maskable(at: path, all: call.has(MaskArguments.layers))
    if let question = try evaluation.maskQuestion(
      call, rate: rate, pattern: try call[optional: MaskArguments.pattern])
    {
      let chosen = try choose(question, among: layers, in: path, call, &evaluation)
      try evaluation.noteLinearLeft(by: layers, at: path)
      try evaluation.session.setMasks(
        chosen.masks, in: chosen.unit, of: chosen.layers, in: path,
        allowEmpty: try call[optional: MaskArguments.allowEmpty] ?? false)
      layers = try evaluation.session.maskable(at: path, all: call.has(MaskArguments.layers))
    } else if let unit = try evaluation.unit(of: call) {
      // The masks stay, and work by another rule.
      try evaluation.session.change(
        layers.filter { $0.affine.weight.mask != nil }, within: path, "mask"
      ) { $1.weight.unit = unit }
    }
    return try shown(layers, at: path, in: evaluation)
  }

  private static func remove(in evaluation: inout Evaluation) throws -> Value? {
    let path = try evaluation.path
    let layers = try evaluation.session.maskable(at: path, all: true)
    guard layers.contains(where: { $0.affine.weight.mask != nil }) else {
      throw AttributeError.noMask
    }
    try evaluation.session.change(layers, within: path, "mask") { $1.weight.mask = nil }
    return nil
  }

  /// Gives the layer a mask of zeros and ones.
  private static func give(
    _ values: Tensor, _ call: Call, _ evaluation: inout Evaluation
  ) throws -> Value? {
    if let key = keywords.first(where: {
      call.has($0) && !MaskArguments.ofGiven.contains($0.name)
    }) {
      throw call.placed(MaskArgumentError.keyOfChoice(key.name), at: key)
    }
    let structure = try MaskArguments.structure(of: call)
    let path = try evaluation.path
    let layer = MaskableLayer(
      path: path, affine: try Session.affine(of: try evaluation.layer()))
    let allowEmpty = try call[optional: MaskArguments.allowEmpty] ?? false
    // What is given takes the place of the mask that was there, in its unit.
    let weight = layer.affine.weight
    let unit = try evaluation.unit(of: call) ?? (weight.mask == nil ? MaskUnits.usual : weight.unit)
    try call.placing(at: given) {
      let mask = try Mask(values, for: weight.shape, as: structure)
      note(nil, mask.structure, unit, after: [layer], &evaluation)
      try evaluation.session.setMasks(
        [mask], in: unit, of: [layer], in: path, allowEmpty: allowEmpty)
    }
    return try evaluation.attribute(.mask, of: try evaluation.layer())
  }

  /// A tensor without dimensions is a rate.
  private static func share(_ values: Tensor, in call: Call) throws -> Double {
    let rate = Double(values.elements[0])
    guard rate >= 0, rate < 1 else {
      throw call.placed(ArgumentError.badRate(PythonNumber.text(rate)), at: given)
    }
    return rate
  }

  /// The masks that a question asks for, of the layers that have such groups.
  private static func choose(
    _ question: MaskQuestion, among layers: [MaskableLayer], in path: LayerPath,
    _ call: Call, _ evaluation: inout Evaluation
  ) throws -> (masks: [Mask], unit: any MaskUnit, layers: [MaskableLayer]) {
    let unit = try evaluation.unit(of: call) ?? MaskUnits.usual
    let place: any AnyArgument =
      MaskArguments.structures.first { call.has($0) } ?? MaskArguments.pattern
    let (fit, left) = try call.placing(at: place) {
      try evaluation.session.fitting(question.structure, among: layers)
    }
    if question.score.isOfOneLayer, fit.count > 1 {
      throw call.placed(MaskArgumentError.oneScoreForOneLayer, at: MaskArguments.score)
    }
    if let count = try call[optional: MaskArguments.count], !question.isGlobal {
      for layer in fit {
        let groups = try question.structure.partition(of: layer.affine.weight.shape).count
        guard count > groups else { continue }
        throw call.placed(
          MaskArgumentError.countTooLarge(count, question.structure.count(groups)),
          at: MaskArguments.count)
      }
    }
    let masks = try call.placing(at: MaskArguments.score) {
      try evaluation.session.masks(question, of: fit, in: path)
    }
    // The whole question is asked anew: a mask that was there answers another one.
    if !left.isEmpty {
      try evaluation.session.change(left, within: path, "mask") { $1.weight.mask = nil }
      evaluation.notes.append(.leftDense(left, of: question, in: path))
    }
    note(question, question.structure, unit, after: fit, &evaluation)
    evaluation.notes += question.notes(on: masks)
    return (masks, unit, fit)
  }

  /// Says where structure, score, scope or unit become others than those of the mask before.
  private static func note(
    _ question: MaskQuestion?, _ structure: any SparseStructure, _ unit: any MaskUnit,
    after layers: [MaskableLayer], _ evaluation: inout Evaluation
  ) {
    guard let old = layers.lazy.map(\.affine.weight).first(where: { $0.mask != nil }),
      let mask = old.mask
    else { return }
    var changes = [("structure", mask.structure.name, structure.name)]
    if let question, let asked = mask.question {
      func scope(_ question: MaskQuestion) -> String { question.isGlobal ? "global" : "local" }
      changes.append(("score", asked.score.name, question.score.name))
      // Whole layers always compete with each other.
      if !mask.structure.isOfWholeLayers, !structure.isOfWholeLayers {
        changes.append(("scope", scope(asked), scope(question)))
      }
    }
    changes.append(("unit", old.unit.name, unit.name))
    let words = changes.filter { $0.1 != $0.2 }.map { "\($0.0) \($0.1) before, \($0.2) now" }
    if !words.isEmpty { evaluation.notes.append(.questionChanged(words)) }
  }

  private static func shown(
    _ layers: [MaskableLayer], at path: LayerPath, in evaluation: Evaluation
  ) throws -> Value? {
    let layer = try evaluation.layer()
    guard layer.isNetwork else { return try evaluation.attribute(.mask, of: layer) }
    guard layers.contains(where: { $0.affine.weight.mask != nil }) else {
      throw AttributeError.noMask
    }
    let options = evaluation.session.printOptions
    return .text(
      try layers.map { layer in
        "\(layer.path.name(in: path) ?? "")\n"
          + (try layer.affine.weight.mask?.tensor.text(options: options) ?? "None")
      }.joined(separator: "\n\n"))
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    try scope.mask(call)
  }
}
