/// The cells of a random network with a loss, of the kinds that are hard to differentiate: batch
/// normalizations after masked filters, after constants and after each other, few values a channel.
struct RandomNetwork {
  /// The cells, the last of which makes `output`.
  let cells: [String]

  /// The cells in one line.
  var text: String { cells.joined(separator: "; ") }

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    func chance(_ percent: Int) -> Bool { int(1...100) <= percent }
    // Blocks are drawn apart, so that the networks around them stay what they were.
    var blocks = SeededGenerator(seed: ~seed)
    func one<Element>(_ elements: Element...) -> Element { elements[int(0...elements.count - 1)] }

    let batch = int(1...3)
    var (channels, side) = (int(1...2), int(2...6))
    let input = "input \(batch) \(channels) \(side) \(side)"
    var stages: [String] = []
    func normalize() {
      // A channel with one value has no variance.
      guard batch * side * side > 1 else { return }
      for _ in 0..<one(0, 1, 1, 1, 2, 3) { stages.append("batchnorm(\(channels))") }
    }
    if chance(10) { normalize() }
    for _ in 0..<int(1...3) {
      let kernel = int(1...min(3, side))
      let padding = int(0...kernel / 2)
      let filters = int(1...4)
      stages.append("conv(\(channels),\(filters),\(kernel),padding=\(padding)")
      stages[stages.count - 1] += chance(40) ? ",bias=false)" : ")"
      channels = filters
      side += 2 * padding - kernel + 1
      if chance(70) { normalize() }
      if chance(75) {
        stages.append(one("relu", "relu", "leaky_relu(0.2)", "sigmoid", "tanh"))
        if chance(15) { normalize() }
      }
      if Int.random(in: 1...8, using: &blocks) == 1 {
        let body = [
          "conv(\(channels),\(channels),3,padding=1) relu",
          "conv(\(channels),2,1) tanh conv(2,\(channels),1)",
          "maxpool(3,stride=1,padding=1) residual(sigmoid)",
        ]
        stages.append("residual(\(body[Int.random(in: 0...2, using: &blocks)]))")
      }
      if side >= 2, chance(35) {
        stages.append(one("maxpool(2)", "avgpool(2)"))
        side /= 2
        if chance(25) { normalize() }
      }
    }
    var loss = one("mse", "mse target=0.5", "tanh", "sigmoid", "relu", "mean")
    if chance(75) {
      var features = channels * side * side
      stages.append("flatten")
      if chance(40) {
        let hidden = int(1...6)
        stages += ["linear(\(features),\(hidden))", one("relu", "tanh", "sigmoid")]
        features = hidden
      }
      let classes = int(1...4)
      stages.append("linear(\(features),\(classes))")
      let targets = (0..<batch).map { _ in chance(10) ? "-100" : "\(int(0...classes - 1))" }
      if chance(60), targets.contains(where: { $0 != "-100" }) {
        loss = "cross_entropy target=[\(targets.joined(separator: ", "))]"
      }
    }
    var cells = ["seed \(seed); net \(stages.joined(separator: " ")) as n"]
    cells.append(chance(8) ? input.replacing("input", with: "input ones") : input)
    if chance(60) { cells.append("mask \(one("0.25", "0.5", "0.75", "0.99"))") }
    if chance(25) { cells.append("prune \(one("0.25", "0.5", "1.0"))") }
    // Statistics that have moved, and parameters that are not those of a new layer.
    if chance(30) { cells.append("forward; \(loss); backward; step 0.1; zero_grad") }
    if chance(20) { cells.append("eval") }
    cells.append("forward; \(loss)")
    self.cells = cells
  }
}

/// Sebastiano Vigna's SplitMix64: the same numbers everywhere.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits >> 31)
  }
}
