import Tensors

/// A `.npy` file, as numpy writes it in the versions 1.0, 2.0 and 3.0.
///
/// Source: numpy/lib/format.py. The header is a Python dictionary literal with exactly the keys
/// `descr`, `fortran_order` and `shape`.
enum NumpyArray {
  /// What a file begins with.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The most bytes of a header, as numpy has it.
  static let headerLimit = 10_000

  /// Reads a file.
  ///
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  static func read(_ bytes: MemberBytes) throws -> FileTensor {
    // What precedes a header has 12 bytes at most.
    let layout = try layout(try bytes.loaded(first: 12 + headerLimit))
    let described = layout.start + layout.shape.count * layout.type.size
    guard described == bytes.count else {
      throw TensorFileError("has \(bytes.count) bytes, and its header describes \(described)")
    }
    return try FileTensor(layout, in: bytes)
  }

  /// Where the elements lie, as the header says.
  private static func layout(_ source: ByteSource) throws(TensorFileError) -> TensorLayout {
    guard source.has(magic) else { throw TensorFileError("is not an .npy file") }
    let version = try source.number(UInt8.self, at: 6)
    let minor = try source.number(UInt8.self, at: 7)
    guard (1...3).contains(version), minor == 0 else {
      throw TensorFileError("is of version \(version).\(minor) of .npy; 1.0 to 3.0 are read")
    }
    let isShort = version == 1
    let length =
      isShort
      ? Int(try source.number(UInt16.self, at: 8)) : Int(try source.number(UInt32.self, at: 8))
    guard length <= headerLimit else {
      throw TensorFileError("has a header of \(length) bytes; \(headerLimit) are read at most")
    }
    let start = (isShort ? 10 : 12) + length
    let bytes = try source.part(at: start - length, count: length).array()
    var literal = HeaderLiteral(bytes)
    var layout = try literal.layout()
    layout.start = start
    return layout
  }
}

/// The dictionary literal in a header.
private struct HeaderLiteral {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func layout() throws(TensorFileError) -> TensorLayout {
    var (descr, isFortran, sizes): (String?, Bool?, [Int]?)
    try expect("{")
    while !accept("}") {
      let key = try string()
      try expect(":")
      switch key {
      case "descr" where descr == nil:
        if peek == UInt8(ascii: "[") {
          throw TensorFileError(
            "holds a structured array", remedy: "np.save(\"field.npy\", array[\"FIELD\"])")
        }
        descr = try string()
      case "fortran_order" where isFortran == nil: isFortran = try boolean()
      case "shape" where sizes == nil: sizes = try tuple()
      default: throw TensorFileError("has a header with the key '\(key.prefix(40))'")
      }
      if !accept(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    guard place == bytes.count, let descr, let isFortran, let sizes else { throw damaged }
    let (type, bigEndian) = try Self.type(descr)
    let shape: Shape
    do throws(ShapeError) {
      shape = try Shape(checking: sizes)
    } catch {
      throw TensorFileError("holds an array that does not fit: \(error.message)")
    }
    var strides: [Int]?
    if isFortran { strides = TensorLayout.rowMajor(sizes.reversed()).reversed() }
    return TensorLayout(type: type, bigEndian: bigEndian, shape: shape, strides: strides)
  }

  /// The type that numpy's array protocol names: `<f4`.
  private static func type(_ descr: String) throws(TensorFileError) -> (StoredType, Bool) {
    let types: [String: StoredType] = [
      "b1": .bool, "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32,
      "i4": .int32, "u8": .uint64, "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    if let order = descr.first, "<>=|".contains(order), let type = types[String(descr.dropFirst())]
    {
      return (type, order == ">")
    }
    if descr.contains("O") {
      throw TensorFileError(
        "holds Python objects, which are not read",
        remedy: "np.save(\"numbers.npy\", array.astype(float))")
    }
    throw TensorFileError(
      "holds the type '\(descr.prefix(40))', which is not read",
      remedy: "np.save(\"numbers.npy\", array.astype(\"float32\"))")
  }

  private var damaged: TensorFileError {
    TensorFileError("has a damaged header at byte \(place)")
  }

  private var peek: UInt8? {
    mutating get {
      skipBlanks()
      return place < bytes.count ? bytes[place] : nil
    }
  }

  private mutating func skipBlanks() {
    while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
  }

  private mutating func accept(_ character: Character) -> Bool {
    guard let next = peek, next == character.asciiValue else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Character) throws(TensorFileError) {
    guard accept(character) else { throw damaged }
  }

  private mutating func string() throws(TensorFileError) -> String {
    guard let quote = peek, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
      throw damaged
    }
    let start = place + 1
    guard let end = bytes[start...].firstIndex(of: quote) else { throw damaged }
    place = end + 1
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private mutating func boolean() throws(TensorFileError) -> Bool {
    skipBlanks()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    throw damaged
  }

  private mutating func tuple() throws(TensorFileError) -> [Int] {
    try expect("(")
    var sizes: [Int] = []
    while !accept(")") {
      skipBlanks()
      let digits = bytes[place...].prefix { (0x30...0x39).contains($0) }
      guard let size = Int(String(decoding: digits, as: UTF8.self)) else { throw damaged }
      place += digits.count
      // Python 2 wrote long integers.
      _ = accept("L")
      sizes.append(size)
      if !accept(",") {
        // One number in parentheses is no tuple.
        guard sizes.count > 1 else { throw damaged }
        try expect(")")
        break
      }
    }
    return sizes
  }
}
