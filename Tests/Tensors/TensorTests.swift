import Testing

@testable import Tensors

struct TensorTests {
  @Test func readsSlicesOfTheFirstDimension() throws {
    let tensor = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])
    #expect(try tensor[1].shape == [3, 4])
    #expect(try tensor[1].elements == (12..<24).map(Float.init))
    #expect(try tensor[1][2][3].elements == [23])
    #expect(try tensor[1][2][3].shape == [])
  }

  @Test func computesElementByElement() throws {
    let tensor = Tensor([1, -2], shape: [1, 2])
    #expect(try tensor.map { $0 * 3 }.elements == [3, -6])
    #expect(try tensor.zip(Tensor([5, 7], shape: [1, 2]), -).elements == [-4, -9])
    #expect(tensor.reshaped([2, 1]).shape == [2, 1])
    #expect(Tensor(scalar: 4).shape.rank == 0)
    #expect(try Tensor(repeating: 2, shape: [3]).elements == [2, 2, 2])
  }

  @Test func comparesEveryBit() {
    let tensor = Tensor([0, .nan], shape: [2])
    #expect(tensor.isIdentical(to: Tensor([0, .nan], shape: [2])))
    #expect(!tensor.isIdentical(to: Tensor([-0.0, .nan], shape: [2])))
    #expect(!tensor.isIdentical(to: Tensor([0, .nan], shape: [2, 1])))
    // Wherever it stands, whatever is compared at once.
    let zeros = [Float](repeating: 0, count: 10_000)
    for place in [0, 4094, 4095, 4096, 8191, 8192, 9999] {
      var other = zeros
      other[place] = -0.0
      #expect(!Tensor(zeros, shape: [10_000]).isIdentical(to: Tensor(other, shape: [10_000])))
    }
  }

  @Test func passesOnWhatFillingThrows() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try Tensor(shape: [4]) { _ in throw Stop() }
    }
    let filled = try Tensor(shape: [3]) { target in
      for index in 0..<3 { target[index] = Float(index) }
    }
    #expect(filled.elements == [0, 1, 2])
    let empty = try Tensor(shape: [0, 2]) { _ in Issue.record("there is nothing to fill") }
    #expect(empty.count == 0)
    #expect(empty.withPointer { _ in 5 } == 5)
  }

  @Test func holdsEveryFloatAsADouble() throws {
    let double = try DoubleTensor(Tensor([0.1, -0.0], shape: [2]))
    #expect(double.elements[0] == Double(Float(0.1)))
    #expect(double.elements[1].sign == .minus)
    #expect(double.shape == [2])
  }
}
