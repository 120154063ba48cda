import Tensors
import Testing

@testable import Gradients

struct VectorNormTests {
  /// PyTorch gives the magnitude of a single element, whose square would be 0 or infinite.
  @Test(arguments: [2, 3, 0.5, .infinity] as [Double])
  func theNormOfOneElementIsItsMagnitude(p: Double) throws {
    let column = Tensor([1e-30, -3.3, -1e30], shape: [3, 1])
    let norms = try VectorNorm(Reduction([1]), p: p).forward([column])
    #expect(norms.elements == [1e-30, 3.3, 1e30])
    #expect(try VectorNorm(p: p).forward([Tensor(scalar: -1e-30)]).elements == [1e-30])
  }

  @Test func aSingleElementIsCountedToo() throws {
    let column = Tensor([0, -3.3, .nan], shape: [3, 1])
    #expect(try VectorNorm(Reduction([1]), p: 0).forward([column]).elements == [0, 1, 1])
  }
}
