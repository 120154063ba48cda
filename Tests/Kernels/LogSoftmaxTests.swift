import CLibrary
import Testing

@testable import Kernels

@Suite struct LogSoftmaxTests {
  @Test(arguments: [1, 2, 8, 10, 37, 101]) func agreesWithDouble(classes: Int) throws {
    let rows = 9
    var random = TestRandom(seed: 31)
    let scores = random.floats(rows * classes, in: -20...20)
    let upstream = random.floats(rows * classes, in: -1...1)
    var (logarithms, gradient) = (scores, scores)
    try LogSoftmax.forward(scores, to: &logarithms, rows: rows, classes: classes, isLast: true)
    try LogSoftmax.gradient(
      upstream: upstream, result: logarithms, gradient: &gradient, rows: rows, classes: classes,
      isLast: true)
    for row in 0..<rows {
      let places = row * classes..<(row + 1) * classes
      let line = scores[places].map(Double.init)
      let total = log(line.reduce(0) { $0 + exp($1) })
      let sum = upstream[places].reduce(0) { $0 + Double($1) }
      for (value, place) in zip(line, places) {
        #expect(abs(Double(logarithms[place]) - (value - total)) < 1e-5)
        let slope = Double(upstream[place]) - exp(value - total) * sum
        #expect(abs(Double(gradient[place]) - slope) < 1e-5)
      }
    }
  }
  /// Any score that is NaN or infinite spoils its row alone; one of −∞ is a class without a chance.
  @Test(arguments: [1, 2, 8, 10, 16, 37, 101]) func specialScores(classes: Int) throws {
    for place in 0..<classes {
      for special in [Float.nan, .infinity, -.infinity] {
        var scores = [Float](repeating: -3, count: 3 * classes)
        scores[classes + place] = special
        var logarithms = scores
        try LogSoftmax.forward(scores, to: &logarithms, rows: 3, classes: classes, isLast: true)
        let even = -log(Float(classes))
        #expect(logarithms[..<classes].allSatisfy { abs($0 - even) < 1e-6 })
        #expect(logarithms[(2 * classes)...].allSatisfy { abs($0 - even) < 1e-6 })
        for (index, value) in logarithms[classes..<2 * classes].enumerated() {
          if special == -.infinity, classes > 1 {
            let others = -log(Float(classes - 1))
            #expect(index == place ? value == -.infinity : abs(value - others) < 1e-6)
          } else {
            #expect(value.isNaN)
          }
        }
      }
    }
  }
}
