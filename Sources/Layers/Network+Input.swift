import Tensors

// Which inputs run through a network: what forward draws, and what errors advise.
extension Network {
  /// More elements than this no value has in a network that is drawn for, unless its side is small.
  private static let drawnLimit = 1 << 26

  /// One input for the first layer, the smallest that runs through the whole network.
  ///
  /// Where there is none, or where it would fill the memory without having been asked for, one
  /// that fits the first layer alone.
  public var drawnInput: Shape {
    guard let smallest = smallestInput else { return firstInput }
    guard smallest.rank == 4, smallest[2] > 512 else { return smallest }
    let largest = (try? shapes(smallest))?.map(\.count).max() ?? .max
    return max(smallest.count, largest) <= Self.drawnLimit ? smallest : firstInput
  }

  /// The smallest input that runs through the whole network; nil where no square image and no row
  /// does.
  ///
  /// An image is one of 4 × 4 where that fits.
  public var smallestInput: Shape? {
    if firstInput.rank == 2 { return fits(firstInput) ? firstInput : nil }
    if let image = smallestImage { return image }
    // What begins with flatten takes rows as well.
    let row = (members.first?.layer as? Linear)?.drawnInput
    return row.flatMap { fits($0) ? $0 : nil }
  }

  /// `[1, IN]` for a linear layer that comes first, else one image of 4 × 4.
  private var firstInput: Shape {
    switch stages.first(where: { $0.layer != nil || $0.name == "flatten1" })?.layer {
    case let layer as Linear: layer.drawnInput
    case let layer as Conv2d: [1, layer.settings.inChannels, 4, 4]
    case let layer as BatchNorm2d: layer.drawnInput
    default: [1, 1, 4, 4]
    }
  }

  private func fits(_ input: Shape) -> Bool { (try? outputShape(input)) != nil }

  private var smallestImage: Shape? {
    let channels = firstInput[1]
    func image(_ side: Int) -> Shape { [1, channels, side, side] }
    if fits(image(4)) { return image(4) }
    // Values grow with the image, so that all that are too small lie below all others.
    var (low, high) = (1, Int(Double(Shape.elementLimit / channels).squareRoot()))
    while low < high {
      let middle = (low + high) / 2
      if isTooSmall(image(middle)) { low = middle + 1 } else { high = middle }
    }
    return fits(image(low)) ? image(low) : nil
  }

  /// Whether a larger image might run through where this one does not.
  private func isTooSmall(_ input: Shape) -> Bool {
    do {
      _ = try outputShape(input)
      return false
    } catch LayerError.stage(_, _, let error) {
      switch error {
      case .kernelTooLarge, .oneValuePerChannel, .emptyInput: return true
      // Images that were not made flat: a row of them may fit by chance, but is hardly meant.
      case .inputFeatures(let shape, let expected): return shape.rank == 2 && shape[1] < expected
      default: return false
      }
    } catch {
      return false
    }
  }
}
