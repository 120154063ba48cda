import CLibrary
import Language
import Synchronization

/// A new file beside the one that it is to replace; it goes with its owner, on signals too.
struct TemporaryFile: ~Copyable {
  private static let prefix = ".dpu-"
  private static let letters = 6
  /// Seconds after which one that nobody holds is taken for left over.
  private static let lifetime = 86_400
  /// Where the name of the one that is being written stands in memory, for a signal handler; or 0.
  private static let pending = Atomic<UInt>(0)

  let path: String
  let descriptor: Int32
  private let name: UnsafeMutablePointer<CChar>

  /// Makes an empty one in a folder, which only its owner can read.
  ///
  /// - Throws: ``FileError`` about `target`.
  init(in folder: String, for target: String) throws(FileError) {
    let pattern = "\(folder)/\(Self.prefix)\(String(repeating: "X", count: Self.letters))"
    // All is there before anything of this is set: what throws then would be taken away twice.
    guard let name = strdup(pattern) else {
      throw FileError(path: target, code: ENOMEM, isWriting: true)
    }
    let descriptor = mkstemp(name)
    guard descriptor >= 0 else {
      let code = errno
      free(name)
      throw FileError(path: target, code: code, isWriting: true)
    }
    self.name = name
    self.descriptor = descriptor
    path = String(cString: name)
    // Whoever looks for what is left over sees by the lock that somebody still writes it.
    flock(descriptor, LOCK_EX | LOCK_NB)
    _ = Self.pending.compareExchange(
      expected: 0, desired: UInt(bitPattern: name), ordering: .sequentiallyConsistent)
  }

  deinit {
    unlink(path)
    close(descriptor)
    _ = Self.pending.compareExchange(
      expected: UInt(bitPattern: name), desired: 0, ordering: .sequentiallyConsistent)
    free(name)
  }

  /// Leaves its name out of what a signal removes: from now on the file that is replaced may bear it.
  borrowing func holdOnSignals() {
    _ = Self.pending.compareExchange(
      expected: UInt(bitPattern: name), desired: 0, ordering: .sequentiallyConsistent)
  }

  /// Removes the one that is being written. Safe in a signal handler that ends the program.
  static func removePending() {
    let name = pending.load(ordering: .sequentiallyConsistent)
    if let name = UnsafePointer<CChar>(bitPattern: name) { unlink(name) }
  }

  /// Removes what programs that were killed left in a folder: a day old, the user's own, regular,
  /// with one name, and held by nobody.
  static func removeLeftOver(in folder: String, now: Int = time(nil)) {
    for name in TextFile.names(in: folder) where isOne(name) {
      let path = folder + "/" + name
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        status.st_uid == geteuid(), status.st_nlink == 1,
        now - status.st_ctim.tv_sec > lifetime, flock(descriptor, LOCK_EX | LOCK_NB) == 0
      {
        unlink(path)
      }
    }
  }

  private static func isOne(_ name: String) -> Bool {
    name.hasPrefix(prefix) && name.utf8.count == prefix.utf8.count + letters
      && name.utf8.dropFirst(prefix.utf8.count).allSatisfy { $0.isLetter || $0.isDigit }
  }
}
