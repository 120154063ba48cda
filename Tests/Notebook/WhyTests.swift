import Language
import Testing

@testable import Notebook

/// `why`: maps and elements, on the published input.
struct WhyTests {
  /// For a mask of anything but filters, whose panels say it, a map in the mask's own shape.
  @Test func groupsHaveAMap() {
    var notebook = Notebook.after([
      "conv 2 2 2 bias=false as m",
      "weight [[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [[[8, 7], [6, 5]], [[4, 3], [2, 1]]]]",
      "input ones 1 2 2 2", "mask [[0, 1], [1, 1]] structure=kernel unit=blocked",
      "forward; backward",
    ])
    // The unit lets nothing through to kernel [0, 0].
    let map = "by kernel, masked ones in brackets:\n [M]  .\n  .   .\n"
    #expect(notebook.shown("why grad")?.contains(map) == true)
    // The rows of filter 0 lie half in it and half in the other kernel.
    #expect(notebook.run("mask 0.5 structure=slice_row unit=dpu").failure == nil)
    let rows = notebook.shown("why grad") ?? ""
    #expect(rows.contains("by slice row, masked ones in brackets; ~ not all alike:\n"))
    #expect(rows.contains("~") && rows.contains("  .  [.]\n"))
    // All places lie in both: then a map would say nothing.
    #expect(notebook.run("mask 0.5 structure=spatial").failure == nil)
    #expect(notebook.shown("why grad")?.contains("in brackets") == false)
    #expect(notebook.run("mask 0.5").failure == nil)
    #expect(notebook.shown("why grad")?.contains("in brackets") == false)
  }

  /// Of 240 panels those that hold a zero are drawn, not the first ones.
  @Test func whereNotAllPanelsHaveRoomThoseWithZerosAreDrawn() {
    var notebook = Notebook.after([
      "seed 1", "conv 4 60 3 bias=false as m", "prune 0.05", "input 2 4 9 9", "forward; backward",
    ])
    let rows = Self.rows(notebook.shown("why weight_orig.grad"))
    #expect(rows.first == "m.weight_orig.grad [60, 4, 3, 3]: 108 of 2160 are zero")
    #expect(rows.count { $0.hasPrefix("filter ") } == 4)
    #expect(rows.count { $0 == " M M M                  M M M                  M M M" } == 12)
    #expect(rows.contains("... 228 more panels, all without a zero"))
  }

  private static func rows(_ text: String?) -> [String] {
    (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static let mapped = ["filter 0   filter 1"]

  @Test func afterPruneTheMaskBlocksAllNineElements() {
    var notebook = PublishedSetup.notebook("prune 0.5", "forward; relu; backward")
    #expect(
      notebook.shown("why grad")
        == """
        demo.weight_orig.grad [2, 1, 3, 3]: 9 of 18 are zero

        filter 0   filter 1
         M M M      . . .
         M M M      . . .
         M M M      . . .

         .   9  not zero
         M   9  the mask blocks it
        """)
  }

  @Test func withoutTheConstantReLUIsAtExactlyZero() {
    var notebook = PublishedSetup.notebook("mask 0.5", "epsilon 0", "forward; relu; backward")
    let rows = Self.rows(notebook.shown("why grad"))
    #expect(rows.filter { $0.hasPrefix(" Z Z Z      . . .") }.count == 3)
    #expect(rows.last == " Z   9  ReLU is at exactly 0")
    notebook = PublishedSetup.notebook("mask 0.5", "epsilon off", "forward; relu; backward")
    #expect(Self.rows(notebook.shown("why grad")) == rows)
  }

  @Test func withTheConstantNoneIsZero() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu; backward")
    #expect(
      Self.rows(notebook.shown("why")).first == "demo.weight.grad [2, 1, 3, 3]: 0 of 18 are zero")
  }

  @Test func anElementIsASumOfTerms() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu; backward")
    #expect(
      notebook.shown("why grad[0, 0, 2, -1]")
        == """
        demo.weight.grad[0, 0, 2, 2] = 4.7680

        4.7680 = 4.7680, straight through DPUBackward, from [0, 0, 2, 2]
        4.7680 = sum of 16 terms through ConvolutionBackward0
          upstream of   upstream      factor        term
          [0, 0, 0, 0]        1.  *  -0.1368  =  -0.1368
          [0, 0, 0, 1]        1.  *   2.4776  =   2.4776
          [0, 0, 0, 2]        1.  *   0.7258  =   0.7258
          [0, 0, 1, 0]        1.  *   1.3264  =   1.3264
          [0, 0, 1, 1]        1.  *  -1.2850  =  -1.2850
          [0, 0, 1, 2]        1.  *   1.4518  =   1.4518
          [0, 0, 2, 0]        1.  *   1.4916  =   1.4916
          [0, 0, 2, 1]        1.  *  -0.7807  =  -0.7807
          [0, 0, 2, 2]        1.  *  -0.5028  =  -0.5028
          7 are 0: the factor is padding
        """)
  }

  @Test func twoReasonsAreBothNamed() {
    var notebook = PublishedSetup.notebook("prune 0.5", "epsilon off", "forward; relu; backward")
    let rows = Self.rows(notebook.shown("why grad[0, 0, 2, 2]"))
    #expect(rows[1] == "zero because the mask blocks it, and ReLU is at exactly 0")
    #expect(rows[2] == "  for example at MulBackward0 [0, 0, 2, 2], whose input is -0.0732")
  }

  @Test func everyKindOfReferenceIsUnderstood() {
    var notebook = Notebook()
    _ = notebook.run("input arange 1 1 3 3 requires_grad=true as x; conv 1 2 2 as m")
    #expect(notebook.shown("why grad") == "why: m.weight.grad is None: no gradient was computed")
    _ = notebook.run("forward; relu; backward")
    for reference in [
      "m.grad", "m.weight.grad", "bias.grad", "m.bias.grad", "input.grad", "x.grad",
    ] {
      #expect(notebook.run("why \(reference)").failure == nil, "\(reference)")
    }
    #expect(notebook.shown("why weight") == "why: 'weight' is not a gradient")
    #expect(
      notebook.shown("why output.grad")?.hasPrefix("output.grad [1, 2, 2, 2]: 0 of 8") == true)
    #expect(notebook.shown("why x.y") == "why: a tensor has no attribute 'y'")
    #expect(notebook.shown("why nothing") == "why: there is no name 'nothing'")
    #expect(
      notebook.shown("why grad[0, 0, 0, 2]")
        == "why: index 2 is out of range for dimension 3 with size 2")
    #expect(
      notebook.shown("why grad[0, 0, 0, 0, 0]") == "why: 5 indices for a tensor of 4 dimensions")
  }

  /// What is advised where no gradient was named can be typed.
  @Test(arguments: [
    ("why weight", "its gradient is ", "weight.grad"),
    ("why m", "the gradient of its weight is ", "m.grad"),
    ("why n", "one of its: ", "n.conv1.grad"),
    ("why n.conv1", "the gradient of its weight is ", "n.conv1.grad"),
    ("why p.weight", "after prune the parameter is p.weight_orig: ", "p.weight_orig.grad"),
    ("why q.weight.grad", "after prune the parameter is q.weight_orig: ", "q.weight_orig.grad"),
    ("why input.grad", "input requires_grad=true makes it one; then run forward again", ""),
    ("why output", "its gradient is ", "output.grad"),
    (
      "why m.weight[0].grad", "the gradient of a part is a part of the gradient: why ",
      "m.weight.grad[0]"
    ),
    ("why g", "gradients are grad, bias.grad, input.grad, NAME.grad", ""),
    (
      "why grad.abs().max()",
      "name one: why grad[0, 0, 1, 1]; (grad == grad.max()).nonzero() finds it", ""
    ),
    ("why grd", "did you mean 'grad'?", ""),
  ])
  func theGradientThatWasMeantIsNamed(cell: String, advice: String, reference: String) {
    var notebook = Notebook()
    for cell in [
      "net conv(1,1,2) as n; forward; backward",
      "conv 1 2 3 as q; forward; backward; prune 0.5",
      "conv 1 2 3 as p; prune 0.5; forward; backward",
      "conv 1 2 2 as m; forward; backward; g = grad",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(notebook.run(cell).failure?.remedy == advice + reference)
    #expect(notebook.run("why \(reference)").failure == nil)
    #expect(notebook.run("input requires_grad=true; forward; backward").failure == nil)
    #expect(notebook.run("why input.grad").failure == nil)
  }

  /// Inner values: z is used twice and has a gradient of two passes, 1 and 10; y = 2 x is reached
  /// through both.
  @Test func innerGradientsAreExplained() {
    var notebook = Notebook()
    for cell in [
      "tensor [[1, -3]] requires_grad=true as x; y = x + 1; z = y + 1", "backward z.relu()",
      "backward (z + 9 * z).sum()",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(
      notebook.shown("why z.grad[0, 0]")
        == """
        z.grad[0, 0] = 11.

        11. = sum of 1 term through ReluBackward0, backward 1 of 2
          upstream of  upstream     factor     term
          [0, 0]             1.  *      1.  =    1.
        11. = sum of 1 term through AddBackward0, backward 2 of 2
          upstream of  upstream     factor     term
          [0, 0]             1.  *      1.  =    1.
        11. = sum of 1 term through MulBackward0, backward 2 of 2
          upstream of  upstream     factor     term
          [0, 0]             1.  *      9.  =    9.
        """)
    #expect(notebook.shown("z.grad") == "tensor([[11., 10.]])")
    #expect(notebook.shown("why z.grad")?.hasSuffix(" .  2  not zero") == true)
  }

  /// zero_grad forgets what was differentiated before, but an inner value's gradient stays, as in
  /// PyTorch.
  @Test func whatWasBeforeZeroGradIsForgotten() {
    var notebook = Notebook()
    for cell in [
      "linear 1 1 bias=false as m; y = m.weight + 1", "backward (y * 3); zero_grad",
      "backward (y * 4)",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(
      notebook.shown("why y.grad[0, 0]")
        == """
        y.grad[0, 0] = 7.
        4. of it is explained here; earlier passes are forgotten

        4. = 1. * 4. through MulBackward0, from [0, 0]
        1. = 1. * 1. through SumBackward0
        1. is where backward begins
        """)
    #expect(notebook.shown("why y.grad")?.hasSuffix(" .  1  not zero") == true)
  }

  /// In a network, what a layer took and gave; an element is told by names of numbers, too.
  @Test func whatALayerGaveHasAnExplanation() {
    var notebook = Notebook()
    for cell in [
      "net conv(1,1,1) relu flatten linear(2,1,bias=false) as n; epsilon off",
      "use n.conv1; weight [[[[2]]]]; bias [1]; use n.linear1; weight [[3, 5]]; use n",
      "input [[[[1, -4]]]]; forward; backward; i = 1",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(
      notebook.shown("why n.conv1.output.grad[0, 0, 0, i]")
        == """
        n.conv1.output.grad[0, 0, 0, 1] = 0.
        zero because ReLU is closed (negative)
          for example at ReluBackward0 [0, 0, 0, 1], whose input is -7.

        0. = 5. * 0. through ReluBackward0, from [0, 0, 0, 1]
          0 because ReLU is closed (negative)
        5. = 5. * 1. through ViewBackward0, from [0, 1]
        5. = 1. * 5. through MmBackward0, from [0, 0]
        1. = 1. * 1. through SumBackward0
        1. is where backward begins
        """)
    #expect(notebook.shown("why n.relu1.output.grad")?.hasSuffix(" .  2  not zero") == true)
    #expect(notebook.shown("why output.grad[0, -1]")?.hasPrefix("output.grad[0, 0] = 1.\n") == true)
    #expect(
      notebook.shown("why n.conv1.output.grad[0, 0, 0, 1:]") == "why: elements of a gradient are "
        + "explained, not what is computed from them")
    #expect(
      notebook.shown("forward; why n.relu1.output.grad")
        == "why: n.relu1.output.grad is None: no gradient was computed")
  }

  /// 0 times infinity is not zero: what multiplies lets it through, what chooses does not.
  @Test func notANumberIsFollowed() {
    var notebook = Notebook()
    for cell in [
      "tensor [-4, 0] requires_grad=true as x", "backward F.leaky_relu(x, 0.).sqrt()",
    ] { #expect(notebook.run(cell).failure == nil) }
    #expect(notebook.shown("x.grad") == "tensor([nan, nan])")
    let text = notebook.shown("why x.grad[0]") ?? ""
    #expect(text.hasPrefix("x.grad[0] = nan\n\nnan = -inf * 0. through LeakyReluBackward0, from"))
    #expect(!text.contains("because"))
  }

  /// Nothing may be picked of a row; a number by itself is picked all the same.
  @Test func nothingPickedIsNothingUpstream() {
    var notebook = Notebook()
    _ = notebook.run("x = tensor([0.5], requires_grad=true); backward x.topk(0)[0].sum()")
    #expect(notebook.shown("why x.grad[0]") == "x.grad[0] = 0.\nzero because nothing upstream\n")
    _ = notebook.run("y = tensor(0.5, requires_grad=true); backward y.topk(0)[0].sum()")
    #expect(notebook.shown("why y.grad[0]") == "why: 1 index for a tensor of 0 dimensions")
    let text = notebook.shown("why y.grad") ?? ""
    #expect(text.hasPrefix("y.grad = 1.\n\n1. = 1. * 1. through TopkBackward0"))
  }

  /// Terms of gradients that were added up are told apart, and forgotten with the gradients.
  @Test func addedGradientsAreExplainedTogether() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 bias=false; input [[[[2, 3]]]]; forward; backward")
    _ = notebook.run("forward; backward")
    let text = notebook.shown("why grad[0, 0, 0, 0]") ?? ""
    #expect(text.hasPrefix("conv1.weight.grad[0, 0, 0, 0] = 10.\n"))
    #expect(text.contains("ConvolutionBackward0, backward 1 of 2"))
    #expect(text.contains("ConvolutionBackward0, backward 2 of 2"))
    _ = notebook.run("zero_grad; forward; backward")
    #expect(notebook.shown("why grad[0, 0, 0, 0]")?.contains("backward 1") == false)
  }

  @Test func longSumsAreFolded() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1 bias=false; input ones 1 1 5 5; forward; backward")
    let text = notebook.shown("why grad[0, 0, 0, 0]") ?? ""
    #expect(text.hasSuffix("  ... 13 more, which sum to 13."))
  }

  /// In every case the map and the elements fit the screen.
  @Test(arguments: [
    "conv 2 3 3 padding=1", "conv 1 40 5", "conv 4 4 1 groups=2 stride=2", "conv 1 1 16",
  ])
  func everythingFits(layer: String) {
    var notebook = Notebook()
    _ = notebook.run("\(layer); epsilon off; mask 0.5; forward; relu; backward")
    for cell in ["why", "why bias.grad", "why grad[0, 0, 0, 0]", "why bias.grad[0]", "graph"] {
      let rows = Self.rows(notebook.shown(cell))
      #expect(rows.allSatisfy { $0.count <= 80 && $0.utf8.count == $0.count }, "\(rows)")
    }
  }

  /// The only element of a loss has no place that could be named.
  @Test func aLossHasNoIndices() {
    var notebook = Notebook()
    for cell in [
      "linear 1 1 bias=false; weight [[1]]", "input [[2]]; forward; mse target=2; backward",
    ] { #expect(notebook.run(cell).failure == nil) }
    let rows = Self.rows(notebook.shown("why grad[0, 0]"))
    #expect(rows.contains("  for example at MseLossBackward0, whose input is 2."))
    #expect(rows.allSatisfy { !$0.hasSuffix(" ") })
  }
}
