import Foundation
import TestSupport
import Testing

@testable import Files

/// What the program takes to read files that were damaged by chance, or made to use up memory: less
/// than three times the largest one and 50 MB, its own 25 MB included.
@Suite(.disabled(if: Sanitizer.isOn)) struct FileMemoryTests {
  @Test(arguments: Damage.kinds) func threeHundredMutatedFilesTakeLittle(_ name: String) throws {
    let original = try fixture(name).array()
    var damage = Damage()
    let files = (0..<300).map { _ in damage.damaged(original) }
    let run = try Self.load(files, suffix: String(name.suffix(4)))
    #expect(run.errors.components(separatedBy: "error: load: '").count > 30)
    #expect(run.peak < Self.bound(files), "\(run.peak)")
  }

  @Test(arguments: bombs.keys.sorted()) func bombsAreRefusedAndTakeLittle(_ name: String) throws {
    let bomb = try #require(Self.bombs[name])
    let bytes = bomb()
    let run = try Self.load([bytes], suffix: name)
    #expect(run.errors.contains("error: load: '0-\(name)' "), "\(run.errors.prefix(300))")
    #expect(run.peak < Self.bound([bytes]), "\(run.peak)")
  }

  private static func bound(_ files: [[UInt8]]) -> Int {
    3 * (files.map(\.count).max() ?? 0) + 50_000_000
  }

  /// Files of some kilobytes or megabytes that would take far more.
  private static let bombs: [String: @Sendable () -> [UInt8]] = [
    "zeros.npz": {
      var member = CraftedZip.Member("z.npy", CraftedDeflate.zeros(270_000))
      (member.method, member.size) = (8, UInt32(258 * 270_000 + 1))
      return CraftedZip([member]).bytes
    },
    "compressed.pt": {
      let text = Array("\u{2}X".utf8) + CraftedZip.little(UInt32(258 * 200_000)) + [0]
      var member = CraftedZip.Member(
        "a/data.pkl",
        [0] + CraftedDeflate.stored([0x80] + text).dropFirst()
          + CraftedDeflate.zeros(200_000))
      (member.method, member.size) = (8, UInt32(258 * 200_000 + 9))
      return CraftedZip([member]).bytes
    },
    "values.pt": { pickle(Array("(".utf8) + repeated("N", 2_000_000) + Array("t".utf8)) },
    "memo.pt": { pickle(Array("(".utf8) + repeated("N\u{94}", 1_000_000) + Array("t".utf8)) },
    "nested.pt": { pickle(Array(")".utf8) + repeated("\u{85}", 1_000_000)) },
    "lists.pt": { pickle(Array("(".utf8) + repeated("]", 1_000_000) + Array("t".utf8)) },
    "dictionaries.pt": { pickle(Array("(".utf8) + repeated("}", 1_000_000) + Array("t".utf8)) },
    // One tensor, whose name is a megabyte long each time.
    "names.pt": {
      let key = Array("}X".utf8) + CraftedZip.little(UInt32(1 << 20)) + repeated("k", 1 << 20)
      return pickle(key + Array("(".utf8) + tensor + repeated("h\0", 100_000) + Array("ts".utf8))
    },
    "views.pt": { pickle(Array("(".utf8) + tensor + repeated("h\0", 900_000) + Array("t".utf8)) },
    // Lists that hold the one before three times.
    "threefold.pt": {
      let lists = (0..<13 as Range<UInt8>).flatMap { level -> [UInt8] in
        [0x5d, 0x71, level + 1, 0x28, 0x68, level, 0x68, level, 0x68, level, 0x65]
      }
      return pickle(Array("(".utf8) + tensor + lists + Array("t".utf8))
    },
    "values.safetensors": { list(of: "0,", 1 << 21) },
    "lists.safetensors": { list(of: "[],", 1 << 21) },
    "objects.safetensors": { list(of: "{\"\":0},", 1 << 20) },
    "name.safetensors": { header("{\"".utf8 + repeated("k", 30 << 20) + "\":1}".utf8) },
    // A table is as wide as its longest name.
    "names.safetensors": {
      let tensor = "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}"
      let names = [String(repeating: "k", count: 1 << 20)] + (0..<10_000).map(String.init)
      let members = names.map { "\"" + $0 + tensor }.joined(separator: ",")
      return header(Array("{\(members)}".utf8))
    },
    "claims.png": { image(parts: [[0x78, 1]]) },
    "parts.png": { image(parts: Array(repeating: repeated("x", 8192), count: 4000)) },
    "lines.csv": { repeated("1\n", 1_000_000) + Array("x".utf8) },
    "cells.csv": { repeated("1,", 1_000_000) + Array("x".utf8) },
    "blank.csv": { Array("1\n".utf8) + repeated("\n", 2_000_000) + Array("x".utf8) },
    "claims.pgm": { Array("P2 8000 8000 255 ".utf8) },
  ]

  private static func repeated(_ text: String, _ count: Int) -> [UInt8] {
    // Characters below 256 are bytes here.
    var bytes = text.unicodeScalars.map { UInt8($0.value) }
    let wanted = bytes.count * count
    while bytes.count < wanted { bytes += bytes }
    return Array(bytes.prefix(wanted))
  }

  private static func pickle(_ content: [UInt8]) -> [UInt8] {
    CraftedZip([.init("a/data.pkl", [0x80, 2] + content + [0x2e]), .init("a/data/0", [])]).bytes
  }

  /// An empty tensor, in the memo at 0.
  private static let tensor =
    Array(
      ("ctorch._utils\n_rebuild_tensor_v2\n((U\u{7}storagectorch\nFloatStorage\nU\u{1}0U\u{3}cpuK\0tQ"
        + "K\0K\0").utf8) + [0x85] + Array("K\u{1}".utf8) + [0x85, 0x89] + Array("NtRq\0".utf8)

  private static func header(_ text: [UInt8]) -> [UInt8] {
    CraftedZip.little(UInt64(text.count)) + text
  }

  private static func list(of items: String, _ count: Int) -> [UInt8] {
    header("{\"a\":[".utf8 + repeated(items, count) + "0]}".utf8)
  }

  /// An image of 8000 × 8000 pixels, or what claims to be one.
  private static func image(parts: [[UInt8]]) -> [UInt8] {
    func part(_ name: String, _ content: [UInt8]) -> [UInt8] {
      let checksum = made { try ByteSource(Array(name.utf8) + content).checksum() }
      return CraftedZip.little(UInt32(content.count).byteSwapped) + Array(name.utf8) + content
        + CraftedZip.little(checksum.byteSwapped)
    }
    return PNGImage.magic + part("IHDR", [0, 0, 0x1f, 0x40, 0, 0, 0x1f, 0x40, 8, 0, 0, 0, 0])
      + parts.flatMap { part("IDAT", $0) } + part("IEND", [])
  }

  /// Has the program list each file, and asks the system for its largest size before it ends.
  ///
  /// - Parameters:
  ///   - files: what they hold.
  ///   - suffix: what follows their numbers and a hyphen.
  /// - Returns: the most memory it had, in bytes, and what it wrote to standard error.
  /// - Throws: what starting it and reading what it wrote throw.
  private static func load(
    _ files: [[UInt8]], suffix: String
  ) throws -> (peak: Int, errors: String) {
    let folder = try TemporaryFolder()
    let path = URL(filePath: folder.path)
    var script = ""
    for (number, bytes) in files.enumerated() {
      try Data(bytes).write(to: path.appending(path: "\(number)-\(suffix)"))
      script += "load \(number)-\(suffix)\n"
    }
    let errors = path.appending(path: "errors")
    try Data().write(to: errors)
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = ["--keep-going"]
    process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"]
    process.currentDirectoryURL = path
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    let input = Pipe()
    process.standardInput = input
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data((script + "load the-end.npy\n").utf8))
    var said = ""
    for _ in 0..<1200 where process.isRunning && !said.contains("the-end") {
      usleep(100_000)
      said = try String(decoding: Data(contentsOf: errors), as: UTF8.self)
    }
    #expect(said.contains("there is no file 'the-end.npy'"))
    let status = try String(
      contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return (1024 * (try #require(Int(line.split(separator: " ")[1]))), said)
  }
}
