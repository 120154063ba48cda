import CLibrary
import Files
import LessonTexts

/// Which files a notebook may read and write.
///
/// What comes from a file may only touch the folders it was given; a person's own commands may
/// touch everything.
public struct FileAccess: Sendable {
  /// A set of files.
  public enum Scope: Sendable {
    /// All files.
    case everything
    /// The files in these folders and below them.
    case folders([String])
  }

  /// What may be read.
  public var reading: Scope
  /// What may be written.
  public var writing: Scope

  /// The folder that relative paths of values start from; nil for the current one.
  public var folder: String?

  /// Makes an access.
  public init(reading: Scope, writing: Scope, folder: String? = nil) {
    self.reading = reading
    self.writing = writing
    self.folder = folder
  }

  /// Nothing, for what only explains cells.
  static let nothing = FileAccess(reading: .folders([]), writing: .folders([]))

  /// Everything, for what a person types.
  public static let everything = FileAccess(reading: .everything, writing: .everything)

  /// Whether a file may be written.
  func allowsWriting(_ path: String) -> Bool { Self.allows(writing, path) }

  /// Reads a file as text.
  ///
  /// - Throws: ``FileError``.
  public func read(_ path: String) throws(FileError) -> String {
    guard Self.allows(reading, path) else { throw .readRefused(path) }
    return try TextFile.read(path)
  }

  /// A file's bytes, which are read when they are asked for; where there is no such file, those of one
  /// that lessons load and the program has with them.
  ///
  /// - Throws: ``FileError``, `TensorFileError`.
  func source(_ path: String) throws -> ByteSource {
    let place = place(of: path)
    if let sample = Sample.named(path), !TextFile.exists(place) { return ByteSource(sample.bytes) }
    guard Self.allows(reading, place) else { throw FileError.readRefused(path) }
    return try FileReader(place).source()
  }

  /// Where a value's path leads.
  private func place(of path: String) -> String {
    guard let folder, !path.hasPrefix("/") else { return path }
    return folder + "/" + path
  }

  /// Writes the bytes of values as a whole or not at all. A file that has them already stays.
  ///
  /// - Parameters:
  ///   - bytes: the bytes.
  ///   - path: where.
  ///   - replaces: whether a file with other bytes is replaced.
  /// - Throws: ``FileError``.
  func write(_ bytes: [UInt8], to path: String, replacing replaces: Bool) throws(FileError) {
    let place = place(of: path)
    guard Self.allows(writing, place) else { throw .writeRefused(path) }
    guard !TextFile.isFolder(place) else { throw .isDirectory(path) }
    var expectation = FileReplacement.Expectation.nothing
    if TextFile.exists(place) {
      if let old = try? FileReader(place).all(), old == bytes { return }
      guard replaces else { throw .holdsOther(path) }
      expectation = .anything
    }
    _ = try FileReplacement(place).write(bytes, expecting: expectation)
  }

  /// Writes a file as a whole or not at all.
  ///
  /// - Returns: what then stands there.
  /// - Throws: ``FileError``.
  @discardableResult
  func write(
    _ text: String, to path: String, expecting expectation: FileReplacement.Expectation = .anything
  ) throws(FileError) -> FileVersion {
    guard Self.allows(writing, path) else { throw .writeRefused(path) }
    return try FileReplacement(path).write(text, expecting: expectation)
  }

  private static func allows(_ scope: Scope, _ path: String) -> Bool {
    guard case .folders(let folders) = scope else { return true }
    // A file that is still to be written has no real path of its own, but its folder has one. A
    // link is followed, so that it cannot lead outside.
    guard let real = realPath(path) ?? realPath(TextFile.folder(of: path)) else { return false }
    return folders.contains { folder in
      guard let folder = realPath(folder) else { return false }
      return real == folder || real.hasPrefix(folder == "/" ? "/" : folder + "/")
    }
  }

  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
