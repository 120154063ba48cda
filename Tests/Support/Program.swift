import Foundation

/// The built program, run to its end with pipes.
public enum Program {
  /// What a run gave.
  public struct Run: Sendable {
    /// The exit status, or minus a signal.
    public let status: Int32
    /// What it wrote to standard output.
    public let output: String
    /// What it wrote to standard error.
    public let errors: String
  }

  /// The path of the `dpu` that was built with these tests.
  public static var path: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "dpu").path()
  }

  /// The folder of the package.
  public static var packageFolder: String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path()
  }

  /// Runs `dpu` with arguments and standard input, and perhaps only so many kilobytes of address
  /// space, as the shell's `ulimit -v` sets it.
  public static func run(
    _ arguments: [String], input: Data? = nil, environment: [String: String] = [:],
    directory: String? = nil, addressSpace: Int? = nil
  ) throws -> Run {
    let folder = try TemporaryFolder()
    let process = Process()
    if let addressSpace {
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments =
        ["-c", "ulimit -v \(addressSpace); exec \"$0\" \"$@\"", path] + arguments
    } else {
      process.executableURL = URL(filePath: path)
      process.arguments = arguments
    }
    process.environment = ["HOME": folder.path, "PATH": "/usr/bin:/bin"]
      .merging(Sanitizer.environment) { $1 }.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    // Files instead of pipes: however much is written, nobody waits for the other.
    func handle(_ name: String, _ data: Data = Data()) throws -> FileHandle {
      let file = URL(filePath: folder.path).appending(path: name)
      try data.write(to: file)
      return try FileHandle(forUpdating: file)
    }
    let (output, errors) = (try handle("output"), try handle("errors"))
    process.standardInput = try input.map { try handle("input", $0) } ?? FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(
        decoding: try Data(contentsOf: URL(filePath: folder.path).appending(path: name)),
        as: UTF8.self)
    }
    return Run(
      status: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      output: try text("output"), errors: try text("errors"))
  }

  /// Runs `dpu` with a script on standard input.
  public static func run(
    script: String, _ arguments: [String] = [], addressSpace: Int? = nil
  ) throws -> Run {
    try run(arguments, input: Data(script.utf8), addressSpace: addressSpace)
  }
}

/// A folder that goes with its owner.
public final class TemporaryFolder {
  /// Its path.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "dpu-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path()
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file into it.
  public func write(_ text: String, to name: String) throws -> String {
    let file = path + "/" + name
    try Data(text.utf8).write(to: URL(filePath: file))
    return file
  }

  /// Reads a file in it.
  public func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
  }
}
