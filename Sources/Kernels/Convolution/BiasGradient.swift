import CVectors
import Running

extension Convolution {
  /// Writes the gradient of the bias `[outChannels]`: the sum of each filter's upstream gradient, in
  /// the shape's ``BiasOrder``.
  ///
  /// - Parameters:
  ///   - upstream: the gradient of the output.
  ///   - gradient: overwritten.
  ///   - shape: the sizes, already validated.
  /// - Throws: ``Cancelled``; the gradient is then undefined.
  public static func biasGradient(
    upstream: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, shape: ConvolutionShape
  ) throws {
    switch BiasOrder(shape) {
    case .planes: try sumPlanes(upstream, to: gradient, shape)
    case .rows: try sumRuns(of: shape.outWidth, upstream, to: gradient, shape)
    case .elements: try sumRuns(of: nil, upstream, to: gradient, shape)
    }
  }

  private static func sumPlanes(
    _ upstream: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>,
    _ shape: ConvolutionShape
  ) throws {
    let (upstream, gradient) = (Shared(upstream), Shared(gradient))
    // The planes of a single filter follow one another: one run.
    let (images, count) =
      shape.outChannels == 1 ? (1, shape.batch * shape.outPlane) : (shape.batch, shape.outPlane)
    let work = shape.batch * shape.outChannels * shape.outPlane
    try Parallel.forEach(shape.outChannels, work: work) { filter in
      var sum: Float = 0
      for image in 0..<images {
        try Cancellation.check()
        sum += try CascadeSum.sum(
          upstream.pointer + (image * shape.outChannels + filter) * shape.outPlane, count: count)
      }
      gradient.pointer[filter] = sum
    }
  }

  /// Sums runs of `length` elements in order and adds these sums in order; without a length, all
  /// elements in order.
  private static func sumRuns(
    of length: Int?, _ upstream: UnsafePointer<Float>,
    to gradient: UnsafeMutablePointer<Float>, _ shape: ConvolutionShape
  ) throws {
    // Each sum is one chain of additions; several side by side hide the time that one takes.
    let (upstream, gradient) = (Shared(upstream), Shared(gradient))
    let work = shape.batch * shape.outChannels * shape.outPlane * 4
    let blocks = RowBlocks(rows: shape.outChannels, limit: VectorWidth.isWide ? 16 : 8)
    try Parallel.forEach(blocks.count, work: work) { block in
      let (first, count) = (blocks.first(block), blocks.size(block))
      var sums = InlineArray<16, Float>(repeating: 0)
      for image in 0..<shape.batch {
        let planes = upstream.pointer + (image * shape.outChannels + first) * shape.outPlane
        for start in stride(from: 0, to: shape.outPlane, by: length ?? shape.outPlane) {
          try Cancellation.check()
          var runs = length == nil ? sums : InlineArray<16, Float>(repeating: 0)
          try Cancellation.forEachPiece(of: length ?? shape.outPlane, work: 8) { piece in
            addInOrder(
              planes + start + piece.lowerBound, pitch: shape.outPlane, planes: count,
              count: piece.count, to: &runs)
          }
          if length == nil {
            sums = runs
          } else {
            for filter in 0..<count { sums[filter] += runs[filter] }
          }
        }
      }
      for filter in 0..<count { gradient.pointer[first + filter] = sums[filter] }
    }
  }

  /// Adds the elements of each of some planes, `pitch` apart, to its sum, one after the other.
  @inline(__always)
  private static func addInOrder(
    _ source: UnsafePointer<Float>, pitch: Int, planes: Int, count: Int,
    to sums: inout InlineArray<16, Float>
  ) {
    if VectorWidth.isWide {
      var span = sums.mutableSpan
      span.withUnsafeMutableBufferPointer {
        dpu_wide_add_in_order(source, pitch, Int32(planes), count, $0.baseAddress)
      }
    } else if planes == 8 {
      for index in 0..<count {
        for plane in 0..<8 { sums[plane] += source[plane * pitch + index] }
      }
    } else {
      for index in 0..<count {
        for plane in 0..<planes { sums[plane] += source[plane * pitch + index] }
      }
    }
  }
}

/// The order in which the gradient of a bias is summed.
///
/// PyTorch's builds have many orders for a convolution but agree on this one: 1.13.1 and 2.15.0, with
/// AVX2 and with AVX-512, give the same bits for 98 of 100 random shapes, which follow these rules.
/// (The others are dilated layers and one-by-one kernels with a filter a group.)
enum BiasOrder {
  /// A plane at a time by ``CascadeSum``, as `sum(dim=(0, 2, 3))`: PyTorch's own path, and kernels of
  /// one tap.
  case planes
  /// A row at a time, over the columns, then the rows' sums: oneDNN's matrix product, which takes what
  /// its kernels do not.
  case rows
  /// Over images, rows and columns: oneDNN's kernels.
  case elements

  /// The order for a layer.
  init(_ shape: ConvolutionShape) {
    let axes = [shape.rows, shape.columns]
    let isSeparate = shape.groups > 1 && shape.groupOutChannels == 1
    if shape.isReferenceCase
      || axes.allSatisfy({ $0.kernel == 1 && $0.stride == 1 && $0.dilation == 1 })
        && (!isSeparate || shape.batch == 1)
    {
      self = .planes
    } else if axes.contains(where: { $0.dilation > 1 || $0.padding >= $0.kernel }) {
      self = .rows
    } else if shape.groups == 1
      || isSeparate && shape.groupInChannels == 1
        && axes.allSatisfy({
          2...3 ~= $0.kernel && 2 * $0.padding <= $0.kernel && $0.stride <= $0.kernel
        })
    {
      self = .elements
    } else {
      self = .rows
    }
  }
}
