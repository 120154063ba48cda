import CTestSupport
import Foundation

/// A program at a pseudo-terminal of its own, driven as a person would: keys in, screen text out.
public final class PseudoTerminal {
  /// What went wrong while waiting.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// The program's process.
  public let process: pid_t
  private let primary: Int32
  private let columns: Int
  /// Held open so that the terminal's settings can be asked for when the program has gone.
  private let secondary: Int32
  /// Everything the program has written.
  public private(set) var output: [UInt8] = []
  /// How much of the output ``expect(_:within:)`` has gone past.
  private var position = 0
  private var status: Int32?

  /// Starts a program at a new terminal.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    directory: String? = nil, rows: UInt16 = 24, columns: UInt16 = 80
  ) throws {
    self.columns = Int(columns)
    var variables = [
      "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "INPUTRC": "/dev/null",
    ]
    variables.merge(Sanitizer.environment) { $1 }
    variables.merge(environment) { $1 }
    let strings = ([executable] + arguments).map { strdup($0) } + [nil]
    let pairs = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (strings + pairs).forEach { free($0) } }
    var (primary, secondary): (Int32, Int32) = (-1, -1)
    process = start_at_terminal(
      executable, strings, pairs, directory, rows, columns, &primary, &secondary)
    guard process > 0 else {
      throw Failure(description: "\(executable): \(String(cString: strerror(errno)))")
    }
    self.primary = primary
    self.secondary = secondary
  }

  deinit {
    if status == nil {
      Foundation.kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    close(primary)
    close(secondary)
  }

  /// Types keys.
  public func send(_ keys: String) {
    let bytes = Array(keys.utf8)
    var start = 0
    while start < bytes.count {
      // A terminal takes a few thousand bytes at once; what the program answers must be read
      // meanwhile, or both wait for each other.
      let count = write(primary, Array(bytes[start...].prefix(512)), min(512, bytes.count - start))
      if count > 0 { start += count }
      read(for: 0)
    }
  }

  /// Types a line.
  public func enter(_ line: String) { send(line + "\r") }

  /// Waits until the program has written a text, escape sequences aside.
  ///
  /// - Returns: what came before it since the last call.
  @discardableResult
  public func expect(_ text: String, within seconds: Double = 30) throws -> String {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      let plain = Self.plain(output)
      let rest = String(decoding: Array(plain.utf8.dropFirst(position)), as: UTF8.self)
      if let found = rest.range(of: text) {
        position += rest[..<found.upperBound].utf8.count
        return String(rest[..<found.lowerBound])
      }
      guard Date() < end else {
        throw Failure(description: "no '\(text)' in:\n\(rest)")
      }
      if !read(for: 50), status != nil || isGone() {
        read(for: 50)
        let last = String(
          decoding: Array(Self.plain(output).utf8.dropFirst(position)), as: UTF8.self)
        guard last.contains(text) else {
          throw Failure(description: "the program ended without '\(text)':\n\(last)")
        }
      }
    }
  }

  /// Whether the program has written nothing more for a while.
  public func isQuiet(for milliseconds: Int32 = 200) -> Bool {
    let before = output.count
    read(for: milliseconds)
    return output.count == before
  }

  /// Waits for the program's end.
  ///
  /// - Returns: its exit status, or minus the signal that ended it.
  public func wait(within seconds: Double = 30) throws -> Int32 {
    let end = Date(timeIntervalSinceNow: seconds)
    while !isGone() {
      guard Date() < end else { throw Failure(description: "it does not end:\n\(text)") }
      read(for: 20)
    }
    while read(for: 20) {}
    return status ?? 0
  }

  /// Sends a signal to the program.
  public func kill(_ signal: Int32) { Foundation.kill(process, signal) }

  /// Changes the window's size.
  public func resize(rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(primary, UInt(TIOCSWINSZ), &size)
  }

  /// The terminal's settings.
  public var settings: termios {
    var settings = termios()
    tcgetattr(secondary, &settings)
    return settings
  }

  /// Everything written so far, escape sequences and carriage returns aside.
  public var text: String { Self.plain(output) }

  /// What is on the screen, scrolled-off lines included.
  public var screen: [String] { ScreenText(output, width: columns).lines }

  /// Waits until the screen shows a text, with nothing more coming.
  ///
  /// - Returns: the screen's lines.
  @discardableResult
  public func expectScreen(_ text: String, within seconds: Double = 30) throws -> [String] {
    let end = Date(timeIntervalSinceNow: seconds)
    while true {
      let lines = screen
      if lines.joined(separator: "\n").contains(text), isQuiet(for: 100) { return screen }
      guard Date() < end else {
        throw Failure(description: "no '\(text)' on:\n\(lines.joined(separator: "\n"))")
      }
      read(for: 50)
    }
  }

  @discardableResult
  private func read(for milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: primary, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, milliseconds) > 0, descriptor.revents & Int16(POLLIN) != 0 else {
      return false
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = Foundation.read(primary, &chunk, chunk.count)
    guard count > 0 else { return false }
    output += chunk[..<count]
    return true
  }

  private func isGone() -> Bool {
    if status != nil { return true }
    var code: Int32 = 0
    guard waitpid(process, &code, WNOHANG) == process else { return false }
    status = code & 0x7f == 0 ? (code >> 8) & 0xff : -(code & 0x7f)
    return true
  }

  /// The text without escape sequences, bells and carriage returns.
  static func plain(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == 0x1b, index < bytes.count {
        let kind = bytes[index]
        index += 1
        if kind == UInt8(ascii: "[") {
          while index < bytes.count, !(0x40...0x7e).contains(bytes[index]) { index += 1 }
          index += 1
        } else if kind == UInt8(ascii: "]") {
          while index < bytes.count, bytes[index] != 0x07 { index += 1 }
          index += 1
        }
      } else if byte != 0x0d, byte != 0x07 {
        result.append(byte)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
