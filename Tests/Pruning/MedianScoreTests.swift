import Gradients
import Tensors
import Testing

@testable import Pruning

/// `fpgm` of single weights takes another way than that of longer groups.
@Suite struct MedianScoreTests {
  @Test func singleWeightsAreAsFarAsTheyAre() throws {
    var generator = Generator(seed: 4)
    for count in [1, 2, 3, 50, 400] {
      var values = try generator.normal(shape: [count, 1]).elements
      // Equal ones, and both zeros.
      for index in values.indices where index % 3 == 0 {
        values[index] = [0.5, -0.0, 0][index % 9 / 3]
      }
      let weight = Variable(Tensor(values, shape: [count, 1]))
      let scores = try MedianScore().scores(
        of: ScoreSource(weight), in: .elements(of: [count, 1]), generator: &generator
      ).tensor.elements
      for (index, score) in scores.enumerated() {
        let exact = values.reduce(0.0) { $0 + abs(Double($1) - Double(values[index])) }
        #expect(abs(Double(score) - exact) <= exact * 0x1p-23)
        for other in scores.indices where values[other] == values[index] {
          #expect(scores[other] == score)
        }
      }
    }
  }

  /// Where one is not finite there is no order to add in.
  @Test func notFinite() throws {
    var generator = Generator(seed: 4)
    let weight = Variable(Tensor([1, .infinity, 2], shape: [3]))
    let scores = try MedianScore().scores(
      of: ScoreSource(weight), in: .elements(of: [3]), generator: &generator
    ).tensor.elements
    #expect(scores == [.infinity, .infinity, .infinity])
  }
}
