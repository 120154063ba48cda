import Compacting
import Gradients
import Kernels
import Layers
import Tensors
import Testing

/// What `compact` and `sparsity` say of multiply-adds is what the kernels count.
@Suite struct MultiplyAddTests {
  @Test(arguments: [1, 3]) func claimsAreCounted(batch: Int) throws {
    var random = RandomNetworks(seed: 5000 + UInt64(batch))
    var skipped = 0
    for number in 0..<60 {
      var (network, image, _) = try random.next()
      // A masked bias below 0 is −0, which the order for single small images does not skip.
      try network.updateParameters { parameter in
        parameter.tensor.shape.rank == 1 ? try parameter.tensor.map { abs($0) } : parameter.tensor
      }
      let input = Shape([batch] + image.dimensions.dropFirst())
      let rows = try Sparsity.all(of: network, input: input, tolerance: 1e-3)
      let compaction = try Compaction(of: network, input: input, tolerance: 1e-3)
      let (now, compact) = (
        rows.reduce(0) { $0 + $1.multiplyAdds.now }, rows.reduce(0) { $0 + $1.multiplyAdds.compact }
      )
      #expect(try counted(network, input) == now, "network \(number): \(network)")
      #expect(try counted(compaction.network, input) == compact, "network \(number): \(network)")
      // The table's numbers are those of weights without a zero.
      let products = compaction.changes.filter { $0.before.affine != nil }
      let dense = products.reduce(0) { $0 + $1.before.multiplyAdds($1.inputs.before) }
      let full = try counted(filled(network), input)
      #expect(full == dense, "\(number) \(network)")
      let after = products.reduce(0) {
        $0 + ($1.after?.multiplyAdds($1.inputs.after) ?? 0)
      }
      #expect(try counted(filled(compaction.network), input) == after)
      if now < dense { skipped += 1 }
    }
    #expect(skipped > 20)
  }

  /// Layers large enough for Winograd's way, with odd sides, groups and masked filters.
  @Test func winogradCountsTheSumsItStandsFor() throws {
    var generator = Generator(seed: 1)
    for groups in [1, 2] {
      var settings = Conv2d.Settings(32, 32, kernelSize: 3)
      settings.groups = groups
      settings.padding = .zeros(1)
      var layer = try Conv2d(settings, generator: &generator)
      var values = layer.parts.weight.parameter.tensor.elements
      let taps = values.count / 32
      for tap in 0..<taps { values[5 * taps + tap] = 0 }
      layer.parts.weight.parameter.tensor = Tensor(
        values, shape: layer.parts.weight.parameter.tensor.shape)
      #expect(try counted(layer, [2, 32, 21, 17]) == 31 * taps * 2 * 21 * 17)
    }
  }

  private func counted(_ layer: any Layer, _ input: Shape) throws -> Int {
    var generator = Generator(seed: 2)
    let images = Variable(try generator.normal(shape: input))
    return try #require(
      try MultiplyAdds.counted {
        var layer = layer
        _ = try layer.forward(images)
      })
  }

  /// The same network, dense, with ones for weights.
  private func filled(_ network: any Layer) throws -> any Layer {
    var result: any Layer = try network.copy()
    result.forEachChild { _, child in
      child = (try? filled(child)) ?? child
    }
    if let affine = result.affine {
      let ones = try Tensor(repeating: 1, shape: affine.weight.shape)
      return try result.remade(weight: ones, bias: affine.bias?.tensor)
    }
    return result
  }
}
