import Dispatch
import Running
import Synchronization
import Testing

@testable import Kernels

@Suite(.serialized) struct ParallelTests {
  @Test(arguments: [1, 2, 5]) func everyTaskRunsOnce(threads: Int) throws {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = threads
    let runs = Mutex([Int](repeating: 0, count: 1000))
    try Parallel.forEach(1000, work: .max) { index in
      runs.withLock { $0[index] += 1 }
    }
    #expect(runs.withLock { $0 } == .init(repeating: 1, count: 1000))
  }

  @Test(arguments: [1, 3]) func aTaskThatThrowsStopsTheOthers(threads: Int) {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = threads
    let runs = Atomic<Int>(0)
    #expect(throws: Cancelled()) {
      try Parallel.forEach(100_000, work: .max) { _ in
        if runs.wrappingAdd(1, ordering: .relaxed).newValue >= 10 { throw Cancelled() }
      }
    }
    #expect(runs.load(ordering: .relaxed) < 100)
  }

  @Test func anotherThreadHelps() throws {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = 2
    let met = Atomic<Bool>(false)
    // While other tests have the helpers a caller is alone: it tries again.
    for _ in 0..<200 where !met.load(ordering: .relaxed) {
      let inside = Atomic<Int>(0)
      let deadline = ContinuousClock.now + .milliseconds(100)
      try Parallel.forEach(2, work: .max) { _ in
        inside.wrappingAdd(1, ordering: .relaxed)
        // Two tasks that wait for each other end early only when two threads have them.
        while !met.load(ordering: .relaxed), ContinuousClock.now < deadline {
          if inside.load(ordering: .relaxed) == 2 { met.store(true, ordering: .relaxed) }
        }
        inside.wrappingSubtract(1, ordering: .relaxed)
      }
      Parallel.threadCount = 2
    }
    let haveMet = met.load(ordering: .relaxed)
    #expect(haveMet)
  }

  @Test(arguments: [1, 2, 3, 7, 100]) func aThreadTakesItsOwnPartFirst(count: Int) {
    let queue = TaskQueue(count: count, threads: 3)
    defer { queue.deallocate() }
    let parts = (0..<3).map { Array(count * $0 / 3..<count * ($0 + 1) / 3) }
    // The second thread has taken one when the third does all the rest.
    let first = queue.take(1) ?? 0..<0
    #expect(first.lowerBound == parts[1].first ?? parts[2].first)
    var rest: [Int] = []
    while let tasks = queue.take(2) { rest += tasks }
    let taken = Array(first)
    #expect(rest == (parts[2] + parts[0] + parts[1]).filter { !taken.contains($0) })
    #expect(queue.take(0) == nil)
  }

  @Test func manyCallersAtOnceEachGetTheirSum() {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = 3
    let wrong = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: 6) { caller in
      for round in 0..<300 {
        let sum = Atomic<Int>(0)
        try? Parallel.forEach(20 + caller, work: .max) { index in
          sum.wrappingAdd(index + round, ordering: .relaxed)
        }
        let count = 20 + caller
        if sum.load(ordering: .relaxed) != count * (count - 1) / 2 + count * round {
          wrong.wrappingAdd(1, ordering: .relaxed)
        }
      }
    }
    #expect(wrong.load(ordering: .relaxed) == 0)
  }

  @Test func aTaskMayHaveTasksOfItsOwn() throws {
    defer { Parallel.threadCount = 0 }
    Parallel.threadCount = 2
    let sum = Atomic<Int>(0)
    try Parallel.forEach(10, work: .max) { outer in
      try Parallel.forEach(10, work: .max) { inner in
        sum.wrappingAdd(outer * 10 + inner, ordering: .relaxed)
      }
    }
    #expect(sum.load(ordering: .relaxed) == 99 * 100 / 2)
  }

  @Test func threadCountIsAtLeastOne() {
    Parallel.threadCount = -3
    #expect(Parallel.threadCount == processorCount())
    #expect(processorCount() >= 1)
  }
}
