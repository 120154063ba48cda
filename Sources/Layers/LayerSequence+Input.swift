import Kernels
import Tensors

// Which inputs run through a network: what forward draws, and what errors advise.

/// An image with more rows than this is only drawn where no value of the network is large.
private let sideAlwaysDrawn = 512
/// The most elements of a value in a network that a larger image is drawn for.
private let drawnLimit = 1 << 26

extension LayerSequence {
  /// What the first layer that expects something expects.
  public var expectedInput: Shape? { children.lazy.compactMap(\.layer.expectedInput).first }

  /// One input for the first layer, the smallest that runs through the whole network.
  ///
  /// Where there is none, or where it would fill the memory without having been asked for, one
  /// that fits the first layer alone.
  public var drawnInput: Shape {
    guard let smallest = smallestInput else { return firstInput }
    guard smallest.rank == 4, smallest[2] > sideAlwaysDrawn else { return smallest }
    let largest = (try? shapes(smallest))?.map(\.count).max() ?? .max
    return max(smallest.count, largest) <= drawnLimit ? smallest : firstInput
  }

  /// The smallest input that runs through the whole network; nil where no square image and no row
  /// does.
  ///
  /// An image is one of 4 × 4 where that fits.
  public var smallestInput: Shape? {
    if firstInput.rank == 2 { return fits(firstInput) ? firstInput : nil }
    if let image = smallestImage { return image }
    // What begins with flatten takes rows as well.
    let row = children.lazy.filter { !$0.layer.parameters.isEmpty }.first?.layer.expectedInput
    return row.flatMap { $0.rank == 2 && fits($0) ? $0 : nil }
  }

  /// What the first layer that does not take anything expects: `[1, IN]` for a linear one, else one
  /// image of 4 × 4.
  private var firstInput: Shape {
    let expected = expectedInput ?? [1, 1, 4, 4]
    return expected.rank == 4 ? [1, expected[1], 4, 4] : expected
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
    } catch let error as LayerError {
      switch error.innermost {
      case .kernelTooLarge, .oneValuePerChannel, .emptyInput: return true
      // Images that were not made flat: a row of them may fit by chance, but is hardly meant.
      case .inputFeatures(let shape, let expected): return shape.rank == 2 && shape[1] < expected
      default: return false
      }
    } catch {
      return false
    }
  }

  public func advice(on error: LayerError) -> InputAdvice? {
    smallestInput.map { .input($0) } ?? mending
  }

  /// What must be different in a network that nothing runs through.
  private var mending: InputAdvice? {
    do {
      _ = try outputShape(drawnInput)
      return nil
    } catch let error as LayerError {
      return Self.mending(error, of: self, at: [], reached: drawnInput)
    } catch {
      return nil
    }
  }

  /// What must be different in the layer that refuses what reaches it, or in one within it.
  private static func mending(
    _ error: LayerError, of layer: any Layer, at names: [String], reached: Shape
  ) -> InputAdvice? {
    let change: InputAdvice.Change
    switch error {
    case .stage(let name, let reached, let inner):
      return layer[child: name].flatMap {
        mending(inner, of: $0, at: names + [name], reached: reached)
      }
    case .changedShape: change = .keepingShape(reached)
    case .inputChannels, .inputFeatures:
      guard let arguments = layer.arguments(fitting: reached) else { fallthrough }
      change = .layer(verb: type(of: layer).verb, arguments)
    case .inputRank:
      change = layer.expectedInput?.rank == 2 ? .flattenBefore : .earlier
    case .paddingTooLarge(_, let size):
      change = .padding(Pair(size.rows / 2, size.columns / 2))
    default: change = .smallerKernel
    }
    return .stage(names.isEmpty ? type(of: layer).verb : names.joined(separator: "."), change)
  }
}
