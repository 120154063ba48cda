import Testing

@testable import Tensors

struct TensorTests {
  @Test func readsSlicesOfTheFirstDimension() {
    let tensor = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(tensor[1].shape == [3, 4])
    #expect(tensor[1].elements == (12..<24).map(Float.init))
    #expect(tensor[1][2][3].elements == [23])
    #expect(tensor[1][2][3].shape == [])
  }

  @Test func computesElementByElement() {
    let tensor = Tensor([1, -2], shape: [1, 2])
    #expect(tensor.map { $0 * 3 }.elements == [3, -6])
    #expect(tensor.zip(Tensor([5, 7], shape: [1, 2]), -).elements == [-4, -9])
    #expect(tensor.reshaped([2, 1]).shape == [2, 1])
    #expect(Tensor(scalar: 4).shape.rank == 0)
    #expect(Tensor(repeating: 2, shape: [3]).elements == [2, 2, 2])
  }

  @Test func comparesEveryBit() {
    let tensor = Tensor([0, .nan], shape: [2])
    #expect(tensor.isIdentical(to: Tensor([0, .nan], shape: [2])))
    #expect(!tensor.isIdentical(to: Tensor([-0.0, .nan], shape: [2])))
    #expect(!tensor.isIdentical(to: Tensor([0, .nan], shape: [2, 1])))
  }

  @Test func passesOnWhatFillingThrows() {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try Tensor(shape: [4]) { _ throws(Stop) in throw Stop() }
    }
    let filled = Tensor(shape: [3]) { target in
      for index in 0..<3 { target[index] = Float(index) }
    }
    #expect(filled.elements == [0, 1, 2])
    let empty = Tensor(shape: [0, 2]) { _ in Issue.record("there is nothing to fill") }
    #expect(empty.count == 0)
    #expect(empty.withPointer { _ in 5 } == 5)
  }

  @Test func holdsEveryFloatAsADouble() {
    let double = DoubleTensor(Tensor([0.1, -0.0], shape: [2]))
    #expect(double.elements[0] == Double(Float(0.1)))
    #expect(double.elements[1].sign == .minus)
    #expect(double.shape == [2])
  }
}
