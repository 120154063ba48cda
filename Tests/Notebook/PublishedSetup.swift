@testable import Notebook

/// The published notebook's first demonstration, before anything is masked.
enum PublishedSetup {
  static let cells = [
    "conv 1 2 3 padding=1 bias=false as demo",
    """
    weight [[[[0.15889, 0.32499, -0.28819], [0.24769, -0.03029, -0.24519], [-0.06409, 0.07329, -0.07319]]],
    [[[-0.17719, 0.24919, -0.25669], [0.12209, 0.18579, -0.28769], [-0.16819, -0.30679, -0.07059]]]]
    """,
    """
    input [[[[-0.49214, -0.163888, 0.047251, -0.115947], [-0.985937, -0.136846, 2.477597, 0.725833],
    [-0.119405, 1.326414, -1.284957, 1.451841], [0.901661, 1.491614, -0.780653, -0.502849]]]]
    """,
  ]

  /// A notebook that has run these cells and then others.
  static func notebook(_ more: String...) -> Notebook {
    var notebook = Notebook()
    for cell in cells + more { _ = notebook.run(cell) }
    return notebook
  }
}

extension Notebook {
  /// What a cell shows, or the message of its failure.
  mutating func shown(_ cell: String) -> String? {
    let result = run(cell)
    return result.failure?.message ?? result.text
  }
}
