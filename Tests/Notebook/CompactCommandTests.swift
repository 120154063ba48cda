import Testing

@testable import Notebook

/// `compact` at the prompt: the table, what stays, refusals.
struct CompactCommandTests {
  private func text(_ cell: String, _ notebook: inout Notebook) throws -> String {
    let result = notebook.run(cell)
    if let failure = result.failure { throw failure }
    return result.text ?? ""
  }

  /// The new network becomes the layer and runs; the old one stays as it is.
  @Test func theOldNetworkStays() throws {
    var notebook = Notebook.after([
      "net conv(1,4,3) relu conv(4,2,3) as n", "mask 0.5 n.conv1", "compact n as small",
      "input randn(2, 1, 6, 6)", "a = forward n", "b = forward small",
    ])
    #expect(try text("n.conv1.weight.shape", &notebook) == "torch.Size([4, 1, 3, 3])")
    #expect(try text("small.conv1.weight.shape", &notebook) == "torch.Size([2, 1, 3, 3])")
    #expect(try text("allclose(a, b, atol=1e-6)", &notebook) == "True")
    #expect(try text("n.conv1.mask.sum()", &notebook) == "tensor(2.)")
  }

  /// What stays is said with the reason, and how much tolerance lets it go.
  @Test func whatStaysIsSaid() throws {
    var notebook = Notebook.after([
      "net conv(1,4,3) sigmoid conv(4,4,3,padding=1) as n", "mask 0.5 n",
    ])
    let text = try text("compact n as a", &notebook)
    #expect(text.contains("conv1: 2 filters stay: the border that conv2 pads would differ; tol="))
    #expect(text.contains("conv2: 2 filters stay: outputs of the network"))
    let tolerance = try #require(text.firstMatch(of: /tol=(\S+)/)).output.1
    let loose = try self.text("compact n tol=\(tolerance) as b", &notebook)
    #expect(loose.contains("conv1    4 → 2") && !loose.contains("conv1: "))
  }

  @Test(arguments: [
    (
      "«compact n»", "batchnorm1 normalizes with each batch's own numbers: nothing is constant",
      "eval puts the network in evaluation mode"
    ),
    ("compact «x»", "there is no name 'x'", "layers lists the layers"),
    ("compact n «tol=-1»", "tol must be at least 0, not -1", nil),
    ("compact n «tolerance=1»", "there is no key 'tolerance'", "compact [LAYER] [tol=…] [as NAME]"),
    ("sparsity «n» filter", "'n' is one argument too many", nil),
  ]) func badInputChangesNothing(cell: String, message: String, remedy: String?) throws {
    let notebook = Notebook.after(["conv 1 2 1 as m", "net conv(1,4,3) batchnorm(4) relu as n"])
    var after = try #require(notebook.expectRefused(cell, message, remedy))
    #expect(after.run("net2").failure != nil, "a network was left")
  }

  /// Where nothing bounds the outputs, none is claimed.
  @Test func whatIsNotProvedIsSaid() throws {
    var notebook = Notebook.after(["net conv(1,4,3) relu as n", "n.conv1.weight[0] = nan"])
    let text = try text("compact n as q", &notebook)
    #expect(text.contains("NOT PROVED") && !text.contains("bound 0"))
  }

  /// Random inputs are drawn aside: the session's next number is what it was; undo takes all back.
  @Test func theGeneratorStays() throws {
    var first = Notebook.after(["net conv(1,4,3) relu conv(4,2,3) as n", "mask 0.5 n.conv1"])
    var second = first
    _ = try text("compact n as small", &first)
    #expect(try text("rand(3)", &first) == (try text("rand(3)", &second)))
    _ = first.run("undo 2")
    #expect(first.run("small").failure != nil)
  }

  /// Counted by hand: 2 of 4 filters of 1 × 3 × 3, an image of 5 × 5 that becomes 3 × 3, then 1 × 1.
  @Test func sparsityIsCounted() throws {
    var notebook = Notebook.after(["net conv(1,4,3) relu conv(4,2,3) as n", "mask 0.5 n.conv1"])
    let lines = try text("sparsity n", &notebook).split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(
      lines[1] == ["conv1", "2", "of", "4", "filters", "18", "of", "36", "18", "of", "36", "0"])
    #expect(lines[4] == ["conv1", "\(4 * 9 * 9)", "\(2 * 9 * 9)", "\(2 * 9 * 9)", "\(2 * 9 * 9)"])
    #expect(lines[5] == ["conv2", "\(2 * 36)", "\(2 * 36)", "\(2 * 18)", "\(2 * 36)"])
    #expect(lines[8] == ["conv1", "40", "20", "\(36 * 4)", "\(18 * 4)", "\(18 * 4 + 5)"])
  }

  /// PyTorch's masks are of single weights; what they removed as a whole is said.
  @Test func sparsityNamesWholeGroups() throws {
    var notebook = Notebook.after([
      "net conv(1,4,3) relu conv(4,2,3) flatten linear(8,4) as n", "input 1 1 6 6",
      "prune 0.5 n.conv1", "prune ln_structured 0.5 n=2 dim=1 n.conv2",
      "prune l1_unstructured 10 n.linear1",
    ])
    let lines = try text("sparsity n", &notebook).split(separator: "\n")
    #expect(lines[1].hasPrefix("conv1    2 of 4 filters "))
    #expect(lines[2].hasPrefix("conv2    2 of 4 channels "))
    #expect(lines[3].hasPrefix("linear1  22 of 32 connections "))
  }
}
