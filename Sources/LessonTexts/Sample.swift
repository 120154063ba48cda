/// A file that lessons load, as it lies in the folder `sessions` of the package.
public struct Sample: Sendable {
  /// The file's name.
  public let name: String
  private let digits: String

  /// The file's bytes.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits.utf8 {
      let value =
        digit < UInt8(ascii: "a") ? digit - UInt8(ascii: "0") : digit - UInt8(ascii: "a") + 10
      if let first = high { bytes.append(first << 4 | value) }
      high = high == nil ? value : nil
    }
    return bytes
  }

  /// All of them, by name.
  public static let all: [Sample] = embeddedSamples.map { Sample(name: $0.name, digits: $0.digits) }

  /// The one of a name.
  public static func named(_ name: String) -> Sample? { all.first { $0.name == name } }
}
