/// Damages bytes by chance, the same way every time.
struct Damage {
  private var state: UInt64 = 17

  private mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % max(1, bound)
  }

  /// Some bytes with up to four places changed, cut out, doubled or cut off.
  mutating func damaged(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...below(3) {
      let place = below(bytes.count)
      switch below(6) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes[place] ^= 1 << UInt8(below(8))
      case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff][below(5)]
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(16)))
      case 4: bytes.insert(contentsOf: bytes[place...].prefix(1 + below(16)), at: place)
      default: bytes.removeLast(below(bytes.count / 2))
      }
    }
    return bytes
  }

  /// One file of each kind that is read.
  static let kinds = [
    "rank-4.npy", "fortran.npy", "stored.npz", "deflated.npz", "types.safetensors", "types.pt",
    "views.pt", "checkpoint.pt", "colour.png", "palette.png", "deep.pgm", "plain.pgm", "table.csv",
  ]
}
