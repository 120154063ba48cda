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
    shades of characters; a terminal may draw the same picture in colours, blue below zero and red
    above.
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
    """

  static let reference = Parameter<ReferenceSyntax>.reference()
  static let forms = [Form(reference)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let reference = try call[reference]
    let tensor = try evaluation.tensor(reference).tensor
    let filters = evaluation.filterMask(of: reference, tensor)
    let shape = tensor.shape
    return .heatMap(
      HeatMap(tensor) { plane in
        guard let filters else { return plane.title }
        let title = filters.dimension == 0 ? plane.filterTitle(of: shape) : plane.title
        guard plane.indices.count > filters.dimension,
          filters.mask[plane.indices[filters.dimension]] == 0
        else { return title }
        return title + " masked"
      })
  }
}

extension Evaluation {
  /// Which filters of a value are switched off, and along which of its dimensions filters lie; nil
  /// for a value without filters.
  fileprivate func filterMask(
    of reference: ReferenceSyntax, _ tensor: Tensor
  ) -> (mask: [Float], dimension: Int)? {
    let (name, isOutput) =
      switch reference.base {
      case .name("output") where reference.steps.isEmpty: (session.outputOrigin?.layer, true)
      case .name(let name) where LayerAttribute(rawValue: name) == nil: (Optional(name), false)
      default: (session.currentLayer, false)
      }
    guard let name, case .layer(let entry)? = session.names[name] else { return nil }
    let filters = entry.layer.settings.outChannels
    let mask = entry.layer.filterMask ?? [Float](repeating: 1, count: filters)
    if isOutput {
      let shape = tensor.shape
      return shape.rank == 4 && shape[1] == filters ? (mask, 1) : nil
    }
    return tensor.shape == entry.layer.dense.tensor.shape ? (mask, 0) : nil
  }
}
