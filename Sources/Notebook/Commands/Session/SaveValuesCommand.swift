import Files
import Functions
import Gradients
import Language
import Layers
import Reports
import Running
import Tensors

/// `save FILE.npy TENSOR`, `save FILE.npz VALUE …`, `save FILE.svg`: writes values for other programs.
///
/// `save FILE` alone writes the session: ``SaveCommand``.
enum SaveValuesCommand: Command {
  static let name = "save"
  static let showsOnlyWords = true
  static let hasValue = false
  static let summary = "write tensors, tables, or the picture shown last"
  static let details = """
    The suffix says how: .npy takes one tensor; .npz and .safetensors take several by
    their names, or a layer or network, whose state_dict names are those of the file
    that it was loaded from, or else of torch.nn.Sequential; .csv a tensor of up to two dimensions, or the table of a
    loop; .svg draws what was shown last, or a value, on light paper unless dark=true.
    float32, int64 and bool keep their types. Of a layer with a mask the dense weight
    is written; masked=true writes weight and bias as the mask leaves them, which is
    what a network without masks computes with. A mask alone: save m.npy m.mask.

    It is a cell like others: save FILE.dpu writes it, and a replay writes again where
    --allow-write allows the folder. A file that has other bytes is replaced only
    with overwrite=true.

    In PyTorch:
      np.save("w.npy", w.detach().numpy()), np.savez("all.npz", w=w, b=b)
      safetensors.torch.save_file(n.state_dict(), "n.safetensors")
    """
  static let example = """
    conv 1 1 2 as m;
    save m.txt m.weight
    #! save: 'm.txt' ends in none of .npy .npz .safetensors .csv .svg
    """

  static let file = Argument<String>.file()
  static let value = Argument<TensorSyntax>.tensor("VALUE")
  static let overwrite = Argument<Bool>.flag("overwrite").defaulting(to: false)
  static let forms = [Form(file), Form(file, repeating: value)]
  static let masked = Argument<Bool>.flag("masked").defaulting(to: false)
  static let dark = Argument<Bool>.flag("dark").defaulting(to: false)
  static let keywords: [any AnyArgument] = [overwrite, masked, dark]

  /// Whether a call writes values, and not the session.
  static func takes(_ call: CommandSyntax) -> Bool {
    guard call.verb == name else { return false }
    let words = call.arguments.filter { $0.key == nil }.map { argument in
      if case .string(let text) = argument.value { text } else { argument.value.word ?? "" }
    }
    if let path = words.first, ValueFormat.allCases.contains(where: { path.hasSuffix($0.suffix) }) {
      return true
    }
    // A name with a blank in it is no value beside a session.
    return words.count > 1 && !words.contains { $0.hasSuffix(SessionFile.suffix) }
  }

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    let path = try call[file]
    guard let format = ValueFormat.allCases.first(where: { path.hasSuffix($0.suffix) }) else {
      throw call.placed(SaveValuesError.suffix(path), at: file)
    }
    let saved = try SavedValues(call, in: evaluation)
    let (bytes, text): ([UInt8], String)
    do {
      (bytes, text) = try saved.written(
        as: format, on: try call[dark] ? .dark : .light, in: evaluation.session)
    } catch let error as SaveValuesError {
      throw call.has(value) ? call.placed(error, at: value) : call.placed(error, at: file)
    } catch let error as TensorFileError {
      throw call.placed(SaveValuesError.unwritable(path, error.message), at: file)
    }
    do {
      try evaluation.write(bytes, to: path, replacing: try call[overwrite])
    } catch let error as FileError {
      throw call.placed(error, at: file)
    }
    return .report(Report([.text(text)]))
  }

  static func python(_ call: Call, in scope: inout PythonScope) -> PythonCode? { nil }
}

/// A format of values.
enum ValueFormat: String, CaseIterable {
  case npy, npz, safetensors, csv, svg

  /// The suffix of its files.
  var suffix: String { "." + rawValue }
}

/// What a call of `save` is given, with the names it has.
private struct SavedValues {
  private var values: [(name: String, value: Value)] = []
  private let isMasked: Bool

  init(_ call: Call, in evaluation: Evaluation) throws {
    isMasked = try call[SaveValuesCommand.masked]
    for given in try call.all(SaveValuesCommand.value) {
      switch given {
      case .literal(let tensor): values.append(("", .tensor(Variable(tensor))))
      case .reference(let reference):
        values.append((reference.text, try evaluation.resolve(reference)))
      case .value(let tensor, _): values.append(("", Value(.tensor(tensor))))
      }
    }
  }

  /// The bytes of the file, and what is said of it.
  ///
  /// - Throws: ``SaveValuesError``, `TensorFileError`, `OutOfMemory`, `Cancelled`.
  func written(
    as format: ValueFormat, on paper: Report.Paper, in session: Session
  ) throws -> (bytes: [UInt8], text: String) {
    switch format {
    case .npy:
      guard values.count == 1, let tensor = try values[0].value.stored else {
        throw SaveValuesError.oneTensor
      }
      return (try NumpyWriter.npy(tensor), Self.words(tensor))
    case .npz:
      let tensors = try named()
      return (try NumpyWriter.npz(tensors), Self.words(tensors) + leftOut)
    case .safetensors:
      let tensors = try named()
      return (try SafetensorsWriter.bytes(tensors), Self.words(tensors) + leftOut)
    case .csv:
      guard values.count == 1 else { throw SaveValuesError.oneTable }
      let (text, rows) = try CommaSeparated.text(of: values[0].value)
      return (Array(text.utf8), "\(rows) row\(rows == 1 ? "" : "s")")
    case .svg:
      guard values.count < 2 else { throw SaveValuesError.onePicture }
      guard let value = values.first?.value ?? session.last else {
        throw SaveValuesError.nothingShown
      }
      let report = try session.report(of: value)
      let text = try report.svg(options: session.printOptions, on: paper)
      return (Array(text.utf8), report.kind(of: value))
    }
  }

  /// All tensors, with the names that they have in the file.
  private func named() throws -> [(name: String, values: FileTensor.Values)] {
    guard !values.isEmpty else { throw SaveValuesError.nothingNamed }
    var tensors: [(name: String, values: FileTensor.Values)] = []
    for (name, value) in values {
      if case .layer(let layer) = value {
        let prefix = values.count > 1 ? name + "." : ""
        tensors += try layer.savedState(isMasked: isMasked).map {
          (prefix + $0.name, .float32($0.tensor))
        }
        continue
      }
      guard !name.isEmpty else { throw SaveValuesError.noName }
      guard let stored = try value.stored else { throw SaveValuesError.noTensor(name, value.kind) }
      tensors.append((name, stored))
    }
    var seen: Set<String> = []
    for tensor in tensors where !seen.insert(tensor.name).inserted {
      throw SaveValuesError.twice(tensor.name)
    }
    return tensors
  }

  /// What is said of masks that no file has.
  private var leftOut: String {
    let isLeftOut =
      !isMasked
      && values.contains { value in
        guard case .layer(let layer) = value.value else { return false }
        return ([layer] + layer.descendants.map(\.layer)).contains {
          $0.affine?.weight.mask != nil
        }
      }
    return isLeftOut ? ", dense: masked=true writes what the masks leave" : ""
  }

  private static func words(_ tensor: FileTensor.Values) -> String {
    "\(tensor.stored.rawValue) \(tensor.shape)"
  }

  private static func words(_ tensors: [(name: String, values: FileTensor.Values)]) -> String {
    "\(tensors.count) tensor\(tensors.count == 1 ? "" : "s")"
  }
}

extension Value {
  /// The tensor as a file stores it; a number is one without dimensions; nil for what is neither.
  fileprivate var stored: FileTensor.Values? {
    get throws {
      guard let datum else { return nil }
      switch datum {
      case .tensor(.float32(let variable)): return .float32(variable.tensor)
      case .tensor(.int64(let tensor)): return .int64(tensor)
      case .tensor(.bool(let tensor)): return .bool(tensor)
      case .scalar(.float(let number)): return .float32(Tensor(scalar: Float(number)))
      case .scalar(.integer(let number)): return .int64(IntegerTensor([Int64(number)], shape: []))
      case .scalar(.boolean(let value)): return .bool(BooleanTensor([value], shape: []))
      default: return nil
      }
    }
  }
}

extension Report {
  fileprivate func kind(of value: Value) -> String {
    if case .report = value { kind } else { value.kind }
  }
}

extension Layer {
  /// The state with the names of the file that it was loaded from, or else with those that
  /// `torch.nn.Sequential` gives it: stages are numbered from 0.
  ///
  /// - Parameter isMasked: whether weights and biases are those that the masks leave.
  /// - Returns: the tensors in order.
  /// - Throws: `ShapeError`, `Cancelled`.
  fileprivate func savedState(isMasked: Bool) throws -> [(name: String, tensor: Tensor)] {
    var source: any Layer = self
    if isMasked { try source.makePermanent() }
    let state = try source.state().map { name, tensor in
      let attribute = name.split(separator: ".").last.map(String.init) ?? name
      return (layer: String(name.dropLast(attribute.count).dropLast()), attribute, tensor)
    }
    let areNamed = state.allSatisfy { layerNames[$0.layer] != nil }
    return state.map { layer, attribute, tensor in
      let name = areNamed ? layerNames[layer] ?? "" : numbered(layer)
      return (name.isEmpty ? attribute : "\(name).\(attribute)", tensor)
    }
  }

  /// The path of a layer within this one with places instead of names.
  private func numbered(_ path: String) -> String {
    var words: [String] = []
    var layer: any Layer = self
    for word in path.split(separator: ".").map(String.init) {
      guard let index = layer.children.firstIndex(where: { $0.name == word }) else { break }
      words.append("\(index)")
      layer = layer.children[index].layer
    }
    return words.joined(separator: ".")
  }
}

/// Why values are not saved.
enum SaveValuesError: Error, Explained {
  case suffix(String)
  case oneTensor
  case oneTable
  case onePicture
  case nothingShown
  case nothingNamed
  case noName
  case noTensor(String, String)
  case twice(String)
  case unwritable(String, String)
  case notATable(String)

  var message: String {
    let suffixes = ValueFormat.allCases.map(\.suffix).joined(separator: " ")
    return switch self {
    case .suffix(let path): "'\(path.shortened)' ends in none of \(suffixes)"
    case .oneTensor: "a .npy file holds one tensor"
    case .oneTable: "a .csv file holds one tensor or table"
    case .onePicture: "a .svg file shows one value"
    case .nothingShown: "nothing was shown that could be drawn"
    case .nothingNamed: "there is nothing to save"
    case .noName: "what is computed has no name in the file"
    case .noTensor(let name, let kind): "\(name.shortened) is \(kind), not a tensor or a layer"
    case .twice(let name): "two tensors would be called '\(name.shortened)'"
    case .unwritable(let path, let reason): "'\(path.shortened)' \(reason)"
    case .notATable(let kind): "\(kind) is not a table of numbers"
    }
  }

  var remedy: String? {
    switch self {
    case .suffix: "save w.npy w"
    case .oneTensor: "save w.npy w, or several by their names: save all.npz w b"
    case .oneTable: "save w.csv w"
    case .onePicture: "view it first, then: save picture.svg"
    case .nothingShown: "view weight, then: save picture.svg"
    case .nothingNamed: "name what is to be saved: save all.npz w b, save n.safetensors n"
    case .noName: "name it first: y = …; save all.npz y"
    case .noTensor: "save NAME.npz takes tensors, layers and networks"
    case .twice: "give one of them a name of its own: other = …"
    case .unwritable: nil
    case .notATable: "a tensor of up to two dimensions is one: x.flatten(1)"
    }
  }
}
