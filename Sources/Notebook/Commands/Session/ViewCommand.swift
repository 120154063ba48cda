import Language
import Layers
import Reports
import Tensors

/// `view REFERENCE`: a tensor as a heat map.
enum ViewCommand: Command {
  static let name = "view"
  static let summary = "show a tensor as a heat map"
  static let details = """
    A panel for each filter and channel, with a scale below: the darker, the larger the magnitude.
    Filters that a mask or ordinary pruning switches off are marked as masked. What is recorded are
    shades of characters; a terminal may draw the same picture in colours: blue below zero, red
    above, grey where it is exactly zero.
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
    """

  static let source = Argument<TensorSyntax>.tensor()
  static let forms = [Form(source)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let source = try call[source]
    let tensor = try evaluation.tensor(source).tensor
    let filters: FilterMarks? =
      if case .reference(let reference) = source {
        try evaluation.filterMarks(of: reference, tensor)
      } else {
        nil
      }
    let shape = tensor.shape
    let map = try HeatMap(
      tensor,
      title: { filters?.dimension == 0 ? $0.filterTitle(of: shape) : $0.title },
      mark: { plane in
        guard let filters, plane.indices.count > filters.dimension else { return nil }
        return filters.kept[plane.indices[filters.dimension]] ? nil : .masked
      })
    return .report(Report([.heatMap(map)]))
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

extension Evaluation {
  /// Which filters of a value are switched off, and along which of its dimensions, from 0, filters
  /// lie; nil for a value without filters.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  fileprivate func filterMarks(
    of reference: ReferenceSyntax, _ tensor: Tensor
  ) throws -> FilterMarks? {
    if reference.base == .name("output"), reference.members.isEmpty {
      guard let filters = session.outputOrigin.filters else { return nil }
      let dimension = tensor.shape.rank + filters.dimension
      guard dimension >= 0, tensor.shape[dimension] == filters.kept.count else { return nil }
      return FilterMarks(kept: filters.kept, dimension: dimension)
    }
    guard let weight = owner(of: reference)?.weight, tensor.shape == weight.shape else {
      return nil
    }
    return FilterMarks(kept: try weight.filtersOrAll(), dimension: 0)
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
