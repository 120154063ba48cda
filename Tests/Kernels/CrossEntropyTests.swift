#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif
import Testing

@testable import Kernels

@Suite struct CrossEntropyTests {
  @Test(arguments: [1, 2, 8, 10, 37]) func agreesWithDouble(classes: Int) throws {
    let rows = 9
    var random = TestRandom(seed: 31)
    let scores = random.floats(rows * classes, in: -20...20)
    let targets = (0..<rows).map { $0 % classes }
    var (logarithms, gradient) = (scores, scores)
    let loss = try CrossEntropy.forward(
      scores: scores, targets: targets, logProbabilities: &logarithms, rows: rows, classes: classes)
    try CrossEntropy.gradient(
      upstream: 2, logProbabilities: logarithms, targets: targets, gradient: &gradient, rows: rows,
      classes: classes)
    var expected = 0.0
    for row in 0..<rows {
      let line = scores[row * classes..<(row + 1) * classes].map(Double.init)
      let total = log(line.reduce(0) { $0 + exp($1) })
      expected -= (line[targets[row]] - total) / Double(rows)
      for index in 0..<classes {
        let place = row * classes + index
        #expect(abs(Double(logarithms[place]) - (line[index] - total)) < 1e-5)
        let slope = 2 * (exp(line[index] - total) - (index == targets[row] ? 1 : 0)) / Double(rows)
        #expect(abs(Double(gradient[place]) - slope) < 1e-6)
      }
    }
    #expect(abs(Double(loss) - expected) < 1e-5)
  }
}
