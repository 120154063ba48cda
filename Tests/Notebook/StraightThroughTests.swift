import Testing

@testable import Notebook

/// What a unit's backward rule says, for every structure: the gradient of a masked weight is that of
/// the dense layer directly after it, and after ReLU that of a dense layer with the weight as used.
struct StraightThroughTests {
  private static let masks = [
    "0.5", "0.5 structure=channel", "0.5 structure=kernel", "0.5 structure=shape",
    "0.5 structure=stripe", "0.5 structure=kernel_row", "0.5 structure=kernel_column",
    "0.5 structure=slice_row", "0.5 structure=slice_column", "0.5 structure=spatial",
    "0.5 structure=connection", "0.25 block=2x3", "0.5 vector=3", "2:4", "keep=1:4",
    "filter=0.34 connection=0.5", "kernel=0.5 spatial=0.34", "0.5 structure=kernel score=random",
  ]

  @Test(arguments: masks)
  func theGradientPasses(mask: String) {
    var notebook = Notebook.after([
      "seed 5; conv 4 6 (3, 2) padding=1 as dense; input 2 4 5 5;",
      "copy dense as m; mask \(mask); forward m; backward; g = m.weight.grad.clone();",
      "copy dense as d; forward d; backward;", "used = m.pruned.detach();",
    ])
    #expect(notebook.shown("((used == 0) & (m.weight != 0)).sum() > 0") == "tensor(True)")
    #expect(notebook.shown("equal(g, d.weight.grad)") == "True")
    // The bias goes with its filter.
    let bias =
      mask == "0.5" || mask.contains("filter=")
      ? "where((used == 0).flatten(1).all(1), 0 * dense.bias, dense.bias)" : "dense.bias"
    for cell in [
      "copy dense as r; r.weight = used; r.bias = \(bias);",
      "zero_grad m; forward m; relu as y; backward;", "forward r; relu as z; backward;",
    ] {
      #expect(notebook.run(cell).failure == nil, "\(cell)")
    }
    #expect(notebook.shown("equal(y, z)") == "True")
    #expect(notebook.shown("equal(m.weight.grad, r.weight.grad)") == "True")
    #expect(notebook.shown("equal(m.bias.grad, r.bias.grad)") == "True")
  }

  @Test(arguments: ["0.5", "0.5 structure=channel", "0.5 structure=connection", "0.5 block=2x2"])
  func theGradientPassesThroughALinearLayer(mask: String) {
    var notebook = Notebook.after([
      "seed 6; linear 6 4 as dense; input 1 1 1 1; x = randn(3, 6);",
      "copy dense as m; mask \(mask); forward m input=x; backward; g = m.weight.grad.clone();",
      "copy dense as d; forward d input=x; backward;",
    ])
    #expect(notebook.shown("equal(g, d.weight.grad)") == "True")
    #expect(notebook.shown("(m.pruned == 0).sum() > 0") == "tensor(True)")
  }
}
