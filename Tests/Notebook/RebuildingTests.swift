import Testing

@testable import Notebook

/// What was given up for its memory comes back, without running a cell more often than once.
@Suite(.timeLimit(.minutes(3))) struct RebuildingTests {
  /// Each value asks for the one before it twice: run again each time, the last one of 60 would take
  /// 2 to the power of 60 cells.
  @Test func aChainOfOutputsIsLinear() {
    var notebook = Notebook(undoBudget: 0)
    _ = notebook.run("input ones 1 1 2 2")
    for number in 1..<60 { _ = notebook.run("Out[\(number)]; relu Out[\(number)]") }
    let last = notebook.run("Out[60]")
    #expect(last.text == "tensor([[[[1., 1.],\n          [1., 1.]]]])")
    #expect(notebook.run("undo 50").failure == nil)
    #expect(notebook.run("redo 50").failure == nil)
    #expect(notebook.run("Out[60]").text == last.text)
  }

  @Test func everyValueIsTheOneThatWasShown() {
    var notebook = Notebook(undoBudget: 0)
    var shown: [Int: String] = [:]
    var state: UInt64 = 3
    func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
    for number in 1...300 {
      let cell =
        switch roll(4) {
        case 0: "input 1 1 2 2"
        case 1: "tensor [\(number)] as x"
        case 2 where number > 1: "relu Out[\(1 + roll(number - 1))]"
        default: "tensor [\(number)];"
        }
      shown[number] = notebook.run(cell).text
    }
    for number in stride(from: 300, through: 1, by: -7) {
      #expect(notebook.run("Out[\(number)]").text == shown[number], "\(number)")
    }
  }

  /// Every thousandth state stays, so that what is far back need not be run from the beginning.
  @Test func checkpointsStay() {
    var notebook = Notebook(undoBudget: 0)
    for number in 1...2500 { _ = notebook.run("tensor [\(number)] as x;") }
    for position in [1000, 1500, 1999, 2000, 2100] {
      #expect(notebook.timeline.nearest(position).position == position / 1000 * 1000)
    }
  }

  /// As many states are kept as the budget holds, and no more. Other tests would claim memory
  /// meanwhile, which counts.
  @Test func theBudgetCountsWhatItKeeps() async {
    await #expect(processExitsWith: .success) {
      var notebook = Notebook(undoBudget: 10 << 20)
      // 64 × 64 numbers are 16 KiB, and a state itself a little.
      for _ in 0..<2000 { _ = notebook.run("input ones 1 1 64 64;") }
      let kept = (1...2000).filter { notebook.timeline.nearest($0).position == $0 }.count
      #expect(kept > 300 && kept < 700)
      // What is undone and run over is no longer counted.
      for _ in 0..<40 {
        _ = notebook.run("undo 100")
        for _ in 0..<100 { _ = notebook.run("input ones 1 1 64 64;") }
      }
      let keptThen = (1...2000).filter { notebook.timeline.nearest($0).position == $0 }.count
      #expect(keptThen > 300 && keptThen < 700)
    }
  }
}
