import CReadline
import Dispatch
import Running
import Synchronization

/// One line on standard error that says how far a long command is: only at a terminal, and only
/// from the second second on.
final class ProgressLine: Sendable {
  private struct State {
    var isRunning = false
    var run = 0
    var start = ContinuousClock.now
    var loop = 0
    var loopStart = ContinuousClock.now
    var width = 0
  }

  private static let patience = DispatchTimeInterval.milliseconds(1000)
  private static let interval = DispatchTimeInterval.milliseconds(200)

  private let state = Mutex(State())

  /// Runs a command; shows its progress when it takes long.
  func during<Result>(_ label: String, _ body: () throws -> Result) rethrows -> Result {
    guard Console.isErrorTerminal else { return try body() }
    begin(label)
    defer { end() }
    return try body()
  }

  private func begin(_ label: String) {
    Progress.begin(0)
    Progress.command = label
    let run = state.withLock { state in
      state.isRunning = true
      state.run += 1
      state.start = .now
      state.loop = Progress.loop
      state.loopStart = .now
      return state.run
    }
    schedule(run, after: Self.patience)
  }

  private func end() {
    state.withLock { state in
      state.isRunning = false
      erase(&state)
    }
  }

  private func schedule(_ run: Int, after delay: DispatchTimeInterval) {
    DispatchQueue.global().asyncAfter(deadline: .now() + delay) { [self] in
      let goesOn = state.withLock { state in
        guard state.isRunning, state.run == run else { return false }
        show(&state)
        return true
      }
      if goesOn { schedule(run, after: Self.interval) }
    }
  }

  private func show(_ state: inout State) {
    let now = ContinuousClock.now
    if state.loop != Progress.loop {
      state.loop = Progress.loop
      state.loopStart = now
    }
    let label = Progress.command
    var text = "\(label): \((now - state.start).components.seconds) s"
    if let fraction = Progress.fraction {
      text = "\(label): \(Int(fraction * 100)) %"
      let loop = now - state.loopStart
      if fraction > 0.02 || fraction > 0 && loop > .seconds(3), fraction < 1 {
        let left = (Double(loop.components.seconds) + 0.5) * (1 - fraction) / fraction
        text += ", about \(Self.text(seconds: left)) left"
      }
    }
    erase(&state)
    state.width = text.count
    write("\(text)")
  }

  /// A time as people say it: `40 s`, `3 min`, `2 h`.
  private static func text(seconds: Double) -> String {
    if seconds <= 120 { return "\(Int(seconds.rounded(.up))) s" }
    if seconds <= 7200 { return "\(Int((seconds / 60).rounded(.up))) min" }
    return seconds < 1e9 ? "\(Int((seconds / 3600).rounded(.up))) h" : "for ever"
  }

  /// Blanks instead of an escape sequence: the line is the same with and without colour.
  private func erase(_ state: inout State) {
    guard state.width > 0 else { return }
    write("\r" + String(repeating: " ", count: state.width) + "\r")
    state.width = 0
  }

  private func write(_ text: String) { Console.write(text, to: STDERR_FILENO) }
}
