import Functions
import Layers
import Tensors

@testable import Notebook

/// Cells that a person might type in a given state: most of them work, all commands occur.
struct RandomCells {
  var random: SplitMix
  /// A folder whose files cells may write and replay.
  let folder: String
  private var filesMade = 0

  init(seed: UInt64, folder: String) {
    random = SplitMix(seed: seed)
    self.folder = folder
  }

  /// The next cell.
  mutating func cell(in notebook: Notebook) -> String {
    if random.chance(0.12) { return around(notebook) }
    var session = notebook.session
    var commands: [String] = []
    for _ in 0..<random.pick(1, 1, 1, 1, 2, 3) {
      commands.append(command(in: session, number: notebook.nextNumber))
      // Further commands of a cell meet the state that the first ones make.
      var trial = Notebook(files: FileAccess(reading: .folders([]), writing: .folders([])))
      trial.session = session
      if trial.run(commands[commands.count - 1]).failure == nil { session = trial.session }
    }
    var cell = commands.joined(separator: "; ")
    if random.chance(0.2) { cell += ";" }
    if random.chance(0.02) { cell = "time " + cell }
    return random.chance(0.02) ? damaged(cell) : cell
  }

  /// A cell with one of its bytes dropped, doubled or replaced.
  private mutating func damaged(_ cell: String) -> String {
    var bytes = Array(cell.utf8)
    let place = random.whole(0...bytes.count - 1)
    switch random.whole(0...2) {
    case 0: bytes.remove(at: place)
    case 1: bytes.insert(bytes[place], at: place)
    default: bytes[place] = random.pick(Array(" ;#[]()=.,\"\\-0x".utf8)) ?? 0x20
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A cell that works on the notebook.
  private mutating func around(_ notebook: Notebook) -> String {
    let last = max(1, notebook.nextNumber - 1)
    let command = random.pick(CommandTable.notebookCommands.map { $0.name }) ?? "help"
    switch command {
    case "undo", "redo", "diff":
      return random.chance(0.1) ? "\(command) 100" : "\(command) \(random.whole(1...3))"
    case "rerun":
      let first = random.whole(max(1, last - 6)...last)
      return random.chance(0.5) ? "rerun \(first)" : "rerun \(first)-\(min(last, first + 2))"
    case "save":
      filesMade += 1
      return "save \(folder)/\(filesMade).dpu"
    case "export":
      return "export \(folder)/e\(random.pick(".md", ".html", ".py", ".ipynb")) overwrite=true"
    case "replay":
      return filesMade > 0 ? "replay \(folder)/\(random.whole(1...filesMade)).dpu" : "history"
    case "help": return "help \(random.pick(CommandTable.verbs) ?? "")"
    case "time": return "time forward"
    case "lesson": return "lesson first-steps"
    // Without a prompt they are refused, always.
    case "more", "edit": return random.chance(0.3) ? command : "history"
    default: return command
    }
  }

  // MARK: Commands

  private mutating func command(in session: Session, number: Int) -> String {
    if random.chance(0.12) { return computed(in: session, number: number) }
    let table = CommandTable.sessionCommands
    guard session.currentLayer != nil || random.chance(0.2) else {
      return making(random.pick("conv", "conv", "net", "linear", "batchnorm"), session)
    }
    // Half of all commands are the ones that keep a session going.
    let verb =
      random.chance(0.35)
      ? random.pick("forward", "forward", "relu", "backward", "mask", "input", "step", "zero_grad")
      : random.pick(table.map { $0.name }) ?? "forward"
    if random.chance(0.8), let first = preparation(for: verb, session) { return first }
    guard let command = CommandTable.sessionCommand(verb) else { return verb }
    var text =
      random.chance(0.9)
      ? plausible(verb, session, number) ?? generic(command, session, number)
      : generic(command, session, number)
    if command.hasValue, !text.contains(" as "), random.chance(0.1) {
      text += " as \(random.pick("a", "b", "c", "m", "t", "grad"))"
    }
    return text
  }

  /// What has to be done first where a command would find nothing to work on.
  private mutating func preparation(for verb: String, _ session: Session) -> String? {
    let needConvolution: Set = [
      "mask", "scores", "pruned", "epsilon", "prune", "weight_orig", "weight_mask", "compare",
      "ablate", "filters", "groups",
    ]
    if needConvolution.contains(verb), (try? session.maskable(at: session.current().path)) == nil {
      let convolutions = session.layerNames.filter { $0.layer.affine != nil }.map(\.name)
      return random.pick(convolutions).map { "use \($0)" } ?? making("conv", session)
    }
    let readOneLayer: Set = [
      "weight", "bias", "grad", "scores", "pruned", "weight_orig", "weight_mask",
    ]
    if readOneLayer.contains(verb), (try? session.layer())?.isNetwork == true,
      let layer = random.pick(session.layerNames.filter { $0.layer.affine != nil }.map(\.name))
    {
      return "use \(layer)"
    }
    if verb == "pruned", let weight = try? session.layer().affine?.weight, weight.mask == nil,
      !weight.isPruned
    {
      return "mask 0.5"
    }
    if verb == "weight_orig" || verb == "weight_mask", let affine = try? session.layer().affine,
      !affine.weight.isPruned
    {
      return "prune 0.5"
    }
    let needOutput: Set = [
      "relu", "leaky_relu", "sigmoid", "tanh", "maxpool", "avgpool", "flatten", "mean", "mse",
      "backward", "graph", "gradcheck", "output", "view", "why",
    ]
    guard needOutput.contains(verb) else { return nil }
    guard let output = session.output else { return "forward" }
    let isScalar = output.tensor.shape.rank == 0
    return (verb.hasSuffix("pool") || verb == "backward") && isScalar && random.chance(0.7)
      ? "forward; relu" : nil
  }

  /// A command that makes a layer.
  private mutating func making(_ verb: String, _ session: Session) -> String {
    let shape = (random.chance(0.5) ? session.output : session.input)?.tensor.shape
    let channels =
      shape.flatMap { $0.rank == 4 ? min($0[1], 16) : nil } ?? random.whole(1...3)
    var text: String
    switch verb {
    case "linear":
      let features = shape.flatMap { $0.rank > 0 ? min($0[$0.rank - 1], 64) : nil }
      text = "linear \(features ?? random.whole(1...6)) \(random.whole(1...4))"
      if random.chance(0.2) { text += " bias=false" }
    case "batchnorm": text = "batchnorm \(channels)"
    case "net": text = network(channels: channels)
    default:
      text = "conv \(channels) \(random.whole(1...4)) \(random.whole(1...3))"
      for option in ["padding=1", "stride=2", "dilation=2", "bias=false", "groups=\(channels)"]
      where random.chance(0.15) {
        text += " " + option
      }
    }
    return random.chance(0.6) ? text + " as \(random.pick("m", "n", "p", "q"))" : text
  }

  /// A network whose stages fit.
  private mutating func network(channels: Int) -> String {
    var (channels, side) = (channels, random.whole(5...8))
    var stages: [String] = []
    for _ in 0..<random.whole(1...2) {
      let (out, kernel) = (random.whole(1...3), random.whole(1...3))
      stages.append("conv(\(channels),\(out),\(kernel)\(random.pick("", "", ",bias=false")))")
      (channels, side) = (out, side - kernel + 1)
      if random.chance(0.3) { stages.append("batchnorm(\(channels))") }
      if random.chance(0.7) {
        stages.append(random.pick("relu", "tanh", "sigmoid", "leaky_relu"))
      }
      guard side >= 4 else { break }
      if random.chance(0.4) {
        stages.append(random.pick("maxpool(2)", "avgpool(2)"))
        side /= 2
      }
      guard side >= 4 else { break }
    }
    if random.chance(0.7) {
      stages += ["flatten", "linear(\(channels * side * side),\(random.whole(2...3)))"]
    }
    return "net " + stages.joined(separator: " ")
  }

  /// A call that fits the state, nil for commands that need no thought.
  private mutating func plausible(
    _ verb: String, _ session: Session, _ number: Int
  ) -> String? {
    switch verb {
    case "conv", "linear", "batchnorm", "net": return making(verb, session)
    case "save":
      let suffix = random.pick(".npy", ".npz", ".safetensors", ".csv", ".svg")
      return "save \(folder)/v\(suffix) \(reference(session, number)) overwrite=true"
    case "input":
      let drawn = (try? session.layer())?.drawnInput.dimensions ?? [1, 1, 4, 4]
      guard drawn.count == 4, drawn.reduce(1, *) < 5000 else {
        return "input \(literal(drawn.count == 2 ? drawn : [2, 3]))"
      }
      let sizes = [random.whole(1...2)] + drawn.dropFirst()
      let text = random.pick("input ", "input ", "input ones ", "input arange ")
      return text + sizes.map(String.init).joined(separator: " ")
        + random.pick("", "", " requires_grad=true")
    case "weight", "bias":
      guard random.chance(0.4), let layer = try? session.layer() else {
        return verb
      }
      let shape = (verb == "weight" ? layer.weight : layer.bias)?.tensor.shape
      guard let shape, shape.count <= 100 else { return verb }
      return "\(verb) \(literal(shape.dimensions))"
    case "tensor": return "tensor \(literal(sizes(rank: random.whole(1...4))))"
    case "mask", "compare", "ablate", "prune":
      if verb == "mask", random.chance(0.2) { return random.pick("mask", "mask off") }
      if verb == "prune", random.chance(0.5) {
        return random.pick(
          "prune l1_unstructured 0.3", "prune random_unstructured 2", "prune identity",
          "prune ln_structured 0.4 n=2 dim=-1", "prune random_structured 1 dim=0",
          "prune global_unstructured 0.2 \(layerName(session))", "prune is_pruned", "prune remove")
      }
      return "\(verb) \(random.pick("0", "0.25", "0.5", "0.75", "0.9"))"
    case "epsilon": return random.pick("epsilon", "epsilon off", "epsilon 1e-6", "epsilon 0.5")
    case "step": return "step \(random.pick("0.1", "0.01", "1"))"
    case "seed": return "seed \(random.whole(0...99))"
    case "mse": return random.pick("mse", "mse target=1", "mse target=input")
    case "cross_entropy":
      let rows = session.output?.tensor.shape.dimensions.first ?? 1
      let targets = (0..<max(1, min(rows, 8))).map { _ in "\(random.whole(0...1))" }
      return "cross_entropy target=[\(targets.joined(separator: ", "))]"
    case "maxpool", "avgpool":
      return "\(verb) \(random.pick("2", "1", "2 stride=1", "3 padding=1"))"
    case "copy":
      return "copy \(layerName(session)) as \(random.pick("m", "n", "p", "q"))"
    case "groups":
      return random.pick(
        "groups", "groups structure=channel", "groups structure=connection", "groups block=1x1")
    case "structures":
      return random.pick("structures", "structures kernel", "structures l2", "structures vector=4")
    case "use", "train", "eval", "summary", "filters":
      return "\(verb) \(layerName(session))"
    case "why":
      return random.pick("why", "why grad", "why input.grad", "why grad[0]", "why bias.grad")
    case "view": return "view \(reference(session, number))"
    case "printoptions":
      return random.pick(
        "printoptions precision=\(random.whole(1...8))", "printoptions sci_mode=true",
        "printoptions sci_mode=auto precision=4", "printoptions linewidth=100 threshold=20",
        "printoptions threshold=1000 edgeitems=2")
    case "notes": return random.pick("notes on", "notes off")
    default: return nil
    }
  }

  /// A call made from the command's parameters alone.
  private mutating func generic(
    _ command: any Command.Type, _ session: Session, _ number: Int
  ) -> String {
    guard let form = random.pick(command.forms) else { return command.name }
    var words = [command.name]
    for parameter in form.positionals { words.append(argument(parameter, session, number)) }
    for parameter in command.keywords where random.chance(0.2) {
      words.append("\(parameter.name)=\(argument(parameter, session, number))")
    }
    return words.joined(separator: " ")
  }

  private mutating func argument(
    _ parameter: any AnyArgument, _ session: Session, _ number: Int
  ) -> String {
    if random.chance(0.05) {
      return random.pick("nan", "-1", "99999999999999999999", "[", "\"x\"", "m.", "0x1", "1e400")
    }
    switch parameter.kind {
    case .integer: return "\(random.whole(0...4))"
    case .number: return random.pick("0", "0.5", "1", "-2", "1e-6")
    case .choice(let words): return random.pick(words) ?? ""
    case .reference:
      return random.chance(0.4)
        ? literal(sizes(rank: random.whole(0...4))) : reference(session, number)
    case .layer: return layerName(session)
    case .stage: return random.pick("relu", "conv(1,2,3)", "flatten", "maxpool(2)")
    case .verb: return random.pick(CommandTable.verbs) ?? ""
    default: return random.pick("1", "x", "[1, 2]")
    }
  }

  // MARK: Values

  private mutating func layerName(_ session: Session) -> String {
    random.pick(session.layerNames.map(\.name)) ?? "m"
  }

  private mutating func reference(_ session: Session, _ number: Int) -> String {
    let layer = layerName(session)
    var text = random.pick(
      "output", "input", "grad", "weight", "bias", "_", "\(layer).weight", "\(layer).bias",
      "\(layer).weight.grad", "\(layer).mask", "Out[\(random.whole(max(1, number - 5)...number))]",
      random.pick(session.names.keys.sorted()) ?? "t")
    if random.chance(0.2) { text += random.pick("[0]", "[-1]", "[0, 0]", "[9]", ".grad", ".shape") }
    return text
  }

  private mutating func sizes(rank: Int) -> [Int] {
    (0..<rank).map { _ in random.chance(0.05) ? 0 : random.whole(1...3) }
  }

  /// A nested list of numbers.
  private mutating func literal(_ sizes: [Int]) -> String {
    guard let size = sizes.first else { return number() }
    let inner = Array(sizes.dropFirst())
    return "[" + (0..<size).map { _ in literal(inner) }.joined(separator: ", ") + "]"
  }

  private mutating func number() -> String {
    if random.chance(0.03) { return random.pick("nan", "inf", "-inf", "-0.", "1e-7", "3e38") }
    return random.pick(
      "\(random.whole(-3...3))", "\(Double(random.whole(-200...200)) / 100)", "0.", "1")
  }
}
