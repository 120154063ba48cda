import TestSupport

/// `Fixtures/arithmetic.json`.
struct ArithmeticFixture: Decodable {
  struct Run: Decodable {
    let length: Int
    let sum: Floats
  }

  struct Rows: Decodable {
    let shape: [Int]
    let seed: String
    let sums: Floats
  }

  struct Elementwise: Decodable {
    let name: String
    let input: Floats
    let upstream: Floats
    let output: Floats
    let gradient: Floats
  }

  let sums: [Run]
  let rows: [Rows]
  let elementwise: [Elementwise]
  /// The gradient of a leaf where three of them meet.
  let meeting: Floats

  static func read() throws -> ArithmeticFixture { try Fixture.read("arithmetic") }
}
