import Files
import Functions
import Gradients
import Language
import Layers
import Reports
import Running

/// `load FILE [KEY] as NAME`: a tensor from a file of numpy's, safetensors' or PyTorch's; `load FILE
/// [PREFIX] into LAYER`: a state_dict into a layer or network.
enum LoadCommand: Command {
  static let name = "load"
  static let namesItself = true
  static let summary = "read tensors: .npy .npz .safetensors .pt .csv .png .pgm"
  static let details = """
    Without a name it lists the tensors: keys, types, shapes. as NAME takes the one
    of KEY, or the only one; of a state_dict it makes a network: convolutions, linear
    layers and batch norms one after the other, as names and shapes tell. The file's beginning decides what it is, not its name.
    Whole numbers become int64, floats float32; the line that is shown says how many
    values that rounds, and holds the file's CRC-32, so that dpu check notices
    another file. Nothing in a file is executed: a .pt file is read as data, and one
    that needs more than tensors is refused with the Python that converts it.

    into fills a layer or network, strictly: names, or places as Sequential has them,
    or else the order of kinds and shapes must agree. Of a checkpoint with more in
    it, KEY names the part: load all.pt ema into n; without KEY it is model, state_dict
    or the like, and a note names the others. What a file does not say, such as
    activations, pooling, strides and padding, net has to.

    Without a file of that name digits.pt is a small network that tells handwritten
    digits apart, and digits.npz has twenty of them: the lesson trained-network.

    A table of numbers (.csv) is [rows, columns], a line of names above it passed
    over; an image (PNG of 8 bits a channel, PGM) is [channels, height, width] of whole
    numbers, x / 255 from 0 to 1.

    In PyTorch, by the kind of file:
      torch.from_numpy(np.load("w.npy")), np.load("w.npz")["KEY"]
      safetensors.torch.load_file("w.safetensors")["KEY"]
      torch.load("w.pt", weights_only=True)["KEY"]
      n.load_state_dict(torch.load("w.pt", weights_only=True))
    """
  static let example = """
    load digits.pt 0.bias as b
    #> float32 [8] as float32, crc32 7dffd6a6
    b.abs().max()
    #> tensor(2.2180)
    """

  static let file = Argument<String>.file()
  static let key = Argument<String>.file("KEY")
  static let into = Argument<String>.choice("into", ["into"])
  static let layer = Argument<ReferenceSyntax>.layer()
  static let forms = [
    Form(file), Form(file, key), Form(file, into, layer), Form(file, key, into, layer),
  ]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let path = try call[file]
    if path.hasSuffix(SessionFile.suffix) { throw call.placed(LoadError.session(path), at: file) }
    do {
      return try run(call, path, in: &evaluation)
    } catch let error as FileError {
      throw call.placed(error, at: file)
    } catch let error as TensorFileError {
      throw call.placed(LoadError.unreadable(path, error), at: file)
    }
  }

  private static func run(
    _ call: Call, _ path: String, in evaluation: inout Evaluation
  ) throws -> Value? {
    let (source, checksum) = try evaluation.read(path)
    let contents = try TensorFile(source, limit: Limit.file.value)
    var (entries, isSingle) = (contents.entries, contents.isSingle)
    let end = ", crc32 " + hexadecimal(checksum)
    if call.has(layer) {
      return try fill(call, from: entries, end: end, in: &evaluation)
    }
    if call.has(key) {
      let wanted = try call[key]
      let all = entries
      entries = all.filter { $0.name == wanted }
      if entries.isEmpty, call.syntax.name != nil {
        entries = StatePart(all, named: wanted).entries
      }
      guard !entries.isEmpty else {
        let nearest = Spelling.nearest(to: wanted, among: all.map(\.name)).first
        throw call.placed(LoadError.noKey(path, wanted, nearest: nearest), at: key)
      }
    }
    guard let name = call.syntax.name?.text else {
      let count = "\(entries.count) tensor\(entries.count == 1 ? "" : "s")" + end
      guard !entries.isEmpty else { return .report(Report([.text(count)])) }
      let head = (isSingle ? [] : ["key"]) + ["type", "shape", "read as"]
      let rows = try entries.map { try (isSingle ? [] : [$0.name.visible]) + row($0.tensor) }
      let table = Table([head] + rows, leading: [0, 1, 2, 3])
      return .report(Report([.table(table), .text(count)]))
    }
    guard entries.count == 1, let entry = entries.first else {
      return try network(call, from: entries, named: name, end: end, in: &evaluation)
    }
    evaluation.give(name, to: Value(Datum.tensor(try TensorValue(entry.tensor))))
    return .report(Report([.text(try row(entry.tensor).joined(separator: " ") + end)]))
  }

  /// Makes a network of the layers that a state_dict tells.
  private static func network(
    _ call: Call, from entries: [TensorFile.Entry], named name: String, end: String,
    in evaluation: inout Evaluation
  ) throws -> Value? {
    let path = try call[file]
    let part = StatePart(entries)
    let network = NetworkFromState(part.entries)
    guard !network.stages.isEmpty else {
      throw call.placed(LoadError.noLayer(path, entries.count), at: file)
    }
    var layer = Network(try network.layers())
    layer.layerNames = network.layerNames
    evaluation.session.add(layer, as: name)
    let making = network.line(naming: name)
    let rows = network.stages.map { [$0.prefix.visible, $0.name, $0.text, "\($0.shape)"] }
    let table = Table([["file", "layer", "stage", "weight"]] + rows, leading: [0, 1, 2, 3])
    var lines = [
      "",
      "\(name): \(network.tensorCount) tensors of \(rows.count) "
        + "layer\(rows.count == 1 ? "" : "s")\(part.words)\(end)",
    ]
    if !network.left.isEmpty {
      lines += FilledLines.lines(
        "left out, of no layer that there is: \(network.left.joined(separator: ", "))".visible
          .split(separator: " "), width: Report.lineWidth, hanging: 2)
    }
    if network.guessesGroups {
      lines.append("groups= is a guess: fewer channels than the layer before it gives")
    }
    if !network.branches.isEmpty {
      let names = network.branches.joined(separator: ", ")
      let text =
        "not of the channels of the layer before: \(names). A shortcut in the file stands in the row "
        + "here; residual(…) adds the input alone"
      lines += FilledLines.lines(
        text.split(separator: " "), width: Report.lineWidth, hanging: 2)
    }
    lines.append("What a file does not say: activations, pooling, strides, padding, groups, sums:")
    lines.append(
      making.count + 2 <= Report.lineWidth
        ? "  \(making)" : "  net STAGE … as \(name), with the stages above")
    let within = try call[optional: key]
    let key =
      part.name.isEmpty ? within : [within, part.name].compactMap(\.self).joined(separator: ".")
    lines.append("with these added; then: \(line(path, key, "into \(name)"))")
    note(part, within: within, path, "as \(name)", in: &evaluation)
    return .report(Report([.table(table), .text(lines.joined(separator: "\n"))]))
  }

  /// The command that reads a part of a file.
  private static func line(_ path: String, _ key: String?, _ target: String) -> String {
    let words = [path] + (key.map { [$0] } ?? [])
    return (["load"] + words.map { $0.contains(" ") ? "\"\($0)\"" : $0 } + [target])
      .joined(separator: " ")
  }

  /// Says which part was taken of a file that holds others, and how one of those is.
  private static func note(
    _ part: StatePart, within key: String?, _ path: String, _ target: String,
    in evaluation: inout Evaluation
  ) {
    guard let other = part.others.first ?? part.joined.first else { return }
    let place = key.map { $0 + "." } ?? ""
    let cell = line(path, place + other, target).visible
    evaluation.notes.append(
      part.others.isEmpty
        ? .partsJoined(part.joined, one: cell)
        : .partTaken(part.name, others: part.others, other: cell))
  }

  /// Fills a layer.
  private static func fill(
    _ call: Call, from entries: [TensorFile.Entry], end: String, in evaluation: inout Evaluation
  ) throws -> Value? {
    if let name = call.syntax.name {
      throw Placed(error: LoadError.nameAfterInto, range: name.range)
    }
    var entries = entries
    var words = ""
    if call.has(key) {
      entries = StatePart(entries, named: try call[key]).entries
      guard !entries.isEmpty else {
        throw call.placed(
          LoadError.noKey(try call[file], try call[key], nearest: nil), at: key)
      }
    }
    let path = try evaluation.layerPath(try call[layer])
    let target = try evaluation.session.layer(at: path)
    guard
      ([target] + target.descendants.map(\.layer)).allSatisfy({
        $0.affine?.weight.isPruned != true
      })
    else { throw call.placed(LoadError.isPruned("\(path)"), at: layer) }
    let filling: StateFilling
    let kind = type(of: target).kind
    do {
      do {
        filling = try StateFilling(target, kind: kind, from: entries)
      } catch let error as StateFillingError {
        // Of a checkpoint the network's part, and what does not fit there.
        let part = StatePart(entries)
        guard !call.has(key), part.entries.map(\.name) != entries.map(\.name) else {
          throw error
        }
        filling = try StateFilling(target, kind: kind, from: part.entries)
        words = part.words
        note(part, within: nil, try call[file], "into \(path)", in: &evaluation)
      }
    } catch let error as StateFillingError {
      throw call.placed(error, at: file)
    }
    try evaluation.session.changeLayer(at: path, "weight") {
      $0.setState(filling.values)
      $0.layerNames = filling.layerNames
    }
    let how = filling.isByOrder ? " in order" : ""
    let count = filling.values.count
    let text = "\(count) tensor\(count == 1 ? "" : "s")\(words)\(how) into \(path)" + end
    return .report(Report([.text(text)]))
  }

  /// A tensor's type in the file, its shape, and what becomes of it.
  private static func row(_ tensor: FileTensor) throws -> [String] {
    let changed = try tensor.changedCount()
    let rounded = changed == 0 ? "" : ", \(changed) of \(tensor.shape.count) changed"
    let type = tensor.stored.dataType.rawValue
    return [tensor.stored.rawValue, "\(tensor.shape)", "as " + type + rounded]
  }

  private static func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let (path, key) = (try call[file], try call[optional: key])
    if call.has(layer) { return try scope.filling(try call[layer], from: path, part: key) }
    return try call.syntax.name.map { try scope.loading(path, key, as: $0.text) }
  }
}

/// Why a file gives no tensor.
enum LoadError: Error, Explained {
  case unreadable(String, TensorFileError)
  case noKey(String, String, nearest: String?)
  case several(String, Int)
  case noLayer(String, Int)
  case session(String)
  case nameAfterInto
  case isPruned(String)

  var message: String {
    switch self {
    case .unreadable(let path, let error): "'\(path)' \(error.message)"
    case .noKey(let path, let key, _): "'\(path)' holds no tensor '\(key)'"
    case .session(let path): "'\(path)' is a session, not tensors"
    case .nameAfterInto: "into fills a layer that has a name already"
    case .isPruned(let layer): "\(layer) was pruned with prune, and its weight is a product"
    case .noLayer(let path, let count):
      "'\(path)' holds \(count) tensors, none of a convolution, linear layer or batch norm"
    case .several(let path, let count):
      "'\(path)' holds \(count == 0 ? "no tensors" : "\(count) tensors")"
    }
  }

  var remedy: String? {
    switch self {
    case .unreadable(let path, let error):
      error.wanted.map { Limit.file.remedy(for: $0) }
        ?? error.remedy?.replacing("FILE", with: path)
    case .noKey(let path, _, let nearest):
      nearest.map { "the nearest is '\($0)'" } ?? "load \(path) lists them"
    case .several(_, 0), .nameAfterInto: nil
    case .session(let path): "write: replay \(path)"
    case .isPruned: "prune remove makes it an ordinary weight; then load again"
    case .several(let path, _), .noLayer(let path, _):
      "load \(path) KEY as NAME takes one; load \(path) lists them"
    }
  }
}
