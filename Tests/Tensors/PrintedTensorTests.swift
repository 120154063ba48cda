import Tensors
import Testing

/// Which lines of a printed tensor belong to which slice of its first dimension.
struct PrintedTensorTests {
  /// Every slice has numbers of its own, so that the text itself says where it is.
  @Test(
    arguments: [[3], [4, 2], [3, 60], [2, 3, 2], [3, 1, 2, 2], [2, 2, 2, 2, 30]] as [Shape])
  func slicesHaveTheirLines(_ shape: Shape) throws {
    let length = shape.count / shape[0]
    let tensor = Tensor((0..<shape.count).map { Float($0 / length + 1) }, shape: shape)
    let printed = try tensor.printed().below("above")
    let lines = printed.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard shape.rank > 1 else { return #expect(printed.slices.isEmpty) }
    #expect(printed.slices.count == shape[0])
    for (line, text) in lines.enumerated() {
      let slice = text.first { "123456".contains($0) }.map { Int(String($0))! - 1 }
      let found = printed.slices.firstIndex { $0.contains(line) }
      if let slice { #expect(found == slice) } else if line == 0 { #expect(found == nil) }
    }
  }

  @Test func aSummaryHasNone() throws {
    var options = PrintOptions()
    options.threshold = 5
    #expect(try Tensor(repeating: 1, shape: [10, 10]).printed(options: options).slices.isEmpty)
  }
}
