import Foundation
import TestSupport
import Testing

@testable import Notebook

/// Sessions as Python programs. `Fixtures/record_programs.py` has run those of the examples and seen
/// that PyTorch prints what dpu prints; here they are the same programs.
struct PythonProgramTests {
  struct Program: Codable, Equatable {
    let name: String
    let text: String
    let shown: String

    init(name: String, _ program: PythonProgram) {
      self.name = name
      text = program.text
      shown = program.shown.joined(separator: "\n")
    }
  }

  struct Content: Decodable { let programs: [Program] }

  /// What examples do not show.
  private static let others: [(name: String, cells: [String])] = [
    (
      "tensors of files",
      [
        "net conv(1,8,3) relu maxpool(2) flatten linear(72,10) as n", "load digits.pt into n;",
        "load digits.npz images as images; load digits.npz labels as labels;",
        "load digits.pt 4.bias as b;", "forward n input=(images / 16); output.argmax(1)",
        "n.conv1.weight[0]", "labels", "b", "images[0, 0]",
      ]
    ),
    (
      "every structure",
      ["conv 4 6 (3, 2) padding=1 as dense; input 2 4 5 5"]
        + [
          "filter", "channel", "kernel", "shape", "stripe", "kernel_row", "kernel_column",
          "slice_row", "slice_column", "spatial", "connection",
        ].flatMap { name in
          [
            "copy dense as m; mask 0.5 structure=\(name)", "pruned[1]", "scores",
            "forward m; relu; backward; m.weight.grad[0]", "m.bias.grad",
          ]
        }
    ),
    (
      "tiles, patterns and mixed masks",
      [
        "conv 4 6 3 as dense; input 1 4 4 4",
        "copy dense as a; mask 0.25 block=2x3", "a.pruned[0, 0]", "scores a",
        "copy dense as b; mask 0.5 vector=3", "b.pruned[:2, 0, 0]",
        "copy dense as c; mask 2:4", "c.pruned[0, :, 0, 0]", "copy dense as d; mask keep=1:4",
        "copy dense as e; mask filter=0.34 connection=0.5", "e.pruned[1]",
        "forward e; backward; e.bias.grad", "copy dense as f; mask filter=0.25 channel=0.5",
        "f.mask", "mask count=2 structure=channel f", "mask 0.3 structure=kernel round=even f",
        "linear 6 4 as l; mask 0.5 structure=channel", "forward l input=[[1, 2, 3, 4, 5, 6]]",
        "backward; l.bias.grad", "mask 0.5 block=2x2 l", "mask 2:4 structure=connection",
      ]
    ),
    (
      "every score",
      ["conv 3 4 3 padding=1 as dense; input 1 3 4 4; forward; relu; backward"]
        + ["l1", "l2", "linf", "random", "taylor", "snip", "gradient", "fpgm"].flatMap { name in
          [
            "mask 0.5 score=\(name) dense", "mask 0.3 structure=kernel score=\(name) dense",
            "scores structure=channel score=\(name) dense",
          ]
        } + [
          "mask 0.5 structure=connection score=snip dense", "mask 0.5 normalize=mean dense",
          "scores structure=stripe normalize=mean dense", "rand(1)",
        ]
    ),
    (
      "masks that are given or change",
      [
        "conv 2 3 2 as m; mask [1, 0, 1]", "mask [0, 1] structure=channel", "pruned",
        "mask (weight > 0)", "pruned", "m.mask[0] = 1; m.mask", "r = 0.4; mask r",
        "mask r structure=kernel", "mask (1 - r) structure=channel", "k = 1; mask count=k",
        "mask off; mask", "m.mask = 1",
      ]
    ),
    (
      "networks with masks",
      [
        "net conv(1,4,3) relu conv(4,3,3) relu flatten linear(12,5) relu linear(5,2) as n",
        "input 1 1 6 6; mask 0.5;", "n.conv1.mask; n.conv2.mask",
        "mask 0.5 scope=global normalize=mean;", "n.conv1.mask", "n.conv2.mask",
        "mask 0.3 structure=connection layers=all;", "n.linear1.mask",
        "forward; cross_entropy target=1; backward", "n.linear1.weight.grad[0]",
        "mask count=3 structure=kernel scope=global n;", "n.conv2.mask", "forward n",
      ]
    ),
    (
      "units",
      [
        "conv 2 4 3 padding=1 as m; input 1 2 4 4; a = 0.25",
        "unit soft forward=(x * mask) backward=(grad * (a + 0.75 * mask));", "a = 3;",
        "unit kept forward=(where(mask == 1, x, x / 10)) backward=grad_output;",
        "unit bounded forward=(x * mask) backward=(grad - (1 - mask) * clamp(x, -0.1, 0.1));",
        "mask 0.5 unit=soft", "pruned[0]", "forward; relu; backward; grad", "m.bias.grad",
        "mask 0.5 unit=kept", "zero_grad; forward; backward; grad[0]",
        "mask 0.5 structure=kernel unit=blocked", "pruned[0]",
        "zero_grad; forward; backward; grad[0]", "mask unit=sr_ste",
        "zero_grad; forward; backward; grad",
        "copy m as p; mask 0.5 unit=bounded", "forward; backward; p.weight.grad[1]",
        "mask 0.5", "zero_grad; forward; backward; grad[0]",
      ]
    ),
    (
      "what follows from a command without lines",
      [
        "net conv(1,2,3) relu conv(2,1,1) as n; mask 0.5 n.conv1;", "compact n as small;",
        "small.conv1.weight", "input 1 1 3 3", "forward small", "output", "relu", "forward n",
        "relu", "output.sum()", "small = 3", "small + 1",
        "copy n as m; for u in \"dpu\" \"blocked\" { mask 0.5 unit=u m.conv1; 1 };", "m.conv1.mask",
        "n.conv1.mask",
      ]
    ),
    (
      "pasted tensors of every type",
      [
        "k = tensor([9007199254740993, -1])", "tensor([[True, False]])",
        "tensor([1., 2., 3.])[tensor([true, false, true])]", "tensor([True, False]) & (k > 0)",
      ]
    ),
    (
      "words of Python", ["tensor [1, nan] as lambda", "conv 1 1 1 as print; print.bias", "lambda"]
    ),
    (
      "earlier values",
      [
        "tensor [1, 2]", "conv 1 1 1; bias", "Out[1]", "_", "backward no", "forward",
        "Out[6].shape",
      ]
    ),
    (
      "inner gradients",
      [
        "conv 1 2 3; mask 0.5; forward as y; relu", "y.grad", "backward;", "y.grad",
        "output.grad[0]", "y[0].grad", "forward; relu; backward; y.grad", "grad as g",
        "forward; relu; backward; g", "zero_grad; grad",
      ]
    ),
    (
      "pruned copies",
      [
        "conv 1 4 3 as m; prune 0.5; copy m as p", "forward; backward", "p.weight.grad",
        "step 0.1; p.weight_orig", "weight m", "prune 0.5 m", "mask 0.5 p", "pruned",
        "forward p; backward", "prune remove m", "prune [1, 0, 1, 0] m",
      ]
    ),
    (
      "PyTorch's pruning functions",
      [
        "linear 4 3 as a; conv 2 3 2x1 as b", "prune is_pruned a; prune l1_unstructured 0.3 a",
        "prune random_unstructured 2 a", "a.weight", "prune is_pruned a",
        "prune ln_structured 1 n=2 dim=1 a", "prune ln_structured 0.5 n=-inf dim=-1 b",
        "prune random_structured 1 dim=0 b", "b.weight", "rand(2)",
        "prune [[1, 0, 1, 1], [1, 1, 1, 1], [0, 1, 1, 1]] a",
        "forward a input=[[1, 2, 3, 4]]; backward", "a.weight_orig.grad", "prune remove a",
        "a.weight", "prune identity a", "prune global_unstructured 0.5 a b;", "a.weight_mask",
        "b.weight_mask", "prune global_unstructured 3 b pruning_method=random;", "b.weight_mask",
        "net conv(1,2,2) relu conv(2,3,2) as n; prune ln_structured 1 n=1.5 dim=-3 n;",
        "n.conv1.weight", "n.conv2.weight_mask", "prune is_pruned n",
        "prune global_unstructured 0.1 n a;", "n.conv2.weight_mask", "a.weight_mask", "rand(2)",
        "conv 1 2 2 as c; prune global_unstructured 0.4 c c;", "c.weight_mask",
        "prune ln_structured 1 n=1e30 dim=-1 c", "prune ln_structured 0.5 n=fro dim=2 c",
        "prune ln_structured 0 n=inf dim=0 c", "c.weight",
        "net conv(1,2,2) flatten linear(8,3) linear(3,2) as k; prune 0.5 layers=all;",
        "k.linear1.weight", "k.linear2.weight", "prune global_unstructured 0.3 k layers=all;",
        "k.linear1.weight_mask", "prune remove layers=all; k.linear1.weight",
      ]
    ),
    (
      "linear layers with masks",
      [
        "linear 3 2 as a; mask [0, 1]", "forward input=[[1, 2, 3]]; backward", "pruned", "scores",
        "epsilon 0.5; forward", "epsilon", "mask [[1, 0, 1], [0, 1, 1]]; forward", "bias.grad",
        "prune 0.5", "prune [0, 1]", "linear 2 2 as b",
      ]
    ),
    (
      "networks",
      [
        "net conv(1,2,3) residual(conv(2,2,3,padding=same) batchnorm(2) leaky_relu(0.1)) flatten "
          + "linear(8,2) as n", "forward; cross_entropy target=1; backward;",
        "n.residual1.conv1.weight.grad", "mask 0.5; n[0].mask",
        "step 0.1; zero_grad; n.linear1.bias",
        "eval; n.residual1.batchnorm1.running_var; forward", "copy n as k; use k.residual1.conv1",
        "weight n.conv1", "mask off n; n.conv1.mask",
      ]
    ),
    (
      "losses",
      [
        "tensor [[1, 2, 3], [0, -1, 1]] requires_grad=true as s; cross_entropy s target=[2, -100]",
        "cross_entropy [1, 2, 3] target=1", "tensor [0, 1] as t; cross_entropy s target=t",
        "mse s target=0.5; backward", "s.grad", "mse s target=s", "mean s", "backward s; s.grad",
      ]
    ),
    (
      "loops",
      [
        "conv 1 4 3 as m", "repeat 3 { zero_grad; forward; relu; backward; step 0.02 }",
        "m.weight[0]", "for r in 0.25 0.5 0.75 { mask r; (mask == 0).sum() } as curve", "curve",
        "x = 1.5; repeat 4 { x = x * 2 }", "for i in range(1, 40) { i * 2 }",
        "for i in range(3) { [i, i * 0.5] } as t; t", "mask off; repeat 2 { relu (output * 2) }",
        "for s in 0.1 0.01 { seed 3; input 1 1 5 5; zero_grad; forward; backward; step s; "
          + "grad.norm() } as g; g", "repeat 2 { for k in [1, 2] { x = x + k } }", "x",
        "for row in m.weight { row.sum() } as sums; sums", "for v in sums { v.item() }; _ * 2",
        "repeat 3 { y = x * m.bias; for i in 0 1 { y[i] } as z }; z",
        "y = m.bias + 1; repeat 2 { backward (y + 1).sum() }; y.grad",
        "repeat 3 { seed 1; rand(2) }", "for i in 1 2 { zeros(i) }",
      ]
    ),
    (
      "loops over layers",
      [
        "net conv(1,2,3) relu conv(2,3,1) flatten linear(12,2) as n", "forward; backward;",
        "for l in n { l.weight.numel() } as sizes; sizes",
        "for l in n.conv1 n.conv2 { mask 0.5 l; l.mask.sum() } as kept; kept", "n.conv2.mask",
        "for l in n { step 0.1 l; zero_grad l }", "n.linear1.bias", "l.bias.grad",
        "for l in n.conv1 n.conv2 { use l; epsilon off; weight[0] = 1 }; n[2].weight[0]",
      ]
    ),
    (
      "parts that are given values",
      [
        "conv 1 2 2 bias=false as m", "weight[0] = 0", "m.weight = weight * 2",
        "weight[weight > 0.1] = 5", "weight[1, ..., 0] = [[3, 4]]", "k = 1; weight[k, 0, :1] = k",
        "mask = 0", "mask[1] = 1", "mask = scores > 9", "input ones 1 1 3 3; x = input",
        "input[0, 0, 1:] = 2", "x", "input = input - 1", "forward", "input = 3", "weight = 0.5",
        "weight = repeat 2 { weight + 1 }",
      ]
    ),
    (
      "computed arguments",
      [
        "conv 1 2 2 as m; input 1 1 4 4; r = 0.5", "mask r", "mask (1 - r)", "forward; relu;",
        "backward (output ** 2).mean()", "step (r / 10)", "epsilon (r * 2)", "input (input * 2)",
        "forward", "weight (weight * 2)", "relu (output - 1)", "mse target=(output * 0.5)",
        "mse [1, 2] target=r", "tensor (m.weight[0, 0] * r) requires_grad=true as t",
        "flatten (t.view(1, 2, 2))", "cross_entropy (t * 2) target=[0, 1]",
        "leaky_relu t negative_slope=r", "for c in 0 1 { cross_entropy [[1, 2]] target=c }; _",
        "s = 7; seed s; rand(1)", "backward (t * 2); t.grad",
      ]
    ),
    (
      "what fails and what is dpu's own",
      [
        "conv 1 2 3 padding=1 as c", "input 1 3 4 4; nonsense", "input 1 1 4 4", "layers",
        "mask 0.5; why", "seed 3; input zeros 2 1 1 3 requires_grad=true", "c.mask", "forward;",
        "printoptions precision=2 sci_mode=true; output", "reset", "conv 1 1 1", "c",
      ]
    ),
  ]

  private static func programs() throws -> [Program] {
    try CommandTable.sessionCommands.compactMap { command in
      PythonProgram(exampleOf: command).map { Program(name: command.name, $0) }
    } + others.map { Program(name: $0.name, try PythonProgram(cells: $0.cells)) }
  }

  @Test func pyTorchPrintsWhatCellsShow() throws {
    let recorded = (try Fixture.read("programs") as Content).programs
    let written = try Self.programs()
    #expect(written.map(\.name) == recorded.map(\.name))
    for (found, expected) in zip(written, recorded) {
      #expect(TextDifference(found.text, expected.text) == nil, "\(found.name)")
      #expect(TextDifference(found.shown, expected.shown) == nil, "\(found.name)")
    }
  }

  /// What PyTorch has at all is in its command's example.
  @Test func whatIsDpusOwnIsNamed() {
    let without = CommandTable.sessionCommands.filter { PythonProgram(exampleOf: $0) == nil }
    #expect(
      Set(without.map { $0.name }) == [
        "layers", "summary", "filters", "why", "graph", "compare", "ablate", "gradcheck", "view",
        "notes", "groups", "structures", "plot", "units", "compact", "sparsity",
        "audit", "save",
      ])
  }

  /// Parts of help's texts that are programs.
  @Test func helpShowsTheLinesOfTheExample() {
    let text = Help.text(for: MaskCommand.self)
    #expect(
      text.contains("In PyTorch:\n  conv1 = Conv2d(1, 4, kernel_size=(3, 3), stride=(1, 1))\n"))
    #expect(text.contains("  conv1.calculate_mask(0.5)\n  print(conv1.mask)\n"))
    #expect(text.hasSuffix("help pytorch shows keep_highest, spread, DPU, Masked, Conv2d."))
    #expect(!Help.text(for: WhyCommand.self).contains("In PyTorch"))
    for definition in PythonDefinition.allCases {
      let name = "\(definition.name)"
      #expect(Help.text(about: "pytorch")?.contains(name) == true)
    }
  }

  /// Not a test: writes the programs for `record_programs.py`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["DPU_WRITE_PROGRAMS"] != nil))
  func writesPrograms() throws {
    let environment = ProcessInfo.processInfo.environment
    let path = try #require(environment["DPU_WRITE_PROGRAMS"])
    var programs = try Self.programs()
    if let folder = environment["DPU_PROGRAMS_OF"] {
      programs = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        let cells = try SessionFile(text: text, path: name).cells.map(\.source)
        return Program(name: name, try PythonProgram(cells: cells))
      }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    try encoder.encode(programs).write(to: URL(fileURLWithPath: path))
  }
}
