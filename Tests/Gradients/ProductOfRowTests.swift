import Gradients
import Tensors
import Testing

struct ProductOfRowTests {
  private static func gradient(_ elements: [Float], _ upstream: Float) throws -> [Float]? {
    let input = Tensor(elements, shape: [elements.count])
    let pass = try ForwardPass(of: ProductOfRow(), [input])
    return try ProductOfRow().gradients(Tensor(scalar: upstream), after: pass)[0]?.elements
  }

  /// PyTorch returns plain zeros there, whatever comes in.
  @Test func severalZerosPassNothingBack() throws {
    #expect(try Self.gradient([0, 2, 0], .nan) == [0, 0, 0])
    #expect(try Self.gradient([0, 2, 3], 2) == [12, 0, 0])
    #expect(try Self.gradient([4, 2, 3], 2) == [12, 24, 16])
  }
}
