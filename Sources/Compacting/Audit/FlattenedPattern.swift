import Running
import Tensors

/// N of M neighbours are kept along the flattened order, not along the input channels.
struct FlattenedPattern: AuditCheck {
  let name = "flattened N:M"
  private static let (sizes, share, chance) = ([4, 8, 2, 16], 0.99, 1e-6)

  func evidence(in layer: AuditedLayer) throws -> [(evidence: String, remedy: String?)] {
    let used = layer.used
    guard used.shape.rank == 4, used.shape[2] * used.shape[3] > 1 else { return [] }
    let kept = try Cancellation.count(of: used.count) { used.elements[$0] != 0 }
    guard kept > 0, kept < used.count else { return [] }
    for size in Self.sizes where used.count.isMultiple(of: size) {
      let flat = stride(from: 0, to: used.count, by: size).map { start in
        used.elements[start..<start + size].count { $0 != 0 }
      }
      let most = flat.max() ?? size
      guard most < size, kept * size >= most * used.count * 9 / 10 else { continue }
      let density = Double(kept) / Double(used.count)
      let chance = Self.chance(of: size, upTo: most, density).power(flat.count)
      guard chance < Self.chance, let fitting = Self.alongInputs(used, size, most),
        fitting < Self.share
      else { continue }
      return [
        (
          "each \(size) weights in flat order keep at most \(most), along the input channels only "
            + "\(AuditWords.percent(fitting)) do (below 99 %)",
          used.shape[1].isMultiple(of: size)
            ? "mask keep=\(most):\(size) \(layer.name)" : nil
        )
      ]
    }
    return []
  }

  /// The share of groups of neighbouring input channels that keep no more.
  private static func alongInputs(_ weight: Tensor, _ size: Int, _ most: Int) -> Double? {
    let (inputs, plane) = (weight.shape[1], weight.shape[2] * weight.shape[3])
    guard inputs >= size else { return 0 }
    var (fitting, all) = (0, 0)
    for filter in 0..<weight.shape[0] {
      for first in stride(from: 0, through: inputs - size, by: size) {
        for place in 0..<plane {
          let count = (first..<first + size).count {
            weight.elements[(filter * inputs + $0) * plane + place] != 0
          }
          all += 1
          if count <= most { fitting += 1 }
        }
      }
    }
    return all == 0 ? nil : Double(fitting) / Double(all)
  }

  /// The chance that so many independent weights keep no more than that.
  private static func chance(of size: Int, upTo most: Int, _ density: Double) -> Double {
    var (sum, coefficient) = (0.0, 1.0)
    for kept in 0...most {
      sum += coefficient * density.power(kept) * (1 - density).power(size - kept)
      coefficient *= Double(size - kept) / Double(kept + 1)
    }
    return sum
  }
}

extension Double {
  /// A whole power.
  fileprivate func power(_ exponent: Int) -> Double {
    var (result, base, left) = (1.0, self, exponent)
    while left > 0 {
      if left & 1 == 1 { result *= base }
      base *= base
      left >>= 1
    }
    return result
  }
}
