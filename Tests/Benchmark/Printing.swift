import Tensors

extension Row {
  /// Text of a tensor: ten million elements, summarized; and ten thousand in full.
  static var printing: [Row] {
    [
      Row(name: "print/10M") {
        var generator = Generator(seed: 0)
        let tensor = try generator.normal(shape: [1000, 10_000])
        return { _ = try tensor.text() }
      },
      Row(name: "print/10k-in-full") {
        var generator = Generator(seed: 0)
        let tensor = try generator.normal(shape: [100, 100])
        var options = PrintOptions()
        options.threshold = .max
        return { _ = try tensor.text(options: options) }
      },
    ]
  }
}
