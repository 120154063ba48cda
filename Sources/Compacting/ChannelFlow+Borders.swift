import Layers
import Running
import Tensors

// What it is worth to the outputs that zeros stand beside constant channels.

extension ChannelFlow {
  /// Multiply-adds at most to look at each channel by itself.
  private static let workLimit = 20_000_000_000
  /// Elements of a batch of differences.
  private static let batchElements = 1 << 20

  /// By how much the outputs can change at most where a layer that pads reads channels as constants
  /// which are folded.
  ///
  /// All that may change runs through the rest of the network, whatever that is given: weights with
  /// their signs, activations with any slope that they have. First all channels together; where that
  /// exceeds the tolerance each alone, as long as it takes less than seconds.
  ///
  /// - Parameters:
  ///   - channels: those that might go.
  ///   - site: the layer that reads them.
  /// - Returns: for each that is a constant other than 0 by how much; infinity where nothing bounds it.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  func borders(of channels: [Int], readBy site: Site) throws -> [Int: Double] {
    guard site.input.shape.rank == 4 else { return [:] }
    let constants = channels.compactMap { channel -> (channel: Int, constant: Double)? in
      guard let constant = site.input.constants[channel], constant.isFinite, constant != 0,
        site.read[channel] != 0
      else { return nil }
      return (channel, Double(constant))
    }
    // What is not finite is lost in sums: nothing bounds it.
    var result = Dictionary(uniqueKeysWithValues: constants.map { ($0.channel, Double.infinity) })
    let bounded = constants.filter { site.read[$0.channel].isFinite }
    guard !bounded.isEmpty else { return result }
    let filters = Array(0..<site.weight.shape[0])
    func alone(_ channel: (Int, Double)) throws -> Spread {
      try site.border(outputs: filters, channels: [channel])
    }
    var together = try alone(bounded[0])
    for channel in bounded.dropFirst() { together = try together + alone(channel) }
    let all = try needs(together, after: site.path)[0]
    for (channel, _) in bounded { result[channel] = all }
    guard all > tolerance, bounded.count > 1, bounded.count * workAfter(site) <= Self.workLimit
    else { return result }
    let size = max(1, Self.batchElements / max(1, together.below.count))
    for start in stride(from: 0, to: bounded.count, by: size) {
      let batch = bounded[start..<min(bounded.count, start + size)]
      let spreads = try batch.map(alone)
      for (channel, needs) in zip(batch, try needs(Spread(joining: spreads), after: site.path)) {
        result[channel.channel] = needs
      }
    }
    return result
  }

  /// Multiply-adds of one difference on its way from a layer to the outputs.
  private func workAfter(_ site: Site) -> Int {
    let later = sites.drop { $0.path != site.path }.dropFirst()
    return later.reduce(1) { sum, site in
      let image = Shape([1] + site.input.shape.dimensions.dropFirst())
      // Weights above and below zero, differences above and below it.
      return sum + 4 * site.layer.multiplyAdds(image)
    }
  }
}
