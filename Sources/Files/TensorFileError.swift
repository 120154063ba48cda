/// Why a file of tensors cannot be read.
public struct TensorFileError: Error, Equatable, Sendable {
  /// What is wrong, in words that follow the file's name.
  public let message: String
  /// What helps, where something does.
  public let remedy: String?

  /// Makes the error.
  public init(_ message: String, remedy: String? = nil) {
    (self.message, self.remedy) = (message, remedy)
  }
}
