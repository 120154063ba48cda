import Files
import Language
import Layers

// Tensors of files: what numpy, safetensors and PyTorch read them with.
extension PythonScope {
  /// A tensor from a file.
  ///
  /// - Throws: ``NotInPython`` where more than one line is needed, or another library.
  mutating func loading(_ path: String, _ key: String?, as name: String) throws -> PythonCode {
    let entries = try entries(of: path).filter { key == nil || $0.name == key }
    guard entries.count == 1, let entry = entries.first else { throw NotInPython() }
    let tensor = try element(entry, of: path)
    return PythonCode(["\(bind(name)) = \(tensor)\(Self.conversion(of: entry.tensor.stored))"])
  }

  /// A network or layer filled with a state_dict.
  ///
  /// - Parameters:
  ///   - layer: what is filled.
  ///   - path: the file.
  ///   - part: the part of a checkpoint, where one is named.
  /// - Returns: the line.
  /// - Throws: ``NotInPython`` where the names are not those of `load_state_dict`.
  mutating func filling(
    _ layer: ReferenceSyntax, from path: String, part: String?
  ) throws -> PythonCode {
    let all = try entries(of: path)
    let depth = Set(all.map(\.keys.count))
    let layerPath = try before.layerPath(layer)
    let names = try Set(before.session.layer(at: layerPath).stateSlots().map(\.placed))
    guard part == nil, depth == [1], Set(all.map(\.name)) == names,
      all.allSatisfy({ $0.tensor.stored == .float32 })
    else { throw NotInPython() }
    return PythonCode(["\(try python(layerPath)).load_state_dict(\(try container(path)))"])
  }

  private func entries(of path: String) throws -> [TensorFile.Entry] {
    var reading = before
    return try TensorFile(try reading.read(path).source, limit: Limit.file.value).entries
  }

  /// A tensor in the type in which the file has it.
  private mutating func element(_ entry: TensorFile.Entry, of path: String) throws -> String {
    let container = try container(path)
    if path.hasSuffix(".npy") { return "torch.from_numpy(\(container))" }
    let subscripts = entry.keys.map { key in
      switch key {
      case .name(let name): "[\(JSONText.quoted(name))]"
      case .number(let number): "[\(number)]"
      }
    }
    let tensor = container + subscripts.joined()
    return path.hasSuffix(".npz") ? "torch.from_numpy(\(tensor))" : tensor
  }

  /// All that a file holds.
  private mutating func container(_ path: String) throws -> String {
    let file = JSONText.quoted(path)
    switch path {
    case _ where path.hasSuffix(".npy"), _ where path.hasSuffix(".npz"):
      need(.numpy)
      return "np.load(\(file))"
    case _ where path.hasSuffix(".safetensors"):
      need(.safetensors)
      return "load_file(\(file))"
    case _ where path.hasSuffix(".pt"), _ where path.hasSuffix(".pth"):
      return "torch.load(\(file), weights_only=True)"
    default: throw NotInPython()
    }
  }

  /// What makes a tensor one of the language's types.
  private static func conversion(of stored: StoredType) -> String {
    switch stored {
    case .float32, .int64, .bool: ""
    default: stored.dataType == .int64 ? ".long()" : ".float()"
    }
  }
}
