import CLibrary
import Notebook

/// A file to which several notebooks add lines at once, and which none of them lets grow for ever.
enum SharedFile {
  /// Adds text to the file's end, whoever else writes to it.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  static func append(_ text: String, to path: String) -> Bool {
    guard let descriptor = held(path, LOCK_SH, O_WRONLY | O_APPEND | O_CREAT) else { return false }
    defer { close(descriptor) }
    return TextFile.writeAll(Array(text.utf8), to: descriptor)
  }

  /// Leaves the newest lines of a file that has become twice as long.
  static func cut(_ path: String, to length: Int) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) > 2 * length, let descriptor = held(path, LOCK_EX, O_RDWR)
    else { return }
    defer { close(descriptor) }
    guard let text = try? TextFile.readTail(path, bytes: length) else { return }
    try? TextFile.write(text, to: path)
  }

  /// Opens and locks the file that has the name when that is done: one that is cut gets a new one.
  private static func held(_ path: String, _ lock: Int32, _ flags: Int32) -> Int32? {
    while true {
      let descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o600)
      guard descriptor >= 0 else { return nil }
      var (mine, present) = (stat(), stat())
      if flock(descriptor, lock) == 0, fstat(descriptor, &mine) == 0,
        mine.st_mode & S_IFMT == S_IFREG
      {
        let isPresent =
          stat(path, &present) == 0 && present.st_ino == mine.st_ino
          && present.st_dev == mine.st_dev
        if isPresent { return descriptor }
      } else if errno != EINTR {
        close(descriptor)
        return nil
      }
      close(descriptor)
    }
  }
}
