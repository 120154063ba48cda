import TestSupport
import Testing

@testable import Notebook

/// What a cell in prose may have changed is not shown as it was, by whatever name it goes.
struct ImportEffectsTests {
  @Test func tensorsThatNobodyElseSeesAreChangedInPlace() throws {
    let session = try ImportedSession.of(
      """
      import torch
      x = torch.zeros(2, 3)
      x[0] = 1
      x[:, -1] = 5
      x += 1
      x.mul_(2)
      x[x > 3] = 0
      print(x)
      i = torch.tensor([1])
      x[i] = -1
      print(x)

      y = x[0]
      x.add_(1)
      print(x[0, 0])

      print(y)

      z = x
      z.add_(1)
      """)
    let shown = try session.cells().compactMap(\.record)
    #expect(
      shown == [
        .output(["tensor([[0., 0., 0.],", "        [2., 2., 0.]])"]),
        .output(["tensor([[ 0.,  0.,  0.],", "        [-1., -1., -1.]])"]),
        .output(["tensor(1.)"]),
      ])
    #expect(session.left.map(\.place) == ["line 17", "line 20"])
  }

  /// After a cell that stays prose nothing is shown that the cell may have changed.
  @Test(arguments: [
    "while False:\n    x = 1", "for i in [1]:\n    x.zero_()", "x[0:1] = 5",
    "x += torch.ones(2, requires_grad=True)",
    "x.clamp_(2)",
    "def f():\n    x.zero_()\n\nf()", "exec('x = 1')\nx = lambda: 1", "y = x\nx.mul_(2)", "x = {}",
    "try:\n    pass\nexcept:\n    x = 3", "(x) = [1, 2]", "torch.nn.init.normal_(x)",
  ])
  func whatProseMayChangeIsNotShown(code: String) throws {
    let session = try ImportedSession.of("import torch\nx = torch.ones(2)\n\n\(code)\n\nprint(x)\n")
    #expect(try session.sources() == ["x = torch.ones(2);"])
    #expect(session.left.last?.reason.hasPrefix("'x' is set or changed in line ") == true)
  }

  /// Nor what shares its memory with that, by a name that was given before or in prose.
  @Test(arguments: [
    ("d = a", "while False:\n    d.zero_()", "print(a)"),
    ("d = a.view(-1)", "d.clamp_(0)", "print(a)"),
    ("d = a; x = {}", "d.zero_()", "print(a)"),
    ("d = conv.weight.detach()", "d.zero_()", "print(conv.weight)"),
    ("e = conv; x = {}", "d = e.weight; e = 1; y = {}\n\nd.data.zero_()", "print(conv.weight)"),
    ("b = a.float()", "a.requires_grad_()", "print(b)"),
    ("d = [a, a]", "d[0] += 1", "print(a)"),
    ("d = a.detach(); d[0:1] = 1", "e = 1", "print(a)"),
  ])
  func whatSharesMemoryIsNotShownEither(first: String, second: String, shown: String) throws {
    let session = try ImportedSession.of(
      """
      import torch
      a = torch.ones(2)
      conv = torch.nn.Conv2d(1, 1, 1)

      \(first)

      \(second)

      \(shown)
      """)
    #expect(session.left.last?.reason.contains("is set or changed in line") == true)
    #expect(try !session.sources().contains { !$0.hasSuffix(";") })
  }

  /// What is set to something else in prose leaves what it stood for as it was.
  @Test func whatProseOnlyRenamesIsKnown() throws {
    let session = try ImportedSession.of(
      "import torch\na = torch.ones(2)\nb = a\n\nb = {}\n\nprint(a)\n")
    #expect(session.left.count == 1)
    #expect(try session.sources().last == "a")
  }

  @Test func drawsAfterUnknownDrawsStayProseUntilTheNextSeed() throws {
    let session = try ImportedSession.of(
      """
      import torch
      torch.manual_seed(1)

      noise = torch.bernoulli(torch.ones(3))

      x = torch.randn(2)

      y = torch.ones(2)

      torch.manual_seed(2)
      x = torch.randn(2)
      """)
    #expect(session.left.map(\.place) == ["line 4", "line 6"])
    #expect(
      try session.sources() == [
        "seed 1;", "y = torch.ones(2);", "seed 2;", "x = torch.randn(2);",
      ])
  }

  @Test func namesThatShareMemoryWithALayerAreNotShownOnceItHasChanged() throws {
    let session = try ImportedSession.of(
      """
      import torch
      conv = torch.nn.Conv2d(1, 1, 1)
      whole, part, copied = conv.weight, conv.weight[0], conv.weight.clone()

      conv(torch.ones(1, 1, 1, 1)).sum().backward()
      gradient = conv.weight.grad
      torch.optim.SGD(conv.parameters(), lr=1).step()

      print(whole)
      print(copied)

      print(part)

      print(gradient)

      conv(torch.ones(1, 1, 1, 1)).sum().backward()
      print(gradient)
      """)
    #expect(session.left.map(\.place) == ["line 12", "line 17"])
    #expect(try session.sources().contains("conv1.weight"))
    #expect(try session.disagreements() == [])
  }

  /// After pruning PyTorch's parameter is called `weight_orig`, and a name for it follows.
  @Test func namesOfParametersFollowThemThroughPruning() throws {
    let session = try ImportedSession.of(
      """
      import torch, copy
      import torch.nn.utils.prune as prune
      conv = torch.nn.Conv2d(1, 2, 1, bias=False)
      w = conv.weight
      prune.l1_unstructured(conv, "weight", amount=1)
      print(w.requires_grad)

      conv(torch.ones(1, 1, 1, 1))
      conv.weight.retain_grad()
      conv(torch.ones(1, 1, 1, 1)).sum().backward()
      print(w.grad)

      print(conv.weight.grad)

      prune.remove(conv, "weight")
      print(w)

      prune.identity(conv, "weight")
      other = copy.deepcopy(conv)
      """)
    let sources = try session.sources()
    #expect(sources.contains("conv1.weight_orig.requires_grad"))
    #expect(sources.contains("conv1.weight"))
    #expect(session.left.map(\.place) == ["line 13", "line 19"])
    #expect(try session.disagreements() == [])
  }
}
