import Synchronization
import Testing

@testable import Kernels

@Suite(.serialized) struct ParallelTests {
  @Test(arguments: [1, 2, 5]) func everyTaskRunsOnce(threads: Int) throws {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = threads
    let runs = Mutex([Int](repeating: 0, count: 1000))
    try Parallel.forEach(1000, work: .max) { index throws(Cancelled) in
      runs.withLock { $0[index] += 1 }
    }
    #expect(runs.withLock { $0 } == .init(repeating: 1, count: 1000))
  }

  @Test(arguments: [1, 3]) func aTaskThatThrowsStopsTheOthers(threads: Int) {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = threads
    let runs = Atomic<Int>(0)
    #expect(throws: Cancelled()) {
      try Parallel.forEach(100_000, work: .max) { _ throws(Cancelled) in
        if runs.wrappingAdd(1, ordering: .relaxed).newValue >= 10 { throw Cancelled() }
      }
    }
    #expect(runs.load(ordering: .relaxed) < 100)
  }

  @Test func threadCountIsAtLeastOne() {
    Parallel.threadCount = -3
    #expect(Parallel.threadCount == processorCount())
    #expect(processorCount() >= 1)
  }
}
