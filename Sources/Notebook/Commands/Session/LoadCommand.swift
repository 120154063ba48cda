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
  static let summary = "read tensors from .npy, .npz, .safetensors and .pt files"
  static let details = """
    Without a name it lists the tensors: keys, types, shapes. as NAME takes the one
    of KEY, or the only one. The file's beginning decides what it is, not its name.
    Whole numbers become int64, floats float32; the line that is shown says how many
    values that rounds, and holds the file's CRC-32, so that dpu check notices
    another file. Nothing in a file is executed: a .pt file is read as data, and one
    that needs more than tensors is refused with the Python that converts it.

    into fills a layer or network, strictly: names, or places as Sequential has them,
    or else the order of kinds and shapes must agree. Of a checkpoint with more in
    it, KEY names the part: load all.pt model into n. What a file does not say, such
    as activations, pooling, strides and padding, net has to.

    In PyTorch, by the kind of file:
      torch.from_numpy(np.load("w.npy")), np.load("w.npz")["KEY"]
      safetensors.torch.load_file("w.safetensors")["KEY"]
      torch.load("w.pt", weights_only=True)["KEY"]
      n.load_state_dict(torch.load("w.pt", weights_only=True))
    """
  static let example = """
    load weights.npy as w
    #! load: there is no file 'weights.npy'
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
    let source: ByteSource
    do {
      source = try evaluation.read(path)
    } catch let error as FileError {
      throw call.placed(error, at: file)
    }
    var entries: [TensorFile.Entry]
    let isSingle: Bool
    do {
      let contents = try TensorFile(source, limit: Limit.file.value)
      (entries, isSingle) = (contents.entries, contents.isSingle)
    } catch let error as TensorFileError {
      throw call.placed(LoadError.unreadable(path, error), at: file)
    }
    let end = ", crc32 " + hexadecimal(source.checksum)
    if call.has(layer) {
      return try fill(call, from: entries, end: end, in: &evaluation)
    }
    if call.has(key) {
      let wanted = try call[key]
      let keys = entries.map(\.name)
      entries = entries.filter { $0.name == wanted }
      guard !entries.isEmpty else {
        let nearest = Spelling.nearest(to: wanted, among: keys).first
        throw call.placed(LoadError.noKey(path, wanted, nearest: nearest), at: key)
      }
    }
    guard let name = call.syntax.name?.text else {
      let count = "\(entries.count) tensor\(entries.count == 1 ? "" : "s")" + end
      guard !entries.isEmpty else { return .report(Report([.text(count)])) }
      let head = (isSingle ? [] : ["key"]) + ["type", "shape", "read as"]
      let rows = entries.map { (isSingle ? [] : [$0.name.visible]) + row($0.tensor) }
      let table = Table([head] + rows, leading: [0, 1, 2, 3])
      return .report(Report([.table(table), .text(count)]))
    }
    guard entries.count == 1, let entry = entries.first else {
      throw call.placed(LoadError.several(path, entries.count), at: file)
    }
    evaluation.give(name, to: Value(Datum.tensor(TensorValue(entry.tensor))))
    return .report(Report([.text(row(entry.tensor).joined(separator: " ") + end)]))
  }

  /// Fills a layer.
  private static func fill(
    _ call: Call, from entries: [TensorFile.Entry], end: String, in evaluation: inout Evaluation
  ) throws -> Value? {
    if let name = call.syntax.name {
      throw Placed(error: LoadError.nameAfterInto, range: name.range)
    }
    var entries = entries
    if call.has(key) {
      let prefix = try call[key] + "."
      entries = entries.filter { $0.name.hasPrefix(prefix) }.map {
        TensorFile.Entry(name: String($0.name.dropFirst(prefix.count)), tensor: $0.tensor)
      }
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
    do {
      filling = try StateFilling(target, kind: type(of: target).kind, from: entries)
    } catch let error as StateFillingError {
      throw call.placed(error, at: file)
    }
    try evaluation.session.changeLayer(at: path, "weight") { $0.setState(filling.values) }
    let how = filling.isByOrder ? " in order" : ""
    let count = filling.values.count
    let text = "\(count) tensor\(count == 1 ? "" : "s")\(how) into \(path)" + end
    return .report(Report([.text(text)]))
  }

  /// A tensor's type in the file, its shape, and what becomes of it.
  private static func row(_ tensor: FileTensor) -> [String] {
    let type = TensorValue(tensor).dataType.rawValue
    let rounded = tensor.changed == 0 ? "" : ", \(tensor.changed) of \(tensor.shape.count) changed"
    return [tensor.stored.rawValue, "\(tensor.shape)", "as " + type + rounded]
  }

  private static func hexadecimal(_ number: UInt32) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  // The lines depend on the kind of file; help has them.
  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

/// Why a file gives no tensor.
enum LoadError: Error, Explained {
  case unreadable(String, TensorFileError)
  case noKey(String, String, nearest: String?)
  case several(String, Int)
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
    case .several(let path, let count):
      "'\(path)' holds \(count == 0 ? "no tensors" : "\(count) tensors")"
    }
  }

  var remedy: String? {
    switch self {
    case .unreadable(let path, let error): error.remedy?.replacing("FILE", with: path)
    case .noKey(let path, _, let nearest):
      nearest.map { "the nearest is '\($0)'" } ?? "load \(path) lists them"
    case .several(_, 0), .nameAfterInto: nil
    case .session(let path): "write: replay \(path)"
    case .isPruned: "prune remove makes it an ordinary weight; then load again"
    case .several(let path, _): "load \(path) KEY as NAME takes one; load \(path) lists them"
    }
  }
}
