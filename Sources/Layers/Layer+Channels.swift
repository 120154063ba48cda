import Tensors

// What most layers make of single channels, which compacting asks.
extension Layer {
  public var keepsChannels: Bool { false }

  public func constant(_ value: Float?, inChannel channel: Int) throws -> Float? { nil }

  public func keeping(channels: [Int]) throws -> Self { self }

  public func remade(weight: Tensor, bias: Tensor?) throws -> Self { self }

  public var frame: (rows: Int, columns: Int) { (0, 0) }

  public var steepness: Double? { nil }

  public func passing(difference: Tensor) throws -> Tensor {
    let factor = Float(steepness ?? .infinity)
    return factor == 1 ? difference : try difference.map { $0 * factor }
  }

  public var isIncreasing: Bool { false }

  public func passing(below: Tensor, above: Tensor) throws -> (below: Tensor, above: Tensor) {
    if isIncreasing { return (try passing(difference: below), try passing(difference: above)) }
    let largest = try passing(difference: below.zip(above, max))
    return (largest, largest)
  }

  public func rounding(of output: Tensor, for input: Tensor) throws -> Tensor? {
    // Exponentials are within two units in the last place; a slope is a product.
    try output.map { abs($0) * 4 * .unitRoundoff }
  }
}
