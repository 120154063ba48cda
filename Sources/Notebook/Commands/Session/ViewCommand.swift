import Gradients
import Layers
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

  static let reference = Parameter<ReferenceSyntax>.reference()
  static let forms = [Form(reference)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let reference = try call[reference]
    let tensor = try evaluation.tensor(reference).tensor
    let filters = evaluation.filterMask(of: reference, tensor)
    let shape = tensor.shape
    return .heatMap(
      HeatMap(
        tensor,
        title: { filters?.dimension == 0 ? $0.filterTitle(of: shape) : $0.title },
        isMasked: { plane in
          guard let filters, plane.indices.count > filters.dimension else { return false }
          return filters.mask[plane.indices[filters.dimension]] == 0
        }))
  }
}

extension Evaluation {
  /// Which filters of a value are switched off, and along which of its dimensions filters lie; nil
  /// for a value without filters.
  fileprivate func filterMask(
    of reference: ReferenceSyntax, _ tensor: Tensor
  ) -> (mask: [Float], dimension: Int)? {
    if reference.base == .name("output"), reference.steps.isEmpty {
      // Of a batch or of one image alone.
      let dimension = tensor.shape.rank - 3
      guard let filters = session.outputOrigin.filters, (0...1).contains(dimension),
        tensor.shape[dimension] == filters.count
      else { return nil }
      return (filters, dimension)
    }
    guard let layer = owner(of: reference), tensor.shape == layer.dense.tensor.shape else {
      return nil
    }
    return (layer.filters, 0)
  }

  /// The convolution whose attribute a reference reads: the one named, or the current one.
  private func owner(of reference: ReferenceSyntax) -> Conv2d? {
    guard case .name(let name) = reference.base, LayerAttribute(rawValue: name) == nil else {
      return try? session.convolution()
    }
    for length in reference.steps.indices.reversed() {
      let path = ReferenceSyntax(
        base: reference.base, steps: Array(reference.steps.prefix(length)),
        baseRange: reference.baseRange, range: reference.range)
      if let layer = try? layer(path) as? Conv2d { return layer }
    }
    return nil
  }
}
