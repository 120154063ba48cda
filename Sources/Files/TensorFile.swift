import Running

/// The tensors of a file in any of the formats that are read.
///
///     let file = try TensorFile(bytes, limit: 64 << 20)
public struct TensorFile: Sendable {
  /// A tensor by its name.
  public struct Entry: Sendable {
    /// The name; in a checkpoint the keys with dots between.
    public let name: String
    public let tensor: FileTensor
    /// The keys of the dictionaries and lists that hold it, from the outermost on.
    public let keys: [Key]

    /// Makes an entry.
    public init(name: String, tensor: FileTensor) {
      (self.name, self.tensor, keys) = (name, tensor, [.name(name)])
    }

    /// Makes an entry of a checkpoint.
    public init(keys: [Key], tensor: FileTensor) {
      (name, self.tensor, self.keys) = (
        keys.map(\.description).joined(separator: "."), tensor, keys
      )
    }
  }

  /// What a dictionary or a list calls one of its values.
  public enum Key: Hashable, Sendable, CustomStringConvertible {
    case name(String)
    case number(Int)

    public var description: String {
      switch self {
      case .name(let name): name
      case .number(let number): "\(number)"
      }
    }
  }

  /// The most bytes of a name: a table of all tensors is as wide as the longest.
  static let nameLimit = 255

  /// Sees that a name is not too long.
  ///
  /// - Throws: ``TensorFileError``.
  static func checkName(_ count: Int) throws(TensorFileError) {
    guard count <= nameLimit else {
      throw TensorFileError(
        "has a name of \(count) bytes, and \(nameLimit) is the most that is read")
    }
  }

  /// The tensors in the file's order.
  public let entries: [Entry]
  /// Whether the file is one tensor without a name.
  public let isSingle: Bool

  init(_ entries: [Entry], isSingle: Bool = false) {
    (self.entries, self.isSingle) = (entries, isSingle)
  }

  private init(single tensor: FileTensor) {
    self.init([Entry(name: "", tensor: tensor)], isSingle: true)
  }

  /// Reads what a file holds, and the values later, when they are asked for; its beginning tells its
  /// format.
  ///
  /// - Parameters:
  ///   - source: the bytes.
  ///   - limit: the bytes that compressed members, images or tables, and views of one storage may
  ///     take together. What stands in a file as it is has no limit but memory's.
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  public init(_ source: ByteSource, limit: Int) throws {
    // What some spreadsheets write before a text.
    let text = source.has([0xef, 0xbb, 0xbf]) ? try source.part(from: 3) : source
    if source.has(NumpyArray.magic) {
      self.init(single: try NumpyArray.read(MemberBytes(source)))
    } else if ZipArchive.magics.contains(where: { source.has($0) }) {
      let archive = try ZipArchive(source, limit: limit)
      if PytorchFile.isOne(archive) {
        self = try PytorchFile.read(archive, limit: limit)
      } else {
        self.init(try Self.arrays(in: archive))
      }
    } else if source.has(PytorchFile.legacyMagic) {
      throw TensorFileError(
        "has PyTorch's format from before version 1.6", remedy: PytorchFile.conversion)
    } else if source.has(Array("ustar".utf8), at: 257) {
      throw TensorFileError("is a tar archive, an old format", remedy: PytorchFile.conversion)
    } else if source.has([0x80]), (try? source.number(UInt8.self, at: 1)).map({ $0 <= 5 }) == true,
      !Safetensors.begins(source)
    {
      throw TensorFileError("is a bare pickle, which is not read", remedy: PytorchFile.conversion)
    } else if source.has(PNGImage.magic) {
      self.init(single: try PNGImage.read(try Self.whole(source, limit), limit: limit))
    } else if GreyMap.magics.contains(where: { source.has($0) }) {
      self.init(single: try GreyMap.read(try Self.whole(source, limit), limit: limit))
    } else if NumberTable.begins(text) {
      self.init(single: try NumberTable.read(try Self.whole(text, limit)))
    } else {
      self.init(try Safetensors.read(source).map(Entry.init(name:tensor:)))
    }
    for entry in entries { try Self.checkName(entry.name.utf8.count) }
  }

  /// A file in memory.
  private static func whole(_ source: ByteSource, _ limit: Int) throws -> ByteSource {
    guard source.count <= limit else {
      throw TensorFileError("has", wanting: source.count, over: limit)
    }
    return try source.loaded()
  }

  private static func arrays(in archive: ZipArchive) throws -> [Entry] {
    try archive.members.map { member in
      guard member.name.hasSuffix(".npy") else {
        throw TensorFileError("holds '\(member.name.prefix(80))', which is not an array")
      }
      let bytes = try archive.read(member)
      do {
        let tensor = try NumpyArray.read(bytes)
        return Entry(name: String(member.name.dropLast(4)), tensor: tensor)
      } catch let error as TensorFileError {
        throw TensorFileError(
          "holds '\(member.name.prefix(80))', which \(error.message)", remedy: error.remedy)
      }
    }
  }
}
