import Testing

@testable import Functions

@Suite struct PermuteTests {
  @Test func isInTheTable() { #expect(FunctionTable.function("permute") != nil) }
}
