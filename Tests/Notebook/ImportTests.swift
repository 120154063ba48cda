import TestSupport
import Testing

@testable import Notebook

/// What of a program becomes cells, and what those give.
struct ImportTests {
  /// A loop's first turns do not decide for the others.
  @Test(arguments: [
    ("for i in range(20):\n    if i > 5:\n        x = x * 2", ["'if'"]),
    ("for i in range(20):\n    print(x * i)", ["a loop that prints"]),
    ("for i in range(20):\n    x = x + i", []),
    ("for i in range(3):\n    if i > 1:\n        x = x * 2", []),
    ("while True:\n    x = x + 1", ["'while'"]),
    ("for i in range(0):\n    x = x + 1", []),
    ("for i in range(2):\n    for j in range(2):\n        x = x + i * j", []),
  ])
  func loops(code: String, reasons: [String]) throws {
    let session = try ImportedSession.of("import torch\nx = torch.ones(2)\n\n\(code)\n\nprint(x)\n")
    #expect(
      session.left.prefix(1).map { String($0.reason.prefix(reasons.first?.count ?? 0)) } == reasons)
    #expect(try session.disagreements() == [])
  }

  @Test func aPrunedWeightHasNoGraphAfterNoGrad() throws {
    let session = try ImportedSession.of(
      """
      import torch
      import torch.nn.utils.prune as prune
      conv = torch.nn.Conv2d(1, 1, 1, bias=False)
      prune.identity(conv, "weight")
      with torch.no_grad():
          conv(torch.ones(1, 1, 1, 1))
      print(conv.weight.requires_grad)
      y = conv(torch.ones(1, 1, 1, 1))
      print(conv.weight.requires_grad)
      """)
    #expect(
      try session.cells().compactMap(\.record) == [.output(["False"]), .output(["True"])])
  }

  @Test func whatHasNoEffectOnValuesIsPassedOver() throws {
    let session = try ImportedSession.of(
      """
      import random, warnings
      import numpy as np
      import torch
      torch.manual_seed(1); np.random.seed(1); random.seed(1); torch.cuda.manual_seed_all(1)
      warnings.filterwarnings("ignore")
      if __name__ == "__main__":
          device = "cuda" if torch.cuda.is_available() else "cpu"
          x = torch.ones(2, device=device).to(device)
          print(x)
      """)
    #expect(session.left.isEmpty)
    #expect(try session.sources() == ["seed 1;", "x = torch.ones(2)"])
  }

  /// A list is not a tensor, as it would be in a cell.
  @Test(arguments: [
    "x = [1, 2]", "print([1, 2])", "print(([1], 2))", "y = {1: 2}", "x = 'a' 'b' + 1",
  ])
  func whatAListOrATextIsIsNotGuessed(code: String) throws {
    let session = try ImportedSession.of("import torch\n\n\(code)\n")
    #expect(try session.left.count == 1 && session.sources().isEmpty)
  }

  /// Under `no_grad` nothing has a graph.
  @Test func noGradLeavesNoGraph() throws {
    let session = try ImportedSession.of(
      """
      import torch
      x = torch.ones(2, requires_grad=True)
      with torch.no_grad():
          print((x * 2).requires_grad)
          print(x.requires_grad)
          y = x + 1
          print(torch.nn.Linear(2, 1, bias=False)(x).shape)
      print(y)
      """)
    #expect(session.left.map(\.place) == ["line 7"])
    let kept = try ImportedSession.of(
      """
      import torch
      x = torch.ones(2, requires_grad=True)
      with torch.no_grad():
          print((x * 2).requires_grad)
          print(x.requires_grad)
          y = x + 1
      print(y)
      """)
    let shown = try kept.cells().compactMap(\.record)
    #expect(
      shown == [.output(["False"]), .output(["True"]), .output(["tensor([2., 2.])"])])
  }

  @Test func gradientsThatPyTorchDoesNotKeepAreNotShown() throws {
    let session = try ImportedSession.of(
      """
      import torch
      x = torch.ones(2, requires_grad=True)
      y = x * 2
      z = y * 3
      z.retain_grad()
      z.sum().backward()
      print(x.grad, z.grad)

      print(y.grad)

      z.backward()
      """)
    #expect(session.left.map(\.place) == ["line 9", "line 11"])
    #expect(try session.disagreements() == [])
  }

  /// Words of the notebook's own are other names there; a name in use is not taken from its value.
  @Test func namesAreThoseOfTheProgramWhereTheyAreFree() throws {
    let session = try ImportedSession.of(
      """
      import torch
      mask = torch.ones(1)
      mask1 = torch.zeros(1)
      other = mask
      mask = mask + 1
      print(mask, mask1, other)
      """)
    let shown = try session.cells().compactMap(\.record)
    #expect(
      shown == [.output(["tensor([2.])"]), .output(["tensor([0.])"]), .output(["tensor([1.])"])])
  }
}
