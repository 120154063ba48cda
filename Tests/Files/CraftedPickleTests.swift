import Testing

@testable import Files

/// Pickles put together by hand: each opcode of Python's pickletools, and what attackers make of them.
struct CraftedPickleTests {
  /// An opcode: a pickle whose last opcodes are it and STOP, and what comes of it.
  struct Opcode: Sendable, CustomTestStringConvertible {
    let name: String
    let pickle: [UInt8]
    let outcome: String
    var testDescription: String { name }

    init(_ name: String, _ pickle: Part..., gives outcome: String) {
      (self.name, self.pickle) = (name, pickle.flatMap(\.bytes) + [0x2e])
      self.outcome = outcome
    }

    init(refused name: String, _ pickle: Part...) {
      (self.name, self.pickle) = (name, pickle.flatMap(\.bytes) + [0x2e])
      outcome = "has a pickle with the opcode \(name), which is not read"
    }
  }

  /// Bytes, or the text of some.
  enum Part: Sendable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    case bytes([UInt8])
    init(stringLiteral text: String) { self = .bytes(Array(text.utf8)) }
    init(arrayLiteral bytes: UInt8...) { self = .bytes(bytes) }
    var bytes: [UInt8] {
      switch self {
      case .bytes(let bytes): bytes
      }
    }
  }

  /// The opcodes of the protocols 0 to 5, as pickletools lists them.
  static let opcodes: [Opcode] = [
    Opcode(refused: "INT", "I1\n"),
    Opcode("BININT", "J", [0xfe, 0xff, 0xff, 0xff], gives: "-2"),
    Opcode("BININT1", "K", [200], gives: "200"),
    Opcode("BININT2", "M", [1, 2], gives: "513"),
    Opcode(refused: "LONG", "L1L\n"),
    Opcode("LONG1", [0x8a, 2, 0, 0x80], gives: "-32768"),
    Opcode(refused: "LONG4", [0x8b, 1, 0, 0, 0, 7]),
    Opcode(refused: "STRING", "S'a'\n"),
    Opcode(refused: "BINSTRING", "T", [1, 0, 0, 0], "a"),
    Opcode("SHORT_BINSTRING", "U", [2], "ab", gives: "'ab'"),
    Opcode(refused: "BINBYTES", "B", [1, 0, 0, 0], "a"),
    Opcode(refused: "SHORT_BINBYTES", "C", [1], "a"),
    Opcode(refused: "BINBYTES8", [0x8e, 1, 0, 0, 0, 0, 0, 0, 0], "a"),
    Opcode(refused: "BYTEARRAY8", [0x96, 1, 0, 0, 0, 0, 0, 0, 0], "a"),
    Opcode(refused: "NEXT_BUFFER", [0x97]),
    Opcode(refused: "READONLY_BUFFER", [0x98]),
    Opcode("NONE", "N", gives: "None"),
    Opcode("NEWTRUE", [0x88], gives: "True"),
    Opcode("NEWFALSE", [0x89], gives: "False"),
    Opcode(refused: "UNICODE", "Va\n"),
    Opcode("SHORT_BINUNICODE", [0x8c, 2, 0xc3, 0xa9], gives: "'é'"),
    Opcode("BINUNICODE", "X", [2, 0, 0, 0], "ab", gives: "'ab'"),
    Opcode(refused: "BINUNICODE8", [0x8d, 1, 0, 0, 0, 0, 0, 0, 0], "a"),
    Opcode(refused: "FLOAT", "F1.5\n"),
    Opcode("BINFLOAT", "G", [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], gives: "1.5"),
    Opcode("EMPTY_LIST", "]", gives: "[]"),
    Opcode("APPEND", "]Na", gives: "[None]"),
    Opcode("APPENDS", "](NNe", gives: "[None, None]"),
    Opcode(refused: "LIST", "(Nl"),
    Opcode("EMPTY_TUPLE", ")", gives: "()"),
    Opcode("TUPLE", "(NNNNt", gives: "(None, None, None, None)"),
    Opcode("TUPLE1", "N", [0x85], gives: "(None)"),
    Opcode("TUPLE2", "NN", [0x86], gives: "(None, None)"),
    Opcode("TUPLE3", "NNN", [0x87], gives: "(None, None, None)"),
    Opcode("EMPTY_DICT", "}", gives: "{}"),
    Opcode(refused: "DICT", "(NNd"),
    Opcode("SETITEM", "}NNs", gives: "{None: None}"),
    Opcode("SETITEMS", "}(K", [1], "NK", [2], "Nu", gives: "{1: None, 2: None}"),
    Opcode("EMPTY_SET", [0x8f], gives: "set"),
    Opcode("ADDITEMS", [0x8f], "(N", [0x90], gives: "set"),
    Opcode(refused: "FROZENSET", "(N", [0x91]),
    Opcode(refused: "POP", "NN0"),
    Opcode(refused: "DUP", "N2"),
    Opcode("MARK", "(t", gives: "()"),
    Opcode(refused: "POP_MARK", "N(1"),
    Opcode(refused: "GET", "g0\n"),
    Opcode("BINGET", "]q", [0], "h", [0], "a", gives: "[[…]]"),
    Opcode("LONG_BINGET", "]r", [0, 1, 0, 0], "j", [0, 1, 0, 0], "a", gives: "[[…]]"),
    Opcode(refused: "PUT", "Np0\n"),
    Opcode("BINPUT", "Nq", [255], gives: "None"),
    Opcode("LONG_BINPUT", "Nr", [255, 255, 255, 255], gives: "None"),
    Opcode("MEMOIZE", "]", [0x94], "h", [0], "a", gives: "[[…]]"),
    Opcode(refused: "EXT1", [0x82, 1]),
    Opcode(refused: "EXT2", [0x83, 1, 0]),
    Opcode(refused: "EXT4", [0x84, 1, 0, 0, 0]),
    Opcode("GLOBAL", "ctorch\nSize\n", gives: "name"),
    Opcode("STACK_GLOBAL", [0x8c, 5], "torch", [0x8c, 4], "Size", [0x93], gives: "name"),
    Opcode("REDUCE", "ccollections\nOrderedDict\n)R", gives: "{}"),
    Opcode("BUILD", "}}b", gives: "{}"),
    Opcode(refused: "INST", "(iposix\nsystem\n"),
    Opcode(refused: "OBJ", "(ctorch\nSize\no"),
    Opcode("NEWOBJ", "ccollections\nOrderedDict\n)", [0x81], gives: "{}"),
    Opcode(refused: "NEWOBJ_EX", "ccollections\nOrderedDict\n)}", [0x92]),
    Opcode("PROTO", [0x80, 5], "N", gives: "None"),
    Opcode("STOP", "N", gives: "None"),
    Opcode("FRAME", [0x95, 2, 0, 0, 0, 0, 0, 0, 0], "N", gives: "None"),
    Opcode(refused: "PERSID", "Pstorage\n"),
    Opcode(
      "BINPERSID", "(X", [7, 0, 0, 0], "storagectorch\nFloatStorage\nU", [1], "0U", [3],
      "cpuK", [4], "tQ", gives: "storage"),
  ]

  @Test func thereAreSixtyEightOpcodes() {
    #expect(Set(Self.opcodes.map(\.name)).count == 68)
  }

  @Test(arguments: opcodes)
  func everyOpcodeIsReadOrRefusedByName(_ opcode: Opcode) {
    #expect(Self.outcome(opcode.pickle) == opcode.outcome)
  }

  /// Whatever is not there: every opcode alone, and with a mark and values of the wrong kinds.
  @Test func opcodesWithoutWhatTheyNeedAreRefused() {
    let before: [Part] = ["", "(", "N", "NN", "NNN", "(N", "]N", "}N", "}(N", "))", ")}", "]}"]
    for opcode in UInt8.min ... .max where opcode != UInt8(ascii: ".") {
      for start in before {
        for tail: [UInt8] in [
          [], [0x2e], [0, 0, 0, 0, 0, 0, 0, 0, 0x2e], .init(repeating: 0xff, count: 9),
        ] {
          _ = Self.outcome(start.bytes + [opcode] + tail)
        }
      }
    }
    // A number that is no opcode at all.
    #expect(
      Self.outcome([0x4e, 0xff, 0x2e]) == "has a pickle with the opcode 255, which is not read")
  }

  @Test(
    arguments: [
      ["cos\nsystem\nU", [4], "true", [0x85], "R"],
      [[0x8c, 2], "os", [0x8c, 6], "system", [0x93], [0x8c, 4], "true", [0x85], "R"],
      ["cos\nsystem\n)", [0x81]], ["cos\nsystem\n)}", [0x92]], ["(cos\nsystem\nU", [4], "trueo"],
      ["(U", [4], "trueios\nsystem\n"], ["csubprocess\nPopen\n(U", [4], "trueltR"],
      ["cbuiltins\nexec\nU", [4], "pass", [0x85], "R"], ["cbuiltins\ngetattr\n."],
      ["ctorch.hub\nload\n)R"], ["ctorch\nos.system\n)R"], ["ctorch\nload\n."],
      ["ctorch.storage\n_load_from_bytes\n)R"], ["cposix\nsystem\n)R"], ["cbuiltins\neval\n)R"],
      ["ctorch._utils\n_rebuild_tensor\n)R"],
    ] as [[Part]])
  func nothingIsCalled(_ pickle: [Part]) {
    let said = Self.outcome(pickle.flatMap(\.bytes) + [0x2e])
    #expect(
      said.hasPrefix("needs the Python name '")
        || said.contains("opcode INST") || said.contains("opcode NEWOBJ_EX"), "\(said)")
  }

  /// REDUCE, NEWOBJ and BUILD take the names of the table and the arguments that PyTorch gives.
  @Test(
    arguments: [
      ["U", [9], "os.system)R"], ["K", [1], ")R"], [")", ")R"], ["}", ")R"], ["]", ")R"],
      ["ctorch\nFloatStorage\n)R"], ["ctorch\nfloat32\n)R"],
      ["ccollections\nOrderedDict\n", "N", [0x85], "R"], ["ccollections\nOrderedDict\n", "]R"],
      ["ctorch\nSize\n", "N", [0x85], "R"], ["ctorch\nSize\n)R"],
      ["ctorch._utils\n_rebuild_tensor_v2\n)R"], ["ctorch._utils\n_rebuild_tensor_v2\n)", [0x81]],
      ["ctorch._utils\n_rebuild_tensor_v2\n(NNNNNNtR"],
      ["ctorch._utils\n_rebuild_parameter\n(N", [0x88], "NtR"],
      ["N}b"], ["]}b"], [")}b"], ["}Nb"], ["})b"], ["ctorch\nSize\n}b"],
      ["NQ"], [")Q"], ["U", [1], "0Q"], ["(NNNNNtQ"],
      ["(U", [7], "storagectorch\nfloat32\nU", [1], "0U", [3], "cpuK", [4], "tQ"],
      [
        "(U", [7], "storagectorch\nFloatStorage\nU", [1], "0U", [3], "cpuJ", [255, 255, 255, 255],
        "tQ",
      ],
      // Items for what is no dictionary, list or set.
      ["]NNs"], [")NNs"], ["NNNs"], ["U", [1], "aNNs"], ["ctorch\nSize\nNNs"], [[0x8f], "NNs"],
      ["](NNu"], ["}(NNNu"], ["}(Nu"], ["}Na"], [")Na"], ["NNa"], ["}(Ne"], ["}(N", [0x90]],
      ["](N", [0x90]],
      // Values from below a mark.
      ["N(", [0x85]], ["NN(s"], ["}(NNs"], ["N(q", [0]], ["(", [0x94]], ["N(Q"], ["N("], ["NN"],
      [""],
      // Values that nobody kept.
      ["h", [0]], ["j", [255, 255, 255, 255]], ["Nq", [1], "h", [2]],
    ] as [[Part]])
  func whatDoesNotFitIsDamage(_ pickle: [Part]) {
    let said = Self.outcome(pickle.flatMap(\.bytes) + [0x2e])
    #expect(said.hasPrefix("has a damaged pickle at byte"), "\(said)")
  }

  @Test func aKeyIsATextOrANumber() {
    let said = "has a pickle with a key that is neither a text nor a number, which is not read"
    for key: Part in [")", "]", "}", "ctorch\nSize\n"] {
      #expect(Self.outcome(Part("}").bytes + key.bytes + Part("Ns.").bytes) == said)
    }
  }

  /// A tuple that holds a list that holds the tuple, and one that is given to itself.
  @Test func valuesInThemselvesAreRefused() {
    let cycle: [Part] = ["]q", [0], [0x85], "q", [1], "h", [0], "h", [1], "a0"]
    #expect(Self.outcome(cycle.flatMap(\.bytes) + [0x2e]).contains("opcode POP"))
    for pickle: [Part] in [
      ["]q", [0], "h", [0], "a"], ["]q", [0], "h", [0], [0x85], "a"],
      ["}q", [0], "U", [1], "ah", [0], "s"], ["}q", [0], "U", [1], "ah", [0], [0x85], "s"],
    ] {
      #expect(
        Self.walk(pickle.flatMap(\.bytes) + [0x2e]) == "nests its values too deeply")
    }
  }

  @Test func whatIsTooMuchIsRefused() {
    let many = [UInt8](repeating: 0x4e, count: 300_000)
    #expect(
      Self.outcome([0x28] + many + [0x74, 0x2e]) == "has a pickle of more than 300000 values")
    let tensor =
      Part("ctorch._utils\n_rebuild_tensor_v2\n((U").bytes
      + [7] + Part("storagectorch\nFloatStorage\nU").bytes + [1] + Part("0U").bytes
      + [3] + Part("cpuK").bytes + [0] + Part("tQK").bytes + [0] + Part("))").bytes
      + [0x89] + Part("NtRq").bytes + [0]
    // One tensor, again and again.
    let views = Array([[UInt8]](repeating: [0x68, 0], count: 60_000).joined())
    #expect(
      Self.walk([0x28] + tensor + views + [0x74, 0x2e]) == "holds more than 50000 values")
    // Keys within keys, and the name that they make together.
    let key = Part("}X").bytes + [130, 0, 0, 0] + [UInt8](repeating: 0x6b, count: 130)
    #expect(
      Self.walk(key + key + tensor + Part("ss.").bytes)
        == "has a name of 260 bytes, and 255 is the most that is read")
    #expect(Self.walk(key + tensor + Part("s.").bytes) == "1 tensors")
    var packed = CraftedZip.Member("a/data.pkl", CraftedDeflate.stored(Part("N.").bytes))
    (packed.method, packed.size) = (8, 2)
    #expect(throws: TensorFileError.self) {
      try TensorFile(ByteSource(CraftedZip([packed]).bytes), limit: 1 << 20)
    }
  }

  // MARK: What comes of a pickle

  /// The value as Python would print it, or why there is none.
  private static func outcome(_ pickle: [UInt8]) -> String {
    do {
      let (value, heap) = try Unpickler.read(ByteSource(pickle))
      return text(value, heap, depth: 0)
    } catch let error as TensorFileError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  private static func walk(_ pickle: [UInt8]) -> String {
    do {
      let (value, heap) = try Unpickler.read(ByteSource(pickle))
      var walk = CheckpointWalk(heap: heap)
      try walk.visit(value)
      return "\(walk.tensors.count) tensors"
    } catch let error as TensorFileError {
      return error.message
    } catch {
      return "\(error)"
    }
  }

  private static func text(_ value: PickleValue, _ heap: PickleHeap, depth: Int) -> String {
    func text(_ values: [PickleValue]) -> String {
      values.map { Self.text($0, heap, depth: depth + 1) }.joined(separator: ", ")
    }
    switch value {
    case .none: return "None"
    case .boolean(let value): return value ? "True" : "False"
    case .integer(let value): return "\(value)"
    case .float(let value): return "\(value)"
    case .string(let value): return "'\(value)'"
    case .tuple(let place): return "(\(text(heap.sequences[place])))"
    case .list(let place): return depth > 0 ? "[…]" : "[\(text(heap.sequences[place]))]"
    case .dictionary(let place):
      let items = heap.dictionaries[place].map { "\(text([$0.key])): \(text([$0.value]))" }
      return "{\(items.joined(separator: ", "))}"
    case .name: return "name"
    case .storage: return "storage"
    case .tensor: return "tensor"
    case .other(let name): return name
    }
  }
}
