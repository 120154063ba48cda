import TestSupport
import Testing

@testable import Notebook

struct FilterTableTests {
  private static let layer =
    "conv 1 3 1 bias=false; weight [[[[2]]], [[[-0.5]]], [[[-3]]]]; input [[[[1, -2]]]]"

  private static func table(_ cells: String...) -> String? {
    var notebook = Notebook()
    _ = notebook.run(layer)
    for cell in cells { _ = notebook.run(cell) }
    return notebook.run("filters").text
  }

  @Test func beforeBackwardNothingIsComputed() {
    let expected = """
      filter  mask  L1 norm  largest |grad|  zero grads
           0     -   2.0000    not computed           -
           1     -   0.5000    not computed           -
           2     -   3.0000    not computed           -
      0 masked; 3 kept; gradients not computed
      """
    #expect(TextDifference(Self.table() ?? "", expected) == nil)
  }

  /// The unit lets the masked filter learn: its output is the constant, so ReLU passes both places.
  @Test func theUnitLetsTheMaskedFilterLearn() {
    let expected = """
      filter  mask  L1 norm  largest |grad|  zero grads
           0     1   2.0000              1.      0 of 1
           1     0   0.5000              1.      0 of 1
           2     1   3.0000              2.      0 of 1
      1 masked: |grad| up to 1., 0 of 1 zero; 2 kept: up to 2., 0 of 2 zero
      """
    let table = Self.table("mask 0.4", "forward; relu; backward")
    #expect(TextDifference(table ?? "", expected) == nil)
  }

  @Test func pruningStopsIt() {
    let expected = """
      filter  mask  L1 norm  largest |grad|  zero grads
           0     1   2.0000              1.      0 of 1
           1     0   0.5000              0.      1 of 1
           2     1   3.0000              2.      0 of 1
      1 masked: |grad| up to 0., 1 of 1 zero; 2 kept: up to 2., 0 of 2 zero
      """
    let table = Self.table("prune 0.4", "forward; relu; backward")
    #expect(TextDifference(table ?? "", expected) == nil)
  }
}
