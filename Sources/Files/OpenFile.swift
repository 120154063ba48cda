import CLibrary

/// A regular file that stays open while its tensors are read from it.
///
/// Only what is asked for is read, so that a checkpoint of gigabytes takes no memory of its own. A
/// file that somebody writes meanwhile is noticed: what was read before would not belong to what is
/// read after.
final class OpenFile: Sendable {
  /// The bytes it had when it was opened.
  let count: Int
  private let descriptor: Int32
  private let changed: (seconds: Int, nanoseconds: Int)

  /// Takes over a descriptor, and closes it in the end.
  ///
  /// - Throws: ``TensorFileError`` where the system does not say how large the file is.
  init(_ descriptor: Int32) throws(TensorFileError) {
    self.descriptor = descriptor
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      close(descriptor)
      throw Self.unreadable
    }
    (count, changed) = (Int(status.st_size), Self.changed(status))
  }

  deinit { close(descriptor) }

  /// Copies bytes; the caller has checked that they lie within ``count``.
  ///
  /// - Throws: ``TensorFileError`` where they cannot be read or are not those of before.
  func copy(
    at offset: Int, count: Int, to target: UnsafeMutableRawPointer
  ) throws(TensorFileError) {
    var done = 0
    while done < count {
      let read = pread(descriptor, target + done, count - done, off_t(offset + done))
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw Self.unreadable }
      guard read > 0 else { throw Self.isAnother }
      done += read
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) == self.count,
      Self.changed(status) == changed
    else { throw Self.isAnother }
  }

  private static func changed(_ status: stat) -> (Int, Int) {
    (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }

  private static var unreadable: TensorFileError { TensorFileError("cannot be read to its end") }

  private static var isAnother: TensorFileError {
    TensorFileError("was changed while it was read", remedy: "run the cell again")
  }
}
