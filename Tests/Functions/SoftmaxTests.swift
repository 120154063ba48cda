import Tensors
import Testing

@testable import Functions

@Suite struct SoftmaxTests {
  /// `F.softmax(x)` takes the dimension of the classes, by the rank; `x.softmax()` is refused.
  @Test func theDimensionNeedNotBeGivenToAFunction() throws {
    var scope = FunctionScope(generator: Generator(seed: 1))
    for (shape, dimension) in [
      ([], 0), ([3], 0), ([2, 3], 1), ([2, 3, 2], 0), ([1, 2, 3, 2], 1),
    ]
      as [(Shape, Int)]
    {
      let scores = Datum.tensor(TensorValue(try scope.generator.normal(shape: shape)))
      let texts = try [[], [Datum.scalar(.integer(dimension))]].map { dimension in
        let arguments = ([scores] + dimension).map { (name: String?.none, value: $0) }
        let call = try FunctionCall(of: SoftmaxFunction.self, arguments)
        return try SoftmaxFunction.value(call, in: &scope).text()
      }
      #expect(texts[0] == texts[1])
      #expect(throws: FunctionCall.Misfit.self) {
        try FunctionCall(of: SoftmaxFunction.self, [(nil, scores)], isMethod: true)
      }
    }
  }
}
