import Running

/// Reads a pickle as data: a table of opcodes, a table of names, and nothing is ever executed.
///
/// Source: Python's pickletools. PyTorch writes protocol 2; the opcodes are those that its
/// checkpoints use. Every other one is refused by its name (``PickleOpcode``).
struct Unpickler {
  /// The most values on the stack, in the memo and in all containers together: about 30 MB. A
  /// tensor of a checkpoint takes some 30 of them, and a byte of a pickle can make one.
  static let limit = 300_000

  private(set) var heap = PickleHeap()
  private let source: ByteSource
  private var place = 0
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var made = 0

  /// Reads the one value of a pickle.
  ///
  /// - Throws: ``TensorFileError``, `Cancelled`.
  static func read(_ source: ByteSource) throws -> (value: PickleValue, heap: PickleHeap) {
    var unpickler = Unpickler(source)
    let value = try unpickler.run()
    return (value, unpickler.heap)
  }

  private init(_ source: ByteSource) { self.source = source }

  private mutating func run() throws -> PickleValue {
    var steps = 0
    while true {
      steps += 1
      if steps.isMultiple(of: 4096) { try Cancellation.check() }
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") {
        guard stack.count == 1, marks.isEmpty, place == source.count else { throw damaged }
        return stack[0]
      }
      try execute(opcode)
    }
  }

  private mutating func execute(_ opcode: UInt8) throws(TensorFileError) {
    switch Character(Unicode.Scalar(opcode)) {
    case "\u{80}":
      let version = try byte()
      guard (2...5).contains(version) else { throw refused("protocol \(version)") }
    case "\u{95}": _ = try take(8)
    case "c":
      let module = try line()
      try push(try look(up: try line(), in: module))
    case "\u{93}":
      guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
        throw damaged
      }
      try push(try look(up: name, in: module))
    case "(": marks.append(stack.count)
    case ")": try pushTuple([])
    case "t": try pushTuple(try popToMark())
    case "\u{85}": try pushTuple(try popLast(1))
    case "\u{86}": try pushTuple(try popLast(2))
    case "\u{87}": try pushTuple(try popLast(3))
    case "]":
      heap.sequences.append([])
      try push(.list(heap.sequences.count - 1))
    case "}": try pushDictionary()
    case "\u{8f}": try push(.other("set"))
    case "\u{90}":
      _ = try popToMark()
      guard stack.last == .other("set") else { throw damaged }
    case "a": try append(try popLast(1))
    case "e": try append(try popToMark())
    case "s": try set(try popLast(2))
    case "u": try set(try popToMark())
    case "R", "\u{81}":
      let arguments = try pop()
      try reduce(try pop(), arguments, isNew: opcode == 0x81)
    case "b": try build(try pop())
    case "Q": try persistent(try pop())
    default: try executeScalar(opcode)
    }
  }

  private mutating func executeScalar(_ opcode: UInt8) throws(TensorFileError) {
    switch Character(Unicode.Scalar(opcode)) {
    case "N": try push(.none)
    case "\u{88}": try push(.boolean(true))
    case "\u{89}": try push(.boolean(false))
    case "K": try push(.integer(Int(try byte())))
    case "M": try push(.integer(Int(try take(2).number(UInt16.self, at: 0))))
    case "J": try push(.integer(Int(try take(4).number(Int32.self, at: 0))))
    case "\u{8a}": try push(.integer(try longInteger()))
    case "G":
      let bits = try take(8).number(UInt64.self, at: 0, bigEndian: true)
      try push(.float(Double(bitPattern: bits)))
    case "X":
      let count = Int(try take(4).number(UInt32.self, at: 0))
      try push(.string(try take(count).text()))
    case "U", "\u{8c}": try push(.string(try take(Int(try byte())).text()))
    case "q": try memorize(Int(try byte()))
    case "r": try memorize(Int(try take(4).number(UInt32.self, at: 0)))
    case "\u{94}": try memorize(memo.count)
    case "h": try recall(Int(try byte()))
    case "j": try recall(Int(try take(4).number(UInt32.self, at: 0)))
    default: throw refused("the opcode \(PickleOpcode.name(of: opcode))")
    }
  }

  // MARK: Bytes

  private mutating func take(_ count: Int) throws(TensorFileError) -> ByteSource {
    let part = try source.part(at: place, count: count)
    place += count
    return part
  }

  private mutating func byte() throws(TensorFileError) -> UInt8 {
    try take(1).number(UInt8.self, at: 0)
  }

  /// The rest of a line: names are short.
  private mutating func line() throws(TensorFileError) -> String {
    var bytes: [UInt8] = []
    while true {
      let next = try byte()
      if next == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(next)
      guard bytes.count <= 1000 else { throw damaged }
    }
  }

  private mutating func longInteger() throws(TensorFileError) -> Int {
    let bytes = try take(Int(try byte())).array()
    guard bytes.count <= 8 else { throw refused("a whole number of \(bytes.count) bytes") }
    var value: UInt64 = bytes.last.map { $0 & 0x80 != 0 } == true ? .max : 0
    for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
    return Int(truncatingIfNeeded: value)
  }

  // MARK: Stack and memo

  private var damaged: TensorFileError {
    TensorFileError("has a damaged pickle at byte \(max(0, place - 1))")
  }

  private func refused(_ what: String) -> TensorFileError {
    TensorFileError("has a pickle with \(what), which is not read", remedy: PytorchFile.conversion)
  }

  private mutating func count(_ values: Int = 1) throws(TensorFileError) {
    made += values
    guard made <= Self.limit else {
      throw TensorFileError("has a pickle of more than \(Self.limit) values")
    }
  }

  private mutating func push(_ value: PickleValue) throws(TensorFileError) {
    try count()
    stack.append(value)
  }

  private mutating func pop() throws(TensorFileError) -> PickleValue {
    guard stack.count > (marks.last ?? 0), let value = stack.popLast() else { throw damaged }
    return value
  }

  private mutating func popLast(_ count: Int) throws(TensorFileError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw damaged }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(TensorFileError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  private mutating func memorize(_ key: Int) throws(TensorFileError) {
    guard stack.count > (marks.last ?? 0), let top = stack.last else { throw damaged }
    try count()
    memo[key] = top
  }

  private mutating func recall(_ key: Int) throws(TensorFileError) {
    guard let value = memo[key] else { throw damaged }
    try push(value)
  }

  // MARK: Containers

  private mutating func pushTuple(_ items: [PickleValue]) throws(TensorFileError) {
    try count(items.count)
    heap.sequences.append(items)
    try push(.tuple(heap.sequences.count - 1))
  }

  private mutating func pushDictionary() throws(TensorFileError) {
    heap.dictionaries.append([])
    try push(.dictionary(heap.dictionaries.count - 1))
  }

  private mutating func append(_ items: [PickleValue]) throws(TensorFileError) {
    guard stack.count > (marks.last ?? 0), case .list(let list)? = stack.last else { throw damaged }
    try count(items.count)
    heap.sequences[list] += items
  }

  /// Only a dictionary takes items: CVE-2026-24747 was a store into something else.
  private mutating func set(_ items: [PickleValue]) throws(TensorFileError) {
    guard stack.count > (marks.last ?? 0), case .dictionary(let dictionary)? = stack.last,
      items.count.isMultiple(of: 2)
    else { throw damaged }
    try count(items.count)
    for index in stride(from: 0, to: items.count, by: 2) {
      guard items[index].isKey else { throw refused("a key that is neither a text nor a number") }
      heap.dictionaries[dictionary].append((items[index], items[index + 1]))
    }
  }

  // MARK: What PyTorch builds

  private func look(up name: String, in module: String) throws(TensorFileError) -> PickleValue {
    if let known = PickleName(module: module, name: name) { return .name(known) }
    let full = "\(module).\(name)".prefix(80)
    throw TensorFileError(
      "needs the Python name '\(full)'; files with more than tensors are not read",
      remedy: PytorchFile.conversion)
  }

  private func items(_ value: PickleValue) throws(TensorFileError) -> [PickleValue] {
    switch value {
    case .tuple(let place), .list(let place): return heap.sequences[place]
    default: throw damaged
    }
  }

  private func integers(_ value: PickleValue) throws(TensorFileError) -> [Int] {
    var integers: [Int] = []
    for item in try items(value) {
      guard case .integer(let integer) = item else { throw damaged }
      integers.append(integer)
    }
    return integers
  }

  private mutating func reduce(
    _ callee: PickleValue, _ arguments: PickleValue, isNew: Bool
  ) throws(TensorFileError) {
    guard case .name(let name) = callee, case .tuple(let place) = arguments else { throw damaged }
    let arguments = heap.sequences[place]
    switch name {
    case .orderedDictionary where arguments.isEmpty: try pushDictionary()
    case .rebuildTensor where !isNew && (6...7).contains(arguments.count):
      guard case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1]
      else { throw damaged }
      let (sizes, strides) = (try integers(arguments[2]), try integers(arguments[3]))
      guard sizes.count == strides.count else { throw damaged }
      heap.views.append(
        PickleHeap.View(storage: storage, offset: offset, sizes: sizes, strides: strides))
      try push(.tensor(heap.views.count - 1))
    case .rebuildParameter where !isNew && arguments.count == 3:
      guard case .tensor = arguments[0] else { throw damaged }
      try push(arguments[0])
    case .size where arguments.count == 1:
      try pushTuple(try items(arguments[0]))
    case .device: try push(.other("torch.device"))
    case .set: try push(.other("set"))
    default: throw damaged
    }
  }

  /// A state_dict carries `_metadata`, which says nothing about its tensors.
  private mutating func build(_ state: PickleValue) throws(TensorFileError) {
    guard case .dictionary = state, stack.count > (marks.last ?? 0),
      case .dictionary? = stack.last
    else { throw damaged }
  }

  private mutating func persistent(_ identifier: PickleValue) throws(TensorFileError) {
    let parts = try items(identifier)
    guard parts.count == 5, parts[0] == .string("storage"),
      case .name(.storage(let type)) = parts[1], case .string(let key) = parts[2],
      case .string = parts[3], case .integer(let count) = parts[4], count >= 0
    else { throw damaged }
    heap.storages.append(PickleHeap.Storage(key: key, type: type, count: count))
    try push(.storage(heap.storages.count - 1))
  }
}
