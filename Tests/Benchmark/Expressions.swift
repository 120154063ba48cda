import Notebook

extension Row {
  /// Expressions on ten million elements, typed as they would be in PyTorch.
  static var expressions: [Row] {
    expression("add-multiply", "x * 2 + 1")
      + expression("chain", "((x - 0.5).abs() * 3).clamp(0, 1).sqrt()")
      + expression("compare-sum", "(x > 0.5).sum()")
      + expression("mean-norm", "x.mean() + x.norm()") + loops
  }

  private static func expression(_ name: String, _ text: String) -> [Row] {
    [
      Row(name: "expression/\(name)") {
        var notebook = Notebook()
        precondition(notebook.run("x = rand(10000000); x;").failure == nil)
        let fresh = notebook
        return {
          var notebook = fresh
          precondition(notebook.run("y = \(text);").failure == nil)
        }
      }
    ]
  }

  /// A turn of a loop that computes on nine elements.
  private static var loops: [Row] {
    [
      Row(name: "expression/turn", steps: 10_000) {
        var notebook = Notebook()
        precondition(notebook.run("x = rand(9);").failure == nil)
        let fresh = notebook
        return {
          var notebook = fresh
          precondition(notebook.run("repeat 10000 { y = x * 2 + 1 }").failure == nil)
        }
      }
    ]
  }
}
