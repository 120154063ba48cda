import Foundation

/// What PyTorch answered, as `Fixtures/record.py` wrote it down.
public enum Fixture {
  /// The folder that holds the tests.
  public static let tests = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The package's root.
  public static let package = tests.deletingLastPathComponent()

  /// Reads `Fixtures/NAME.json`.
  ///
  /// - Throws: what reading and decoding throw.
  public static func read<Content: Decodable>(_ name: String) throws -> Content {
    let url = tests.appendingPathComponent("Fixtures/\(name).json")
    return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
  }

  /// The text of a file in `Fixtures`.
  ///
  /// - Throws: what reading it throws.
  public static func text(_ name: String) throws -> String {
    try String(contentsOf: tests.appendingPathComponent("Fixtures/\(name)"), encoding: .utf8)
  }

  /// The names of the Swift files in a folder of the package, without suffix, sorted.
  ///
  /// - Throws: what listing the folder throws.
  public static func swiftFiles(in folder: String) throws -> [String] {
    let url = package.appendingPathComponent(folder)
    return try FileManager.default.subpathsOfDirectory(atPath: url.path)
      .filter { $0.hasSuffix(".swift") }
      .map { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent }
      .sorted()
  }
}
