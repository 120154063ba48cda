import Compacting
import Gradients
import Layers
import Tensors

extension Row {
  /// A forward pass of LeNet 20-50-500 on 64 images and of a VGG-like network of six convolutions on 16
  /// of 32 × 32: dense, with a share of each convolution's filters masked, and with those cut out.
  static var compacted: [Row] {
    ["lenet", "vgg"].flatMap { name in
      [row(name, 0, "dense")]
        + [50, 75].flatMap { [row(name, $0, "masked"), row(name, $0, "compacted")] }
    }
  }

  private static func row(_ name: String, _ percent: Int, _ form: String) -> Row {
    Row(name: "compact/\(name)/\(percent)/\(form)") {
      var generator = Generator(seed: 0)
      var network = name == "lenet" ? try lenet(&generator) : try vgg(&generator)
      let input: Shape = name == "lenet" ? [64, 1, 28, 28] : [16, 3, 32, 32]
      try maskConvolutions(of: &network, percent, &generator)
      var layer: any Layer = network
      if form == "compacted" {
        // As compact does; the borders of 1e-6 before the first layers need a little more than 1e-5.
        layer = try Compaction(of: network, input: input, tolerance: 1e-4).network
      }
      let images = Variable(try generator.normal(shape: input))
      return { _ = try layer.forward(images) }
    }
  }

  private static func vgg(_ generator: inout Generator) throws -> Network {
    var layers: [any Layer] = []
    let channels = [3, 32, 32, 64, 64, 128, 128]
    for (index, (inputs, filters)) in zip(channels, channels.dropFirst()).enumerated() {
      var settings = Conv2d.Settings(inputs, filters, kernelSize: 3)
      settings.padding = .zeros(1)
      layers += [try Conv2d(settings, generator: &generator), ReLULayer()]
      if index % 2 == 1 { layers.append(MaxPool2d(Pooling(kernelSize: 2))) }
    }
    return Network(layers + [FlattenLayer(), try Linear(2048, 10, generator: &generator)])
  }
}
