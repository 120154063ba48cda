import Gradients
import Tensors
import Testing

@testable import Notebook

/// `graph`: the computation drawn.
struct GraphTests {
  @Test func drawsThePublishedComputation() {
    var notebook = PublishedSetup.notebook("mask 0.5", "forward; relu")
    #expect(
      notebook.shown("graph")
        == """
        value                   shape         zero  grad zero  grad norm
        o demo.weight           [2, 1, 3, 3]    0%          -          -
        * DPUBackward           [2, 1, 3, 3]   50%          -          -
        | o input               [1, 1, 4, 4]    0%          -          -
        |/
        * ConvolutionBackward0  [1, 2, 4, 4]   50%          -          -
        * AddBackward0          [1, 2, 4, 4]    0%          -          -
        * ReluBackward0         [1, 2, 4, 4]   31%          -          -
        """)
    _ = notebook.run("backward")
    // The norm of the eighteen published gradients is 12.8737; 22 outputs pass ReLU: √22 = 4.6904.
    #expect(
      notebook.shown("graph")
        == """
        value                   shape         zero  grad zero  grad norm
        o demo.weight           [2, 1, 3, 3]    0%         0%    12.8737
        * DPUBackward           [2, 1, 3, 3]   50%         0%    12.8737
        | o input               [1, 1, 4, 4]    0%          -          -
        |/
        * ConvolutionBackward0  [1, 2, 4, 4]   50%        31%     4.6904
        * AddBackward0          [1, 2, 4, 4]    0%        31%     4.6904
        * ReluBackward0         [1, 2, 4, 4]   31%         0%     5.6569
        """)
  }

  @Test func anInputThatRequiresAGradientHasOne() {
    var notebook = Notebook()
    _ = notebook.run("conv 1 1 1; input ones 1 1 2 2 requires_grad=true; forward; backward")
    let rows = (notebook.shown("graph") ?? "").split(separator: "\n")
    #expect(rows.contains { $0.contains("o input") && !$0.hasSuffix("-") })
    #expect(rows.contains { $0.hasPrefix("| o conv1.bias") })
  }

  @Test func noGradientIsShownAfterZeroGrad() {
    var notebook = PublishedSetup.notebook("forward; relu", "graph as before")
    let before = notebook.shown("graph")
    _ = notebook.run("backward; zero_grad")
    #expect(notebook.shown("graph") == before)
    // Another layer's gradients stay.
    var other = Notebook()
    _ = other.run(
      "net conv(1,1,1) relu conv(1,1,1) as n; forward; backward; use n.conv2; zero_grad")
    let rows = (other.shown("graph") ?? "").split(separator: "\n")
    func hasGradient(_ name: String) -> Bool? {
      rows.first { $0.contains(name) }.map { !$0.hasSuffix("-") }
    }
    #expect(hasGradient("n.conv1.weight") == true && hasGradient("n.conv2.weight") == false)
  }

  /// Only the input itself is called so, not a constant of the same values.
  @Test func aConstantEqualToTheInputIsNotTheInput() {
    var notebook = Notebook()
    _ = notebook.run("input [[1, 2]]; linear 2 2; forward; mse target=[[1, 2]]")
    let rows = (notebook.shown("graph") ?? "").split(separator: "\n")
    #expect(rows.count { $0.contains("o input") } == 1)
    #expect(rows.count { $0.contains("o constant") } == 1)
    // The target is not moved with the input: its gradient would be the opposite one.
    let row = (notebook.shown("gradcheck") ?? "").split(separator: "\n").first {
      $0.hasPrefix("input")
    }
    #expect(row?.split(separator: " ").suffix(2) == ["0", "0"])
    // The target that is the input is.
    _ = notebook.run("forward input=input; mse target=input")
    #expect((notebook.shown("graph") ?? "").components(separatedBy: "o input").count == 3)
  }

  /// A value used twice is drawn once.
  @Test func aStepThatIsUsedTwiceIsNamedAgain() throws {
    let x = Variable(Tensor([1], shape: [1, 1, 1, 1]), source: .leaf(Leaf(isParameter: true)))
    let shared = try Variable(ReLU(), x)
    let convolve = try Convolve(input: [1, 1, 1, 1], weight: [1, 1, 1, 1])
    let output = try Variable(convolve, Variable(AbsoluteValue(), shared), shared)
    let text = try GraphText(
      output: output, gradients: nil, hasGradient: { _ in true }, name: { _ in "x" },
      options: PrintOptions()
    ).text()
    let labels = text.split(separator: "\n").map { $0.prefix(28).split(separator: "  ")[0] }
    #expect(
      labels == [
        "value", "o x", "* ReluBackward0", "* AbsBackward0", "| o ReluBackward0 (as above)", "|/",
        "* ConvolutionBackward0",
      ])
  }

  /// Long names put the numbers on a line of their own.
  @Test func aWideGraphIsFolded() {
    var notebook = Notebook()
    let name = String(repeating: "long", count: 15)
    _ = notebook.run("conv 1 1 1 bias=false as \(name); forward; backward")
    let rows = (notebook.shown("graph") ?? "").split(separator: "\n")
    #expect(rows.contains("| o \(name).weight"))
    #expect(rows.allSatisfy { $0.count <= 80 })
    #expect(rows.contains { $0.hasPrefix("| |     [1, 1, 1, 1]") })
  }

  @Test func sharesAreExactAtTheirEnds() throws {
    func share(_ zeros: Int, _ count: Int) throws -> String {
      let elements = (0..<count).map { $0 < zeros ? 0 : Float(1) }
      return try GraphText.share(Tensor(elements, shape: [count]))
    }
    #expect(try share(0, 3) == "0%" && share(3, 3) == "100%" && share(1, 3) == "33%")
    #expect(try share(1, 1000) == "<1%" && share(999, 1000) == ">99%" && share(0, 0) == "-")
  }

  /// A batch made of one image, and zeros added on one side of an input, are no steps of the graph:
  /// nothing there has a gradient.
  @Test(arguments: [
    ("conv 1 1 1; input ones 1 2 2", 1), ("conv 1 1 2 padding=same; input ones 1 1 2 2", 1),
    ("conv 1 1 2 padding=same; input ones 1 2 2", 1),
    ("net flatten linear(4,1); input ones 1 1 2 2", 1),
    ("conv 1 1 1; input ones 1 1 2 2", 0),
  ]) func whatIsMadeOfTheInputIsCalledSo(cells: String, count: Int) {
    var notebook = Notebook()
    for cell in [cells, "forward"] { #expect(notebook.run(cell).failure == nil) }
    let rows = (notebook.shown("graph") ?? "").split(separator: "\n")
    #expect(rows.count { $0.contains("o from input ") } == count)
    #expect(rows.count { $0.contains("o input ") } == 1 - count)
    #expect(!rows.contains { $0.contains("constant") })
  }
}
