import Foundation

/// One thing to measure.
struct Row {
  /// What it is asked for by.
  let name: String
  /// How many steps `body` takes; its time is divided by them.
  var steps = 1
  /// Builds what is needed and returns what is timed.
  let prepare: () throws -> () throws -> Void

  /// Every row.
  static var all: [Row] {
    smallSteps + convolutions + maskedConvolutions + sparsity + passes + lenet + compacted
      + printing + cells + expressions + peak
  }

  /// The median time of one step in seconds: as many runs as fit into the time that the
  /// environment's `DPU_BENCHMARK_SECONDS` allows, and three where they fit into a second.
  func measure() throws -> Double {
    let body = try prepare()
    let allowed =
      ProcessInfo.processInfo.environment["DPU_BENCHMARK_SECONDS"].flatMap { Double($0) } ?? 0.2
    // The first run pays for fresh pages and cold caches, as it does in PyTorch's half.
    try body()
    let clock = ContinuousClock()
    let start = clock.now
    var times: [Duration] = []
    repeat {
      times.append(try clock.measure(body))
    } while clock.now - start < .seconds(times.count < 3 ? max(allowed, 1) : allowed)
    times.sort()
    let median = times[times.count / 2]
    let (seconds, attoseconds) = median.components
    return (Double(seconds) + Double(attoseconds) * 1e-18) / Double(steps)
  }
}
