import Running
import Tensors

/// A `.pt` or `.pth` file: the zip archive that `torch.save` writes.
enum PytorchFile {
  /// What makes any checkpoint one that is read, at a Python prompt.
  static let conversion = """
    # Only if you trust the file: this runs what is in it.
    m = torch.load("FILE", weights_only=False)
    m = m if isinstance(m, dict) else m.state_dict()
    m = m.get("state_dict", m.get("model", m))
    torch.save({k: v for k, v in m.items() if torch.is_tensor(v)}, "tensors.pt")
    """

  /// What the formats before PyTorch 1.6 begin with: a pickled magic number.
  static let legacyMagic: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]

  /// Whether the members are those of such a file, and not of an `.npz`.
  static func isOne(_ archive: ZipArchive) -> Bool { pickle(in: archive) != nil }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - archive: its members.
  ///   - limit: the bytes that the pickle, and all tensors together in the file's types, may take,
  ///     where these are more than the file has: views may share a storage.
  /// - Returns: the tensors by name; those within dictionaries and lists have names with dots.
  /// - Throws: ``TensorFileError``, `OutOfMemory`, `Cancelled`.
  static func read(_ archive: ZipArchive, limit: Int) throws -> TensorFile {
    guard let pickle = pickle(in: archive) else { throw TensorFileError("holds no data.pkl") }
    let folder = pickle.name.dropLast("data.pkl".count)
    if archive.member("\(folder)constants.pkl") != nil {
      throw TensorFileError(
        "is a TorchScript program, which is not read",
        remedy: """
          m = torch.jit.load("FILE")
          torch.save(m.state_dict(), "tensors.pt")
          """)
    }
    var bigEndian = false
    if let order = archive.member("\(folder)byteorder") {
      bigEndian = try archive.read(order).loaded(first: 3).has(Array("big".utf8))
    }
    guard !pickle.isDeflated else {
      throw TensorFileError(
        "has a compressed pickle, which PyTorch does not write", remedy: conversion)
    }
    guard pickle.size <= limit else {
      throw TensorFileError("has a pickle of", wanting: pickle.size, over: limit)
    }
    let (value, heap) = try Unpickler.read(try archive.read(pickle).loaded())
    var walk = CheckpointWalk(heap: heap)
    try walk.visit(value)
    var total = 0
    var members: [String: MemberBytes] = [:]
    var entries: [TensorFile.Entry] = []
    for (keys, place) in walk.tensors {
      let name = keys.map(\.description).joined(separator: ".")
      let view = heap.views[place]
      let storage = heap.storages[view.storage]
      if members[storage.key] == nil {
        guard let member = archive.member("\(folder)data/\(storage.key)"), !member.isDeflated else {
          throw TensorFileError("lacks the elements of '\(name.prefix(80))'")
        }
        members[storage.key] = try archive.read(member)
      }
      guard let stored = members[storage.key] else { continue }
      let (bytes, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
      guard !overflow, bytes == stored.count else {
        throw TensorFileError(
          "has a storage of \(stored.count) bytes for \(storage.count) elements")
      }
      let shape: Shape
      do throws(ShapeError) {
        shape = try Shape(checking: view.sizes)
      } catch {
        throw TensorFileError("holds '\(name.prefix(80))': \(error.message)")
      }
      total += shape.count * storage.type.size
      guard total <= max(limit, archive.byteCount) else {
        throw TensorFileError("holds views of", wanting: total, over: limit)
      }
      let layout = TensorLayout(
        type: storage.type, bigEndian: bigEndian, shape: shape, strides: view.strides,
        offset: view.offset)
      entries.append(TensorFile.Entry(keys: keys, tensor: try FileTensor(layout, in: stored)))
    }
    return TensorFile(entries, isSingle: walk.isSingle)
  }

  private static func pickle(in archive: ZipArchive) -> ZipArchive.Member? {
    archive.members.first { member in
      member.name == "data.pkl"
        || member.name.hasSuffix("/data.pkl") && member.name.count { $0 == "/" } == 1
    }
  }
}
