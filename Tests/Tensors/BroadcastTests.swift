import Testing

@testable import Tensors

struct BroadcastTests {
  private struct Pair: PairFunction {
    func callAsFunction(_ a: Float, _ b: Float) -> Float { a * 1000 + b }
  }

  /// Each element comes from the places that the indices name, in long tensors that several threads
  /// share as well as in short ones.
  @Test(
    arguments: [
      ([3], [3]), ([2, 3], []), ([], [2, 3]), ([2, 3], [3]), ([2, 1], [1, 3]),
      ([2, 3, 4], [3, 1]),
      ([1], [2, 2]), ([0, 3], [3]), ([], []), ([300, 7, 50], [7, 1]), ([4, 1, 30_000], [2, 1]),
      ([200_000], [200_000]), ([200_000], []),
    ] as [([Int], [Int])])
  func takesEachElementFromItsPlaces(_ first: [Int], _ second: [Int]) throws {
    let (first, second) = (Shape(first), Shape(second))
    let plan = try #require(try Broadcast(first, second))
    let found = try Tensor(Tensor(counting: first), Tensor(counting: second), plan, Pair())
    #expect(found.shape == plan.shape)
    func place(of element: Int, in shape: Shape) -> Int {
      var (rest, step, place) = (element, 1, 0)
      for distance in 1...max(1, plan.shape.rank) where distance <= plan.shape.rank {
        let size = plan.shape[plan.shape.rank - distance]
        if distance <= shape.rank {
          let own = shape[shape.rank - distance]
          place += (own == 1 ? 0 : rest % size) * step
          step *= own
        }
        rest /= size
      }
      return place
    }
    let expected = (0..<plan.shape.count).map {
      Float(place(of: $0, in: first)) * 1000 + Float(place(of: $0, in: second))
    }
    #expect(found.elements == expected)
  }

  @Test func whatDoesNotFitHasNoPlan() throws {
    #expect(try Broadcast([2, 3], [2]) == nil)
    #expect(try Broadcast([0], [2]) == nil)
  }
}
