/// Why a file of tensors cannot be read.
public struct TensorFileError: Error, Equatable, Sendable {
  /// What is wrong, in words that follow the file's name.
  public let message: String
  /// What helps, where something does.
  public let remedy: String?
  /// The bytes that the limit has to allow, where it is the limit that is in the way.
  public let wanted: Int?

  /// Makes the error.
  public init(_ message: String, remedy: String? = nil) {
    (self.message, self.remedy, wanted) = (message, remedy, nil)
  }

  /// Makes the error of what takes more bytes than the limit allows.
  ///
  /// - Parameters:
  ///   - what: what does, in words that end before the number.
  ///   - bytes: how many.
  ///   - limit: how many are allowed.
  init(_ what: String, wanting bytes: Int, over limit: Int) {
    message = "\(what) \(bytes) bytes, and \(limit) is the most that is read"
    (remedy, wanted) = (nil, bytes)
  }
}
