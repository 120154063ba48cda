import CFiles
import CLibrary

/// The one way by which files are written: as a whole or not at all, and without taking from the
/// user what is not meant.
///
/// A new file beside the old one gets the text, the old one's owner and permissions, and then
/// changes places with it. What stood there is looked at after that, when nobody can still change
/// it, and put back where it is not what was to be replaced.
struct FileReplacement {
  /// What is expected to stand where the file is written.
  enum Expectation {
    /// Nothing, or anything at all.
    case anything
    /// No file.
    case nothing
    /// This file with this content.
    case version(FileVersion)
  }

  private static let replacesNothing: UInt32 = 1
  private static let exchanges: UInt32 = 2

  /// The name under which the file is to be written, as it was given.
  private let path: String
  /// The file itself, where the name is a link to it.
  private let target: String
  /// What stands there.
  private let old: stat?

  /// Looks at what stands where a file is to be written.
  ///
  /// - Throws: ``FileError`` where it is not to be replaced.
  init(_ path: String) throws(FileError) {
    let target = try Self.target(path)
    old = try Self.replaceable(target, path)
    self.path = path
    self.target = target
  }

  /// What stands at a place; nil where that is nothing.
  private static func replaceable(_ target: String, _ path: String) throws(FileError) -> stat? {
    var status = stat()
    guard stat(target, &status) == 0 else { return nil }
    let kind = status.st_mode & S_IFMT
    // What stands for a device or a pipe is not to be replaced by a file.
    guard kind == S_IFREG else { throw kind == S_IFDIR ? .isDirectory(path) : .notAFile(path) }
    // One that replaces it would leave the other names with the old text.
    guard status.st_nlink == 1 else { throw .hasOtherNames(path) }
    guard status.st_uid == geteuid() || geteuid() == 0 else { throw .belongsToAnother(path) }
    // The superuser may write it all the same; that it is read-only was meant.
    guard status.st_mode & 0o222 != 0, access(target, W_OK) == 0 else { throw .readOnly(path) }
    return status
  }

  /// The file that a name means: a link stays a link, but leads nowhere outside its folder.
  private static func target(_ path: String) throws(FileError) -> String {
    guard !path.utf8.contains(0) else { throw .notFound(path) }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return path }
    guard let real = FileAccess.realPath(path),
      let folder = FileAccess.realPath(
        TextFile.folder(of: path))
    else { throw .leadsNowhere(path) }
    guard real.hasPrefix(folder == "/" ? "/" : folder + "/") else {
      throw .leadsOutside(path, to: real)
    }
    return real
  }

  /// Writes the file.
  ///
  /// - Returns: what now stands there.
  /// - Throws: ``FileError``; the file is then as it was.
  func write(_ text: String, expecting expectation: Expectation) throws(FileError) -> FileVersion {
    try write(Array(text.utf8), expecting: expectation)
  }

  /// Writes the file.
  ///
  /// - Returns: what now stands there.
  /// - Throws: ``FileError``; the file is then as it was.
  func write(_ bytes: [UInt8], expecting expectation: Expectation) throws(FileError) -> FileVersion
  {
    switch expectation {
    case .anything: break
    case .nothing: if old != nil { throw .wouldOverwrite(path) }
    // Most changes are seen before anything is written.
    case .version(let version): if FileVersion.now(target) != version { throw .changed(path) }
    }
    let folder = TextFile.folder(of: target)
    let temporary = try TemporaryFile(in: folder, for: path)
    try setOwnerAndMode(temporary.descriptor)
    guard TextFile.writeAll(bytes, to: temporary.descriptor), fsync(temporary.descriptor) == 0
    else { throw FileError(path: path, code: errno, isWriting: true) }
    var status = stat()
    fstat(temporary.descriptor, &status)
    temporary.holdOnSignals()
    if old == nil { try place(temporary.path) } else { try exchange(temporary.path, expectation) }
    Self.synchronize(folder)
    TemporaryFile.removeLeftOver(in: folder)
    return FileVersion(status, bytes)
  }

  /// A new file gets the mode that the creation mask asks for, an old one keeps its own and its
  /// owner.
  private func setOwnerAndMode(_ descriptor: Int32) throws(FileError) {
    guard let old else {
      let mask = umask(0)
      umask(mask)
      fchmod(descriptor, 0o666 & ~mask)
      return
    }
    var new = stat()
    fstat(descriptor, &new)
    if new.st_uid != old.st_uid || new.st_gid != old.st_gid {
      guard fchown(descriptor, old.st_uid, old.st_gid) == 0 else { throw .belongsToAnother(path) }
    }
    fchmod(descriptor, old.st_mode & 0o7777)
  }

  /// Gives the new file its name, which nobody must have taken meanwhile.
  private func place(_ temporary: String) throws(FileError) {
    if dpu_rename(temporary, target, Self.replacesNothing) == 0 { return }
    // Not every file system can do that; a second name can be given on all others.
    if errno != EEXIST, link(temporary, target) == 0 { return }
    let code = errno
    throw code == EEXIST
      ? .wouldOverwrite(path) : FileError(path: path, code: code, isWriting: true)
  }

  /// Lets the new file and the old one change places; the old one then goes with the temporary name.
  private func exchange(_ temporary: String, _ expectation: Expectation) throws(FileError) {
    if dpu_rename(temporary, target, Self.exchanges) == 0 {
      guard case .version(let version) = expectation, FileVersion.now(temporary) != version else {
        return
      }
      _ = dpu_rename(temporary, target, Self.exchanges)
      throw .changed(path)
    }
    // A file system without exchange: looked at as late as can be.
    if case .version(let version) = expectation, FileVersion.now(target) != version {
      throw .changed(path)
    }
    guard rename(temporary, target) == 0 else {
      throw FileError(path: path, code: errno, isWriting: true)
    }
  }

  /// Makes the new name survive a power failure.
  private static func synchronize(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
