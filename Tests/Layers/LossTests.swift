import Gradients
import Tensors
import Testing

@testable import Layers

/// Which targets a loss takes, as PyTorch's `cross_entropy` and `mse_loss` do.
struct LossTests {
  /// What is wrong with a target, nil where nothing is.
  private func error(_ scores: Shape, _ target: [Float], _ shape: Shape) throws -> LossError? {
    do {
      _ = try Loss.crossEntropy(
        Variable(Tensor(repeating: 0, shape: scores)), target: Tensor(target, shape: shape))
      return nil
    } catch let error as LossError {
      return error
    }
  }

  /// The classes of three are 0, 1, 2; -100 leaves a row out, and no other negative number does.
  @Test(arguments: [0, 2, -100] as [Float]) func takesClasses(_ number: Float) throws {
    #expect(try error([2, 3], [number, 1], [2]) == nil)
  }

  @Test(
    arguments: [(3, "3"), (-1, "-1"), (-99, "-99"), (-101, "-101"), (0.5, "0.5")]
      as [(Float, String)])
  func refusesWhatIsNoClass(number: Float, text: String) throws {
    let error = try error([2, 3], [1, number], [2])
    #expect(
      error?.message == "a target must be a whole number from 0 to 2 or -100, not \(text)")
    #expect(error?.isOfValue == false)
  }

  /// One number will do for one row of scores, and not where scores stand at places.
  @Test func takesOneNumberForOneRowOnly() throws {
    for (scores, target) in [
      ([3], []), ([3], [1]), ([1, 3], []), ([1, 3], [1]), ([1, 3, 1], [1, 1]),
    ]
      as [(Shape, Shape)]
    {
      #expect(try error(scores, [1], target) == nil, "\(scores) \(target)")
    }
    for (scores, target) in [([2, 3], []), ([2, 3], [1]), ([1, 3, 1], []), ([1, 3, 1], [1])]
      as [(Shape, Shape)]
    {
      #expect(try error(scores, [1], target) != nil, "\(scores) \(target)")
    }
  }

  @Test func saysWhetherTheValueIsAtFault() throws {
    #expect(try error([0, 3], [], [0])?.isOfValue == true)
    #expect(try error([], [1], [])?.isOfValue == true)
    #expect(try error([2, 3], [1, 1, 1, 1, 1, 1], [2, 3])?.isOfValue == false)
    #expect(throws: LossError.self) {
      try Loss.meanSquaredError(
        Variable(Tensor(repeating: 0, shape: [2])),
        target: Variable(Tensor(repeating: 0, shape: [3])))
    }
  }
}
