import Language
import Layers
import Pruning
import Reports
import Tensors

/// `view REFERENCE`: a tensor as a heat map.
enum ViewCommand: Command {
  static let name = "view"
  static let summary = "show a tensor as a heat map"
  static let details = """
    A panel for each filter and channel, with a scale below: the darker, the larger the magnitude.
    Filters and kernels that a mask or ordinary pruning switches off are marked as masked, single
    weights by a *. What is recorded are shades of characters; a terminal may draw the same picture
    in colours: blue below zero, red above, grey where it is exactly zero.

    view mask, view m.mask and view weight_mask draw which weights take part, in the weight's own
    layout: a panel for each filter, its kernels side by side, or for blocks and vectors the matrix
    OUT × IN·KH·KW.
    """
  static let example = """
    conv 1 2 3 padding=1 bias=false;
    input arange 1 1 4 4;
    mask 0.5;
    forward; relu; backward;
    view grad
    #> filter 0 masked   filter 1
    #>   o  x  o           .  .  .
    #>   %  @  #           .  :  :
    #>   %  @  #           .  ;  ;
    #>
    #> shade     .     :     ;     o     x     %     #     @
    #>  from    0.   15.   30.   45.   60.   75.   90.  105.
    #> largest magnitude 120.
    #> masked: a filter that mask or prune has switched off
    view mask
    #> filter 0   filter 1
    #> . . .      # # #
    #> . . .      # # #
    #> . . .      # # #
    #>
    #> #  takes part: 1 of 2 filters, 9 of 18 weights
    #> .  masked: 1 of 2 filters, 9 of 18 weights
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let forms = [Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let source = try call[source]
    let tensor = try evaluation.tensor(source).tensor
    guard case .reference(let reference) = source else {
      return .report(Report([.heatMap(try heatMap(tensor, nil))]))
    }
    if let mask = evaluation.mask(reference) {
      return .report(Report([.tiles(try mask.tiles)]))
    }
    let map =
      if let mask = try evaluation.takingPart(of: reference, tensor) {
        try HeatMap(tensor, masked: mask)
      } else {
        try heatMap(tensor, evaluation.filterMarks(of: reference, tensor))
      }
    return .report(Report([.heatMap(map)]))
  }

  /// A picture of a value with panels for filters, some of them switched off.
  private static func heatMap(_ tensor: Tensor, _ filters: FilterMarks?) throws -> HeatMap {
    try HeatMap(
      tensor, title: { $0.title },
      mark: { plane in
        guard let filters, plane.indices.count > filters.dimension else { return nil }
        return filters.kept[plane.indices[filters.dimension]] ? nil : .masked
      })
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

extension Evaluation {
  /// Which filters of the output are switched off, and along which of its dimensions, from 0, filters
  /// lie; nil for anything else, and for an output without filters.
  fileprivate func filterMarks(of reference: ReferenceSyntax, _ tensor: Tensor) -> FilterMarks? {
    guard reference.base == .name("output"), reference.members.isEmpty,
      let filters = session.outputOrigin.filters
    else { return nil }
    let dimension = tensor.shape.rank + filters.dimension
    guard dimension >= 0, tensor.shape[dimension] == filters.kept.count else { return nil }
    return FilterMarks(kept: filters.kept, dimension: dimension)
  }

  /// What of a weight takes part of which a value is, or whose gradient; everything does without a
  /// mask. Nil for another value.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  fileprivate func takingPart(of reference: ReferenceSyntax, _ tensor: Tensor) throws -> Mask? {
    guard reference.name != "output", let weight = owner(of: reference)?.weight,
      tensor.shape == weight.shape
    else { return nil }
    return try weight.takingPart()
      ?? Mask(Tensor(repeating: 1, shape: weight.filters.groups), of: weight.filters)
  }

  /// What the layer has whose attribute a reference reads: the one named, or the current one.
  private func owner(of reference: ReferenceSyntax) -> Affine? {
    guard case .name(let name) = reference.base, LayerAttribute(rawValue: name) == nil else {
      return try? session.layer().affine
    }
    for length in reference.members.indices.reversed() {
      let path = ReferenceSyntax(
        base: reference.base, members: Array(reference.members.prefix(length)),
        baseRange: reference.baseRange, range: reference.range)
      if let affine = try? layer(path).affine { return affine }
    }
    return nil
  }
}
