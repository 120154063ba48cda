import Testing

@testable import Gradients

@Suite struct WantedInputsTests {
  @Test(arguments: [0, 1, 5, 63, 64, 65, 130]) func eachInputIsAskedFor(count: Int) {
    for isWanted in [{ _ in false }, { _ in true }, { $0 % 3 == 1 }, { $0 == count - 1 }]
      as [(Int) -> Bool]
    {
      let wanted = WantedInputs(count, isWanted)
      #expect((0..<count).allSatisfy { wanted[$0] == isWanted($0) })
      #expect(wanted.isEmpty == !(0..<count).contains(where: isWanted))
    }
  }
}
