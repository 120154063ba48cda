import Testing

@testable import Notebook

/// What a loss compares with may be held by a name: a number as well as a tensor.
struct LossTargetTests {
  @Test(arguments: [
    ("mse [1, 3] target=r", "tensor(3.2500)"), ("mse [1, 3] target=(r * 2)", "tensor(2.)"),
    ("mse [1, 3] target=t", "tensor(4.)"),
    ("cross_entropy [[0, 0]] target=c", "tensor(0.6931)"),
    ("for c in 0 1 { cross_entropy [[0, 0]] target=c } as l; l * 2", "tensor([1.3863, 1.3863])"),
  ])
  func aNameMayHoldIt(cell: String, shown: String) {
    var notebook = Notebook()
    #expect(notebook.run("r = 0.5; c = 1; tensor [3, 1] as t").failure == nil)
    #expect(notebook.shown(cell) == shown)
  }
}
