import Testing

@testable import Notebook

/// The unit's gradient and what is said of it, for every structure.
struct StraightThroughTests {
  private static let convolutions = [
    "structure=filter", "structure=channel", "structure=kernel", "structure=shape",
    "structure=stripe", "structure=kernel_row", "structure=kernel_column", "structure=slice_row",
    "structure=slice_column", "structure=spatial", "structure=connection", "block=2x3", "vector=2",
    "keep=1:2", "filter=0.3 kernel=0.4",
  ]
  private static let linears = [
    "structure=filter", "structure=channel", "structure=connection", "block=2x2", "vector=2",
    "keep=1:2", "filter=0.3 connection=0.4",
  ]

  /// A random layer with its input, and the dense one of the same values, `d`.
  private static func layer(
    _ structure: String, isLinear: Bool, _ random: inout SplitMix
  ) -> Notebook {
    let (outputs, inputs) = (2 * random.whole(1...4), 2 * random.whole(1...3))
    let bias = random.pick("true", "false")
    let amount = structure.contains("0.") || structure.contains("keep") ? "" : "0.5 "
    var cells = ["seed \(random.whole(0...9999))"]
    if isLinear {
      cells += ["linear \(inputs) \(outputs) bias=\(bias) as m", "epsilon 1e-6"]
      cells += ["input randn(\(random.whole(1...3)), \(inputs))"]
    } else {
      // A block of three columns divides a kernel of three.
      let size = structure.contains("block") ? 3 : random.whole(1...3)
      let (padding, stride) = (random.whole(0...1), random.whole(1...2))
      cells += [
        "conv \(inputs) \(outputs) \(size) padding=\(padding) stride=\(stride) bias=\(bias) as m",
        "input \(random.whole(1...2)) \(inputs) 4 5",
      ]
    }
    cells += [
      "mask \(amount)\(structure) allow_empty=true", "copy m as d", "mask off", "use m",
    ]
    var notebook = Notebook()
    for cell in cells {
      let failure = notebook.run(cell).failure
      #expect(failure == nil, "\(cells): \(failure?.message ?? "")")
    }
    return notebook
  }

  private static func each(
    _ count: Int, _ body: (_ structure: String, _ notebook: inout Notebook) -> Void
  ) {
    for (structures, isLinear) in [(convolutions, false), (linears, true)] {
      for structure in structures {
        for seed in 0..<count {
          var random = SplitMix(seed: UInt64(seed))
          var notebook = layer(structure, isLinear: isLinear, &random)
          body(structure, &notebook)
        }
      }
    }
  }

  /// Directly after the layer the gradient is the dense layer's, at every weight.
  @Test func afterTheLayerTheGradientIsTheDenseLayers() {
    Self.each(12) { structure, notebook in
      for cell in ["forward m input=input; backward", "forward d input=input; backward"] {
        _ = notebook.run(cell)
      }
      #expect(notebook.shown("equal(m.weight.grad, d.weight.grad)") == "True", "\(structure)")
      #expect(notebook.shown("(m.weight.grad != 0).any()") == "tensor(True)", "\(structure)")
    }
  }

  /// Through ReLU it is that of a dense layer run on the used weight, and bias where filters go.
  @Test func throughReLUItIsThatOfTheUsedWeight() {
    Self.each(12) { structure, notebook in
      for cell in [
        "weight m.pruned d",
        structure.contains("filter")
          ? "k = (m.pruned.abs().flatten(1).sum(1) > 0).float(); b = m.bias" : "b = m.bias",
      ] { _ = notebook.run(cell) }
      if structure.contains("filter"), notebook.shown("b") != "None" {
        _ = notebook.run("bias (b * k) d")
      }
      for cell in [
        "forward m input=input; relu; backward", "forward d input=input; relu; backward",
      ] {
        #expect(notebook.run(cell).failure == nil, "\(cell)")
      }
      #expect(notebook.shown("equal(m.weight.grad, d.weight.grad)") == "True", "\(structure)")
    }
  }

  /// Only masked weights with a gradient disagree with the differences, and all of them do.
  @Test func gradcheckRaisesNoFalseAlarm() {
    Self.each(2) { structure, notebook in
      for cell in ["forward m input=input; relu; backward", "forward m input=input; relu"] {
        _ = notebook.run(cell)
      }
      let meant = notebook.shown("((m.pruned == 0) & (m.weight.grad.abs() > 2e-5)).sum()")
      let result = notebook.run("gradcheck")
      #expect(result.failure?.message == nil, "\(structure)")
      let row = (result.text ?? "").split(separator: "\n").first { $0.hasPrefix("m.weight ") }
      let columns = row?.split(separator: " ") ?? []
      #expect("tensor(\(columns.suffix(2).first ?? ""))" == meant, "\(structure)")
    }
  }

  /// Ordinary pruning with the same mask blocks each of its elements, and says so.
  @Test func whySaysThatTheMaskBlocks() {
    Self.each(1) { structure, notebook in
      for cell in [
        "k = (m.pruned != 0).float()", "use d; prune k", "forward d input=input; backward",
      ] { #expect(notebook.run(cell).failure == nil, "\(cell)") }
      let count = notebook.shown("(k == 0).sum().item()") ?? ""
      let map = notebook.shown("why d.weight_orig.grad") ?? ""
      #expect(
        map.split(separator: "\n").contains {
          $0.split(separator: " ", maxSplits: 2).map(String.init)
            == ["M", count, " the mask blocks it"]
        } || count == "0", "\(structure): \(count)\n\(map)")
    }
  }

  @Test(arguments: [
    ("0.5 structure=kernel", "kernel [0, 0]"), ("0.5 structure=channel", "channel 0"),
    ("0.5 block=1x4", "1x4 block [0, 0]"), ("0.5", nil),
    ("filter=0.5 kernel_row=0.5", nil), ("channel=0.5 spatial=0.5", "channel 0"),
  ]) func whyNamesTheGroup(mask: String, group: String?) {
    var notebook = Notebook()
    for cell in [
      "conv 2 2 2 bias=false as m", "weight = weight.abs() + 0.1",
      "weight[0] = 0.01; weight[1, 0] = 0.02", "mask \(mask)", "forward; backward",
    ] { #expect(notebook.run(cell).failure == nil, "\(cell)") }
    let line = group.map { $0 + " is masked" } ?? ""
    let lines = (notebook.shown("why grad[0, 0, 0, 0]") ?? "")
      .split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.dropFirst().first.map(String.init) == line)
    // Ordinary pruning keeps no structure: the largest group is named that is gone as a whole.
    _ = notebook.run("k = (pruned != 0).float(); mask off; prune k; zero_grad; forward; backward")
    let pruned = notebook.shown("why grad[0, 0, 0, 0]") ?? ""
    #expect(pruned.contains("\nzero because the mask blocks it\n"))
    #expect(pruned.contains(" is masked\nzero") == (group?.contains("channel") == true))
    #expect(notebook.shown("why grad[1, 1, 0, 0]")?.contains("is masked") == false)
  }
}
