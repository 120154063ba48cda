import Reports
import Running

/// What came of one cell.
public struct CellResult {
  /// The message of a cell that was stopped by Ctrl-C.
  public static let interrupted = "interrupted"

  /// The cell's number, from 1.
  public let number: Int
  /// Its text, in the session's numbers.
  public internal(set) var source: String
  /// What was typed where that is not the same: the word `time` too, or a file's own numbers. Errors
  /// have their place in it.
  public let typed: String
  /// The displayed value.
  public internal(set) var value: Value?
  /// What is displayed of it.
  public internal(set) var report: Report?
  /// The same as text.
  public internal(set) var text: String?
  /// What would otherwise mislead.
  public internal(set) var notes: [Note] = []
  /// What went wrong, if something did.
  public internal(set) var failure: Diagnostic?
  /// Whether it stopped because somebody asked for that.
  public internal(set) var wasCancelled = false
  /// Whether it was refused for safety.
  public internal(set) var wasRefused = false
  /// What a notebook command asks for.
  public internal(set) var reply: Reply?
  /// Whether it worked on the notebook and not on the session: it is not part of what a replay
  /// needs.
  public internal(set) var isAside = false
  /// Whether it began the session anew.
  public internal(set) var isReset = false
  /// The CRC-32 of each file that the cell read, in order.
  public internal(set) var filesRead: [UInt32] = []
  /// How long its commands took, where somebody asked.
  public internal(set) var timings: [Timing] = []

  init(number: Int, source: String, typed: String) {
    self.number = number
    self.source = source
    self.typed = typed
  }
}

/// How long a cell took, and how much tensor storage it asked for.
public struct Timing: Sendable {
  /// The time.
  public let duration: Duration
  /// The bytes, intermediate tensors included.
  public let tensorBytes: Int

  /// Measures what is done.
  ///
  /// - Throws: what `body` throws.
  static func measure<Result>(
    _ body: () throws -> Result
  ) rethrows -> (result: Result, timing: Timing) {
    let bytes = Memory.bytesClaimed
    let clock = ContinuousClock()
    let start = clock.now
    let result = try body()
    return (
      result, Timing(duration: clock.now - start, tensorBytes: Memory.bytesClaimed - bytes)
    )
  }

  private var seconds: Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  /// The time in words: `1.24 ms`.
  var time: String {
    seconds < 1e-3
      ? "\(Self.rounded(seconds * 1e6)) µs"
      : seconds < 1 ? "\(Self.rounded(seconds * 1e3)) ms" : "\(Self.rounded(seconds)) s"
  }

  /// Both in words: `1.24 ms, 3.0 KiB of tensors`.
  public var text: String {
    let units = ["B", "KiB", "MiB", "GiB"]
    var (size, unit) = (Double(tensorBytes), 0)
    while size >= 1024, unit < units.count - 1 {
      size /= 1024
      unit += 1
    }
    return "\(time), \(unit == 0 ? "\(tensorBytes)" : Self.rounded(size)) \(units[unit]) of tensors"
  }

  /// Three digits or so.
  private static func rounded(_ value: Double) -> String {
    let scale: Double = value < 10 ? 100 : value < 100 ? 10 : 1
    let rounded = (value * scale).rounded() / scale
    return scale == 1 ? "\(Int(rounded))" : "\(rounded)"
  }
}
