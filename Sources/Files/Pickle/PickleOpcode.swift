/// The opcodes of Python's pickletools that checkpoints do not use: they are refused, by name.
enum PickleOpcode {
  /// What an error calls an opcode that is not read.
  static func name(of opcode: UInt8) -> String { refused[opcode] ?? "\(opcode)" }

  private static let refused: [UInt8: String] = [
    // Protocols 0 and 1.
    0x49: "INT", 0x4c: "LONG", 0x53: "STRING", 0x54: "BINSTRING", 0x56: "UNICODE", 0x46: "FLOAT",
    0x6c: "LIST", 0x64: "DICT", 0x30: "POP", 0x31: "POP_MARK", 0x32: "DUP", 0x67: "GET",
    0x70: "PUT", 0x69: "INST", 0x6f: "OBJ", 0x50: "PERSID",
    // Protocol 2.
    0x8b: "LONG4", 0x82: "EXT1", 0x83: "EXT2", 0x84: "EXT4",
    // Protocol 3.
    0x42: "BINBYTES", 0x43: "SHORT_BINBYTES",
    // Protocol 4.
    0x8d: "BINUNICODE8", 0x8e: "BINBYTES8", 0x91: "FROZENSET", 0x92: "NEWOBJ_EX",
    // Protocol 5.
    0x96: "BYTEARRAY8", 0x97: "NEXT_BUFFER", 0x98: "READONLY_BUFFER",
  ]
}
