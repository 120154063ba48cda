/// Text within a page.
public enum Markup {
  /// A text as HTML and XML write it, within an element or between an attribute's quotes: nothing in
  /// it is read as a tag or an entity.
  public static func escaped(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(where: { special[$0] != nil }) else { return String(text) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
      if let entity = special[byte] { bytes += entity.utf8 } else { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let special: [UInt8: String] = [
    UInt8(ascii: "&"): "&amp;", UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;",
    UInt8(ascii: "\""): "&quot;", UInt8(ascii: "'"): "&#39;",
  ]
}
