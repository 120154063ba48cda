/// A value that a pickle describes.
///
/// Containers are places in a ``PickleHeap``: a pickle may put one into itself, and a million into
/// one another, so nothing here may recurse, its release included.
enum PickleValue: Equatable {
  case none
  case boolean(Bool)
  case integer(Int)
  case float(Double)
  case string(String)
  /// Items in order that cannot change.
  case tuple(Int)
  /// Items in order.
  case list(Int)
  /// Keys and values in order: a dictionary of Python's, ordered or not.
  case dictionary(Int)
  /// A name that the table knows.
  case name(PickleName)
  /// Elements in a file of the archive.
  case storage(Int)
  /// A tensor: a view of a storage.
  case tensor(Int)
  /// A value that is named and not read, as a set.
  case other(String)

  /// Whether it can be a key here.
  var isKey: Bool {
    switch self {
    case .integer, .string, .boolean, .float, .none: true
    default: false
    }
  }
}

/// The names that a pickle may look up: what a state_dict is made of. All others are refused, and
/// none is ever called; `REDUCE` builds a value from its table.
enum PickleName: Equatable {
  case orderedDictionary
  case rebuildTensor
  case rebuildParameter
  case size
  case device
  case set
  case storage(StoredType)
  case type(StoredType)

  /// The meaning of a module's name.
  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDictionary
    case ("torch._utils", "_rebuild_tensor_v2"): self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("torch", "device"): self = .device
    case ("builtins", "set"), ("__builtin__", "set"): self = .set
    case ("torch", _):
      if let type = Self.storages[name] {
        self = .storage(type)
      } else if let type = StoredType(rawValue: name) {
        self = .type(type)
      } else {
        return nil
      }
    default: return nil
    }
  }

  private static let storages: [String: StoredType] = [
    "FloatStorage": .float32, "DoubleStorage": .float64, "HalfStorage": .float16,
    "BFloat16Storage": .bfloat16, "LongStorage": .int64, "IntStorage": .int32,
    "ShortStorage": .int16, "CharStorage": .int8, "ByteStorage": .uint8, "BoolStorage": .bool,
  ]
}

/// The containers that a pickle made.
struct PickleHeap {
  /// The elements of a file in the archive.
  struct Storage {
    let key: String
    let type: StoredType
    let count: Int
  }

  /// A view of a storage.
  struct View {
    let storage: Int
    let offset: Int
    let sizes: [Int]
    let strides: [Int]
  }

  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var storages: [Storage] = []
  var views: [View] = []
}
