import Tensors

/// What one of PyTorch's views shows, as a copy: elements of a tensor in another order or shape, some
/// left out, some repeated.
public struct View: RearrangingOperation {
  public let gradientName: String
  public let finalShape: Shape?
  /// How many dimensions it brings in front that PyTorch adds up on the way back, whatever their size.
  public let addedDimensions: Int
  /// What it makes of the sizes and strides of a tensor, which may be a view itself.
  public let change: @Sendable (ViewPlan) -> ViewPlan

  /// Makes the operation; the caller has checked that what it shows lies within the input.
  ///
  /// - Parameters:
  ///   - gradientName: PyTorch's name for it in the graph.
  ///   - finalShape: the shape that the elements get at last, if it is another one.
  ///   - addedDimensions: how many dimensions it brings in front that PyTorch adds up on the way back,
  ///     whatever their size.
  ///   - change: what it makes of sizes and strides.
  public init(
    _ gradientName: String, as finalShape: Shape? = nil, adding addedDimensions: Int = 0,
    _ change: @escaping @Sendable (ViewPlan) -> ViewPlan
  ) {
    self.gradientName = gradientName
    self.finalShape = finalShape
    self.addedDimensions = addedDimensions
    self.change = change
  }

  public func addedDimensions(to input: Shape) -> Int { addedDimensions }

  public func plan(of input: Shape) -> ViewPlan { change(ViewPlan(whole: input)) }
}
