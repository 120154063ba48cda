import Running

/// The tensors of a file in any of the formats that are read.
///
///     let file = try TensorFile(bytes, limit: 64 << 20)
public struct TensorFile: Sendable {
  /// A tensor by its name.
  public struct Entry: Sendable {
    public let name: String
    public let tensor: FileTensor

    /// Makes an entry.
    public init(name: String, tensor: FileTensor) { (self.name, self.tensor) = (name, tensor) }
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

  /// Reads the bytes of a file, whose beginning tells its format.
  ///
  /// - Parameters:
  ///   - source: the bytes.
  ///   - limit: the bytes that compressed members, or views of one storage, may take together.
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  public init(_ source: ByteSource, limit: Int) throws {
    if source.has(NumpyArray.magic) {
      self.init(single: try NumpyArray.read(source))
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
      self.init(single: try PNGImage.read(source, limit: limit))
    } else if GreyMap.magics.contains(where: { source.has($0) }) {
      self.init(single: try GreyMap.read(source, limit: limit))
    } else if NumberTable.begins(source) {
      self.init(single: try NumberTable.read(source))
    } else {
      self.init(try Safetensors.read(source).map(Entry.init(name:tensor:)))
    }
  }

  private static func arrays(in archive: ZipArchive) throws -> [Entry] {
    try archive.members.map { member in
      guard member.name.hasSuffix(".npy") else {
        throw TensorFileError("holds '\(member.name.prefix(80))', which is not an array")
      }
      // The header says what the rest must be, before it is inflated.
      let header = try NumpyArray.header(try archive.read(member, first: NumpyArray.prefix))
      guard header.fileSize == member.size else {
        throw TensorFileError("holds '\(member.name.prefix(80))' with a size that does not fit")
      }
      let tensor = try NumpyArray.read(try archive.read(member))
      return Entry(name: String(member.name.dropLast(4)), tensor: tensor)
    }
  }
}
