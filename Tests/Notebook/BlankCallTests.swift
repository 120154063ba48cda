import Testing

@testable import Notebook

/// Functions with blanks before their arguments: the remedy has parentheses, and runs as it stands.
struct BlankCallTests {
  private static let image = "an image has sizes C H W or N C H W; a value may have any"

  private static func remedy(_ cell: String) -> String? {
    var notebook = Notebook.after(["linear 3 2 as m"])
    return notebook.run(cell).failure?.remedy
  }

  @Test(arguments: [
    ("input ones 2 3", "input ones(2, 3)"),
    ("input zeros 2 3 requires_grad=true", "input zeros(2, 3) requires_grad=true"),
    ("input ones (2, 3)", "input ones(2, 3)"), ("input ones 2, 3", "input ones(2, 3)"),
    ("input arange 2 3", "input arange(6).view(2, 3)"), ("input arange 6", "input arange(6)"),
    ("input 2 3", "input randn(2, 3)"), ("input 1 2 3 4 5", "input randn(1, 2, 3, 4, 5)"),
  ]) func anInputThatIsNoImageIsAValue(cell: String, expected: String) {
    #expect(Self.remedy(cell) == "\(Self.image)\nwrite: \(expected)")
    var notebook = Notebook.after(["linear 3 2 as m"])
    #expect(notebook.run(expected).failure == nil)
  }

  @Test(arguments: [
    ("input randn 2 3", "input randn(2, 3)"), ("input rand 2x3", "input rand(2, 3)"),
    ("input eye 3", "input eye(3)"), ("input full 2 3 1.5", "input full((2, 3), 1.5)"),
    ("input randint 0 10 2 3", "input randint(0, 10, (2, 3))"),
    ("input randint 10 2 3", "input randint(10, (2, 3))"),
    ("input linspace 0 1 6", "input linspace(0, 1, 6)"),
    ("input randperm 3", "input randperm(3)"),
    ("input torch.ones 2 3", "input torch.ones(2, 3)"),
    ("input full_like weight 2", "input full_like(weight, 2)"),
    ("tensor ones 2 3 as t", "tensor ones(2, 3) as t"),
    ("weight ones 2 3 m", "weight ones(2, 3) m"),
    ("weight zeros", "weight zeros(2, 3)"), ("bias randn", "bias randn(2)"),
    ("mask ones 2", "mask ones(2)"), ("forward ones 1 3", "forward input=ones(1, 3)"),
    ("forward m input=ones 1 3", "forward m input=ones(1, 3)"),
    ("relu ones 2 3", "relu ones(2, 3)"), ("view exp weight", "view exp(weight)"),
    ("plot randn 20", "plot randn(20)"), ("prune ones 2 3", "prune ones(2, 3)"),
    ("x = ones 2 3", "x = ones(2, 3)"), ("x = zeros", "x = zeros(2, 2)"), ("eye 3", "eye(3)"),
    ("topk weight 2", "topk(weight, 2)"), ("cat weight weight", "cat([weight, weight])"),
    ("backward sum weight", "backward sum(weight)"), ("x = max weight", "x = max(weight)"),
    ("conv 1 1 1; weight ones 1 1 1 1 # all", "weight ones(1, 1, 1, 1)"),
    ("where", "where(tensor([1, -2, 3]) > 0, 1, 0)"),
  ]) func anyFunctionGetsItsParentheses(cell: String, expected: String) {
    #expect(Self.remedy(cell) == "\(BlankCall.parentheses)\nwrite: \(expected)")
    var notebook = Notebook.after(["linear 3 2 as m", cell.contains("conv") ? "conv 1 1 1" : "m"])
    #expect(notebook.run(expected).failure == nil)
  }

  /// What could not be computed, or takes more than a moment, is not advised.
  @Test(arguments: [
    "input ones 2 a", "input randn 100000 100000", "input full 2", "step ones 2", "relu nothing 2",
  ]) func whatDoesNotRunIsNotAdvised(cell: String) {
    #expect(Self.remedy(cell)?.contains("write:") != true)
  }

  /// A name is a value, also where a function has the same.
  @Test func namesComeFirst() {
    var notebook = Notebook.after(["norm = tensor([1.])"])
    #expect(notebook.run("relu norm 2").failure?.remedy?.contains("norm(") == false)
  }

  /// A line of nothing but functions is looked at in a moment.
  @Test(.timeLimit(.minutes(1))) func hostileLinesAreShort() {
    let line = "relu " + Array(repeating: "sum ones 2 3", count: 6).joined(separator: " ")
    #expect(Self.remedy(line)?.contains("usage") == true)
  }
}
