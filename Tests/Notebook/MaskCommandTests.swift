import Testing

@testable import Notebook

/// The words after `mask`: what they do at the prompt, what is said of it, and what is refused.
struct MaskCommandTests {
  /// Weights whose L1 norms are told apart by hand: of filter o and channel i 1 + o + 10 · i.
  private static let conv = [
    "conv 2 4 1 bias=false as m",
    "weight [[[[1]], [[-11]]], [[[2]], [[12]]], [[[-3]], [[13]]], [[[4]], [[14]]]];",
  ]

  @Test(arguments: [
    ("mask 0.5", "tensor([0., 0., 1., 1.])"),
    ("mask count=1", "tensor([0., 1., 1., 1.])"),
    ("mask 0.5 structure=channel", "tensor([0., 1.])"),
    ("mask 0.5 structure=weight; mask.shape", "torch.Size([4, 2, 1, 1])"),
    ("mask 0.5 structure=kernel-row; mask.shape", "torch.Size([4, 2, 1])"),
    (
      "mask 0.4 structure=kernel",
      "tensor([[0., 1.],\n        [0., 1.],\n        [0., 1.],\n        [1., 1.]])"
    ),
    // 8 · 0.45 is 3.6: PyTorch's pruning rounds it, the notebook cuts it off.
    ("mask 0.45 structure=kernel; (mask == 0).sum()", "tensor(3)"),
    ("mask 0.45 structure=kernel round=even; (mask == 0).sum()", "tensor(4)"),
    ("mask 0.5 block=2x2", "tensor([[0.],\n        [1.]])"),
    ("mask 0.5 block=4x1", "tensor([[0., 1.]])"),
    ("mask 0.5 vector=4; mask.shape", "torch.Size([1, 2, 1, 1])"),
    ("mask keep=1:2; mask[:, :, 0, 0]", pairs), ("mask 1:2; mask[:, :, 0, 0]", pairs),
    (
      "mask filter=0.5 channel=0.5",
      "tensor([[0., 0.],\n        [0., 0.],\n"
        + "        [0., 1.],\n        [0., 1.]])"
    ),
    ("mask 0.5 score=linf", "tensor([0., 0., 1., 1.])"),
    ("mask 0.5 score=[4, 3, 2, 1]", "tensor([1., 1., 0., 0.])"),
    ("mask 0.5 structure=channel score=(-scores[:2])", "tensor([1., 0.])"),
    ("mask [0, 1] structure=channel", "tensor([0., 1.])"),
    ("mask (scores > 13)", "tensor([0., 1., 1., 1.])"),
    ("mask 0.5 structure=channel; mask[1] = 0; mask", "tensor([0., 0.])"),
    ("mask 0.5 structure=channel; copy m as q; q.mask", "tensor([0., 1.])"),
    // Scores without keys are those of the mask, keys name others.
    ("mask 0.5 structure=channel; scores", "tensor([10., 50.], grad_fn=<SumBackward1>)"),
    (
      "mask 0.5 structure=channel normalize=mean; scores",
      "tensor([ 2.5000, 12.5000], grad_fn=<DivBackward0>)"
    ),
    (
      "scores structure=channel score=linf",
      "tensor([ 4., 14.], grad_fn=<LinalgVectorNormBackward0>)"
    ),
    ("scores structure=connection score=l2; scores.shape", "torch.Size([4])"),
    // The word `scores` in an expression is what the command shows.
    ("mask 0.5 structure=channel; m.scores * 2", "tensor([ 20., 100.], grad_fn=<MulBackward0>)"),
    ("mask 0.5 structure=channel; mask (scores > 20) structure=channel", "tensor([0., 1.])"),
    ("mask [0, 1] structure=channel; m.scores.shape", "torch.Size([4])"),
    // Words in quotes, and numbers that a tensor of one element holds.
    ("mask 0.5 structure=\"channel\"", "tensor([0., 1.])"),
    ("mask 0.5 score=\"linf\" round=\"even\"", "tensor([0., 0., 1., 1.])"),
    ("mask count=tensor(1)", "tensor([0., 1., 1., 1.])"),
    ("mask count=(torch.tensor(1) + 1)", "tensor([0., 0., 1., 1.])"),
    ("mask filter=tensor([0.5])", "tensor([0., 0., 1., 1.])"),
  ])
  func chooses(cell: String, shown: String) {
    var notebook = Notebook.after(Self.conv)
    let statements = cell.components(separatedBy: "; ")
    for statement in statements.dropLast() { #expect(notebook.run(statement).failure == nil) }
    #expect(notebook.shown(statements[statements.count - 1]) == shown)
  }

  private static let pairs =
    "tensor([[0., 1.],\n        [0., 1.],\n        [0., 1.],\n        [0., 1.]])"

  /// The bias goes with its filter and with no other structure.
  @Test func theBiasGoesWithItsFilterOnly() {
    for (cell, output) in [
      ("mask [0, 1]", "tensor([0., 5.])"),
      ("mask [0] structure=channel allow_empty=true", "tensor([3., 4.])"),
      ("mask [[[[0]]], [[[1]]]]", "tensor([3., 5.])"),
      ("mask filter=0.5 connection=0.4", "tensor([0., 5.])"),
    ] {
      var notebook = Notebook.after([
        "conv 1 2 1", "weight [[[[0.5]]], [[[1]]]]; bias [3, 4]; epsilon off", cell,
      ])
      #expect(
        notebook.shown("forward input=[[[[1]]]]; output.flatten().detach()") == output, "\(cell)")
    }
  }

  private static let net = [
    "net conv(1,4,3) batchnorm(4) relu residual(conv(4,4,3,padding=1) relu) flatten "
      + "linear(16,6) linear(6,2) as n"
  ]

  @Test(arguments: [
    // Each convolution by itself; the linear layers where all are asked for, but the last.
    ("mask 0.5 structure=connection", ["conv1", "residual1.conv1"]),
    ("mask 0.5 structure=connection layers=all", ["conv1", "residual1.conv1", "linear1"]),
    ("mask count=1 structure=depth", ["residual1.conv1"]),
    ("mask 0.5 structure=kernel layers=all", ["conv1", "residual1.conv1"]),
    ("mask 1:2", ["residual1.conv1"]),
  ])
  func masksOfANetwork(cell: String, layers: [String]) {
    var notebook = Notebook.after(Self.net + ["mask 0.25", cell])
    for layer in ["conv1", "residual1.conv1", "linear1", "linear2"] {
      let hasMask = notebook.run("n.\(layer).mask").failure == nil
      #expect(hasMask == layers.contains(layer), "\(cell): \(layer)")
    }
  }

  @Test func allLayersCompete() {
    // 2 of the 4 lowest of both: 1 and 2 of the first, none of the second.
    var notebook = Notebook.after([
      "net conv(1,2,1) conv(2,2,1) as n", "weight [[[[1]]], [[[2]]]] n.conv1;",
      "weight [[[[5]], [[5]]], [[[6]], [[6]]]] n.conv2;",
    ])
    #expect(
      notebook.run("mask 0.5 scope=global").failure?.message
        == "mask: the mask would remove every filter of conv1")
    #expect(
      notebook.shown("mask 0.25 scope=global")
        == "conv1\ntensor([0., 1.])\n\nconv2\ntensor([1., 1.])")
    #expect(
      notebook.shown("mask 0.5 scope=global allow_empty=true")
        == "conv1\ntensor([0., 0.])\n\nconv2\ntensor([1., 1.])")
    // The score that is divided by a group's size: 1, 2 and 5, 6 again.
    #expect(
      notebook.shown("mask 0.25 scope=global normalize=mean")
        == "conv1\ntensor([0., 1.])\n\nconv2\ntensor([1., 1.])")
  }

  /// |γ| of the batch norm that follows the layer.
  @Test func batchNormScores() {
    var notebook = Notebook.after([
      "net conv(1,3,1) batchnorm(3) relu conv(3,2,1) as n", "weight [3, -1, 2] n.batchnorm1;",
    ])
    #expect(notebook.shown("mask 0.4 score=batchnorm n.conv1") == "tensor([1., 0., 1.])")
    #expect(
      notebook.run("mask 0.4 score=batchnorm n.conv2").failure?.message
        == "mask: the score batchnorm needs a batch norm that follows the layer")
  }

  @Test func randomScoresAreDrawnFromTheGenerator() {
    var notebook = Notebook.after(["conv 1 4 1", "seed 3"])
    let scores = notebook.shown("scores score=random")
    #expect(notebook.run("seed 3").failure == nil)
    #expect(scores == notebook.shown("rand(4)"))
    #expect(notebook.run("mask 0.5 score=random").failure == nil)
    #expect(
      notebook.run("scores").failure?.message
        == "scores: the mask's scores were random numbers, which are gone")
  }

  @Test(arguments: [
    ("mask 0.3", [.masked("1 filter", of: 4, rate: 0.3, rounding: .int)] as [Note]),
    ("mask 0.5", []),
    ("mask 0.5 structure=channel", []),
    (
      "mask 0.5; mask 0.5 structure=channel",
      [.questionChanged(["structure filter before, channel now"])]
    ),
    (
      "mask 0.5 score=l2; mask 0.5",
      [.questionChanged(["score l2 before, l1 now"])]
    ),
    ("mask 0.5 score=l2; mask 0.25 score=l2", []),
    (
      "mask [0, 1] structure=channel; mask 0.5",
      [.questionChanged(["structure channel before, filter now"])]
    ),
    (
      "mask 0.5; mask [0, 1] structure=channel",
      [.questionChanged(["structure filter before, channel now"])]
    ),
  ])
  func says(cell: String, expected: [Note]) {
    var notebook = Notebook.after(Self.conv)
    var notes: [Note] = []
    for statement in cell.components(separatedBy: "; ") { notes = notebook.run(statement).notes }
    #expect(notes == expected)
  }

  /// A mask that is given, or assigned, stands in the unit of the one before; a unit alone is changed.
  @Test func aGivenMaskStandsInTheUnitThatIsThere() {
    var notebook = Notebook.after(
      Self.conv + [
        "unit u forward=(x * mask) backward=(grad * 2)", "mask 0.5 unit=u",
        "unit u forward=(x * mask * 3) backward=(grad * 5)", "mask = mask", "mask [1, 0, 1, 1]",
      ])
    #expect(notebook.shown("pruned[0].flatten()")?.contains("tensor([  1., -11.]") == true)
    #expect(notebook.shown("units")?.contains("m: the rules that u had before") == true)
    #expect(notebook.run("mask unit=sr_ste").failure == nil)
    #expect(notebook.shown("pruned")?.contains("sr_steBackward") == true)
  }

  /// Whole layers: in a residual alone, by hand too; a mixed mask needs all its parts.
  @Test func wholeLayers() {
    var notebook = Notebook.after(Self.net)
    #expect(
      notebook.run("mask filter=0.25 depth=0.5 n").notes == [
        .leftDense(["conv1"], structure: "filter + depth"), .leftLinear(["linear1"]),
      ])
    #expect(notebook.run("mask 0.5 structure=depth n; use n.residual1.conv1").failure == nil)
    for (cell, shown) in [
      ("mask = 0", "tensor(0.)"), ("mask = 1", "tensor(1.)"), ("mask = mask * 0", "tensor(0.)"),
      ("mask[...] = 1", "tensor(1.)"),
    ] { #expect(notebook.shown(cell) == shown, "\(cell)") }
    // Nobody has typed a scope.
    #expect(
      notebook.run("mask 0.5").notes == [
        .questionChanged(["structure depth before, filter now"])
      ])
  }

  @Test func aScoreMayBeAWordThatANameHolds() {
    var notebook = Notebook.after(Self.conv + ["s = \"linf\""])
    #expect(notebook.shown("scores score=s") == notebook.shown("scores score=linf"))
  }

  @Test func scoresInAnExpressionAreThoseOfTheMask() {
    var notebook = Notebook.after([
      "net conv(1,4,2) batchnorm(4) relu conv(4,3,2) batchnorm(3) as n",
      "n.conv2.weight; n[4].weight", "mask 0.5 score=batchnorm;", "use n.conv2",
    ])
    #expect(notebook.shown("scores") == "tensor([1., 1., 1.], grad_fn=<AbsBackward0>)")
    #expect(notebook.shown("n.conv2.scores") == notebook.shown("scores"))
    #expect(notebook.shown("mask 0.5 score=random") != nil)
    #expect(
      notebook.run("n.conv2.scores").failure?.message.contains(
        "the mask's scores were random numbers, which are gone") == true)
  }

  @Test func namesTheLayerThatHasNoSuchScore() {
    var notebook = Notebook.after(["net conv(1,4,2) batchnorm(4) relu conv(4,3,2) relu as n"])
    #expect(
      notebook.run("mask 0.5 score=batchnorm").failure?.message
        == "mask: the score batchnorm needs a batch norm that follows conv2")
    #expect(
      notebook.run("mask 0.5 score=taylor").failure?.message
        == "mask: the score taylor needs the gradient of the weight of conv1")
    #expect(
      notebook.run("mask 0.5 score=batchnorm n.conv2").failure?.message
        == "mask: the score batchnorm needs a batch norm that follows the layer")
  }

  @Test func saysWhichLayersStay() {
    var notebook = Notebook.after(Self.net)
    #expect(
      notebook.run("mask 1:2").notes == [
        .leftDense(["conv1"], structure: "keep=1:2"), .leftLinear(["linear1"]),
      ])
    #expect(notebook.run("mask 0.5").notes.last == .leftLinear(["linear1"]))
    #expect(notebook.run("mask 0.5 layers=all").notes.contains(.leftLinear(["linear1"])) == false)
    #expect(notebook.run("prune 0.5").notes == [.leftLinear(["linear1"])])
    #expect(notebook.run("prune 0.5 n.conv1").notes.contains(.leftLinear(["linear1"])) == false)
    let note = Note.leftLinear(["linear1"]).text
    #expect(
      note == "linear1 stays as it is; layers=all takes the linear layers too, but for the last")
  }

  /// Python's None == 0 is False, which is no mask: what is missing is the gradient.
  @Test(arguments: ["mask («grad» == 0)", "mask («bias.grad» != 0)", "mask (0 == «m.grad»)"])
  func aGradientThatIsNotThere(cell: String) {
    let notebook = Notebook.after(["conv 1 2 3 as m"])
    let name = cell.contains("bias") ? "bias.grad" : cell.contains("m.") ? "m.grad" : "grad"
    notebook.expectRefused(
      cell, "'\(name)' is None, not a tensor", "forward and backward compute gradients")
  }

  /// Without keys each layer of a network is asked as its own mask was.
  @Test func networksAreComparedByTheirOwnMasks() {
    var notebook = Notebook.after([
      "net conv(1,4,3) relu conv(4,4,3) relu conv(4,2,3) as n", "input 1 1 8 8",
      "mask 0.5 n.conv1 structure=kernel_row", "mask 0.25 n.conv2 structure=channel",
    ])
    func headings(_ cell: String) -> [String] {
      (notebook.shown(cell) ?? "").split(separator: "\n").filter { $0.contains("zero  largest") }
        .map { String($0.prefix { $0 != "m" }).trimmingPrefix(" ").split(separator: "  ")[0] }
        .map(String.init)
    }
    #expect(headings("compare 0.5 n") == ["kernel row", "channel", "filter"])
    #expect(headings("compare 0.5 structure=kernel n") == ["kernel", "kernel", "kernel"])
  }

  // What is refused: the place, the message, the remedy; nothing changes.

  @Test(
    arguments: [
      ("mask 0.5 «structure=row»", "row can mean two things", "kernel_row is a kernel's row"),
      ("mask 0.5 «structure=column»", "column can mean two things", "kernel_column is"),
      ("mask 0.5 «structure=kernl»", "there is no structure 'kernl'", "did you mean 'kernel'?"),
      ("mask 0.5 «score=l3»", "there is no score 'l3'", "the scores are l1, l2, linf"),
      ("mask 0.5 «score=tailor»", "there is no score 'tailor'", "did you mean 'taylor'?"),
      (
        "mask 0.5 «score=taylor»", "the score taylor needs the gradient", "run forward and backward"
      ),
      ("mask 0.5 «score=[1, 2, 3]»", "the scores need the shape [4]", nil),
      ("mask 0.5 «score=batchnorm» structure=channel", "batchnorm is one of filters", "leave"),
      ("mask «1.5»", "the rate must be at least 0 and below 1", "a rate is the share"),
      ("mask 0.5 «block=3x1»", "block=3x1: 3 does not divide OUT = 4", "4: 1, 2, 4"),
      ("mask 0.5 «block=2x3»", "block=2x3: 3 does not divide IN·KH·KW = 2", "2: 1, 2"),
      ("mask 0.5 «block=0x3»", "block must be at least 1", nil),
      ("mask 0.5 «vector=3»", "vector=3: 3 does not divide OUT = 4", "4: 1, 2, 4"),
      ("mask «keep=2:4»", "keep=2:4: 4 does not divide IN = 2", "2: 1, 2"),
      ("mask «keep=4:2»", "keep needs N:M with 0 < N < M", nil),
      ("mask «1:4»", "1:4 can mean 1 kept or 1 removed of 4", "write keep=1:4 or keep=3:4"),
      ("mask 0.5 «keep=1:2»", "keep=N:M takes no rate", "leave the rate out"),
      ("mask 0.5 «count=2»", "a rate and count= both say how many go", "leave one of them out"),
      ("mask «structure=kernel»", "how many are to go is missing", "0.5 removes half"),
      ("mask «scope=global»", "how many are to go is missing", "0.5 removes half"),
      ("mask 0.5 «filter=0.25»", "'filter=' is a part of a mixed mask", "filter=0.5 connection"),
      ("mask structure=kernel «filter=0.25»", "'filter=' is a part of a mixed mask", nil),
      ("mask «count=5»", "count=5 is more than there are: 4 filters", nil),
      ("mask «2»", "the rate must be at least 0", "count=2 so many"),
      ("mask 0.5 «structure=block»", "no structure 'block'", "block=2x3"),
      ("mask 0.5 structure=kernel «block=2x2»", "'structure=' and 'block=' name two", "mixed"),
      ("mask 0.5 «structure=depth»", "no shortcut leads past this one", "residual(…)"),
      ("«mask count=4»", "the mask would remove every filter", "allow_empty=true"),
      ("mask «[0, 0, 0, 0]»", "the mask would remove every filter", "allow_empty=true"),
      ("mask «[0, 1]»", "a mask has the shape [4] of the filters", "structure=channel"),
      ("mask «[0, 2, 1, 1]»", "a mask has zeros and ones, not 2", "mask RATE"),
      ("mask «[0, 1, 1]» structure=channel", "of structure channel has the shape [2]", nil),
      ("mask [0, 1, 1, 1] «score=l2»", "'score=' is for masks that are chosen", "leave score="),
      ("mask count=2 «round=even»", "'round=' is for rates", "leave round= out"),
      ("mask keep=1:2 «round=even»", "'round=' is for rates", "leave round= out"),
      ("mask 0.5 «structure=\"kernl\"»", "there is no structure 'kernl'", "'kernel'?"),
      ("mask «count=tensor(1.5)»", "count must be a whole number", nil),
      ("mask «filter=2»", "the rate must be at least 0 and below 1", nil),
      ("mask 0.5 «structre=kernel»", "there is no key 'structre'", "did you mean 'structure='?"),
      ("mask 0.5 «scope=all»", "scope must be local or global", nil),
      ("scores «structure=row»", "row can mean two things", "kernel_row"),
      ("compare 0.5 «structure=depth»", "no shortcut leads past this one", "residual(…)"),
      ("ablate 0.5 «block=3x1»", "3 does not divide OUT = 4", "1, 2, 4"),
    ] as [(String, String, String?)])
  func refuses(text: String, message: String, remedy: String?) {
    Notebook.after(Self.conv + ["mask 0.5"]).expectRefused(text, message, remedy)
  }

  @Test func aLinearLayerHasNoKernels() {
    var notebook = Notebook.after(["linear 4 6 as m"])
    #expect(notebook.shown("mask 0.5 structure=channel") != nil)
    #expect(notebook.shown("mask 2:4; mask.shape") == "torch.Size([6, 4])")
    #expect(notebook.shown("mask 0.5 block=3x2; mask.shape") == "torch.Size([2, 2])")
    let failure = notebook.run("mask 0.5 structure=kernel").failure
    #expect(
      failure?.message == "mask: kernel is for a weight [OUT, IN, KH, KW], not for [6, 4]")
    #expect(failure?.remedy?.contains("filter (an output)") == true)
  }
}
