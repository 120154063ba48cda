import Language
import Pruning
import Reports
import Tensors

/// `structures`: what a mask can keep or remove as one, and by which scores, drawn and named.
enum StructuresCommand: Command {
  static let name = "structures"
  static let summary = "show what a mask can keep or remove as one, and the scores"
  static let details = """
    Draws each structure on a weight of 4 filters with 3 channels and kernels of 3 × 3: the weights
    of one group, which goes or stays as one. Beside it the mask's shape, and whether a linear
    weight [OUT, IN] has such groups; below it what other tools and papers call it. Then the scores.
    structures NAME shows one of them larger and says more; block=RxC, vector=V and keep=N:M take
    sizes that fit that weight.

    Which axes a name stands for is dpu's own reading: the abstract of Hu et al. lists depth-wise,
    filter-wise, channel-wise, 2D-filter-wise, row-wise, column-wise, connection-wise and mixed,
    without formulas. A bias goes with its filter and with no other structure.
    """
  static let example = """
    structures kernel
    #> kernel: every KH, KW at one OUT, IN
    #>
    #> filter 0                 filter 1                 filter 2
    #> . . .   . . .   . . .    . . .   o o o   . . .    . . .   . . .   . . .
    #> . . .   . . .   . . .    . . .   o o o   . . .    . . .   . . .   . . .
    #> . . .   . . .   . . .    . . .   o o o   . . .    . . .   . . .   . . .
    #>
    #> filter 3
    #> . . .   . . .   . . .
    #> . . .   . . .   . . .
    #> . . .   . . .   . . .
    #>
    #> o  one group: goes or stays as one
    #>
    #> mask         [OUT, IN], here [4, 3]: 12 groups of 9 weights
    #> linear       has none
    #> also called  2D filter (SSL, Hu et al.); connectivity (PatDNN)
    #> mask 0.5 structure=kernel
    """

  /// What is drawn: 4 filters of 3 channels, each kernel 3 × 3.
  private static let weight: Shape = [4, 3, 3, 3]
  /// In the middle of the weight: filter 1, channel 1, the middle of the kernel.
  private static let element = 40
  /// What a linear layer's groups are, where they have names of their own.
  private static let linearNames = ["filter": "an output", "channel": "an input"]

  static let chosen = Argument<String>(
    "NAME", kind: .number,
    words: SparseStructures.samples.map(\.key) + Scores.all.map(\.name),
    fits: { $0.word != nil },
    decode: { value, _ in
      let name = MaskArguments.structureName(value)
      if SparseStructures.samples.contains(where: { $0.key == name })
        || Scores.all.contains(where: { $0.name == name })
      {
        return name
      }
      throw MaskArgumentError.noStructure(value.word ?? value.quoted)
    })
  static let forms = [Form(), Form(chosen)]
  static let keywords: [any AnyArgument] = [
    MaskArguments.block, MaskArguments.vector, MaskArguments.keep,
  ]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    if let structure = try MaskArguments.structure(of: call),
      let key = keywords.first(where: { call.has($0) })
    {
      if call.has(chosen) {
        throw call.placed(
          MaskArgumentError.twoStructures(MaskArguments.structure.name, key.name), at: key)
      }
      return .report(try call.placing(at: key) { try large(structure) })
    }
    guard let name = try call[optional: chosen] else { return .report(try list) }
    if let structure = SparseStructures.samples.first(where: { $0.key == name }) {
      return .report(try large(structure))
    }
    return Scores.all.first { $0.name == name }.map { .text("\($0.name): \($0.explanation)") }
  }

  // dpu alone has it.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

// MARK: Drawing

extension StructuresCommand {
  /// Every structure, each with a small picture, and the scores.
  private static var list: Report {
    get throws {
      var report = Report([
        .text(
          """
          Structures, on a weight of 4 filters, 3 channels and kernels of 3 × 3: o marks
          one group, which goes or stays as one (# what stays of neighbours). How the
          names are read is dpu's own: the paper gives no formulas.
          """)
      ])
      for (index, structure) in SparseStructures.samples.enumerated() {
        let linear = linearNames[structure.name].map { "linear: \($0)" } ?? "linear too"
        let isMixed = structure.parts.count > 1
        let captions = [
          isMixed ? structure.key : structure.name, structure.maskShape,
          structure.fitsLinear ? linear : "",
        ]
        report.append(
          Report([
            .tiles(
              TileMap(
                weight, tiles: try tiles(of: structure), isSmall: true, hasTitles: index == 0,
                captions: (index == 0 ? [""] + captions : captions, 22))),
            .text("  " + (isMixed ? structure.name + " here; " : "") + structure.otherNames),
          ]))
      }
      let scores = Table(
        Scores.all.map { [$0.name, $0.explanation] }, leading: [0, 1])
      report.append(
        Report([.table(scores), .text("score=TENSOR  numbers of your own, one for each group")]),
        under: "Scores: the lowest go; dim is what varies within a group")
      return report
    }
  }

  /// One structure, larger, with what there is to say of it.
  private static func large(_ structure: any SparseStructure) throws -> Report {
    let partition = try structure.partition(of: weight)
    let groups = partition.count
    let size = partition.groupSize
    let shape = "\(structure.maskShape), here \(partition.groups): "
    let linear = linearNames[structure.name] ?? "such groups"
    let facts = Table(
      [
        [
          "mask",
          shape
            + "\(groups) group\(groups == 1 ? "" : "s") of \(size) weight\(size == 1 ? "" : "s")",
        ],
        ["linear", structure.fitsLinear ? "has \(linear) too" : "has none"],
        ["also called", structure.otherNames],
      ], leading: [0, 1])
    let isPattern = partition.contest != nil
    var legend: [(tile: TileMap.Tile?, text: String)] = [
      (
        .marked,
        isPattern || structure.parts.count > 1 ? "goes" : "one group: goes or stays as one"
      )
    ]
    if isPattern { legend.append((.kept, "stays")) }
    if partition.view != weight { legend.append((nil, TileMap.matrixNote)) }
    return Report([
      .text("\(structure.name): \(structure.meaning)"), .text(""),
      .tiles(
        TileMap(
          weight, tiles: try tiles(of: structure),
          layout: partition.view == weight ? .panels : .matrix, legend: legend)), .text(""),
      .table(facts), .text(structure.example),
    ])
  }

  /// The elements of the group in the middle; of a pattern the neighbours that compete, of a mixed
  /// structure what one group of each part removes.
  private static func tiles(of structure: any SparseStructure) throws -> [TileMap.Tile] {
    var tiles = [TileMap.Tile](repeating: .blank, count: weight.count)
    for part in structure.parts {
      let partition = try part.partition(of: weight)
      let group = partition.group(of: element)
      for place in tiles.indices where partition.group(of: place) == group {
        tiles[place] = .marked
      }
    }
    if let contest = try structure.partition(of: weight).contest {
      // Neighbours along IN are as far apart as a kernel is large; the first ones go.
      let step = weight[2] * weight[3]
      let first = element - element / step % weight[1] % contest.size * step
      for place in 0..<contest.size {
        tiles[first + place * step] = place < contest.removed ? .marked : .kept
      }
    }
    return tiles
  }
}

extension SparseStructure {
  /// The word by which `structures` knows it: its name without sizes.
  fileprivate var key: String {
    parts.count > 1 ? "mixed" : String(name.prefix { $0 != "=" })
  }

  /// What is typed for a mask of it.
  fileprivate var example: String {
    if parts.count > 1 {
      return "mask " + parts.map { "\($0.name)=0.5" }.joined(separator: " ")
    }
    if isPattern { return "mask \(name)" }
    // What has sizes is its own key.
    if name.contains("=") { return "mask 0.5 \(name)" }
    if isOfFilters { return "mask 0.5" }
    return "mask 0.5 structure=\(name)"
      + (isOfWholeLayers ? "   for layers within residual(…)" : "")
  }
}

extension Score {
  /// The formula with what its words do not tell.
  fileprivate var explanation: String {
    formula.contains("rows") ? formula + ", a row for each group" : formula
  }
}
