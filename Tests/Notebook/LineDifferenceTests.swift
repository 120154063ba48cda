import Testing

@testable import Notebook

struct LineDifferenceTests {
  @Test func findsTheShortestWay() throws {
    let changes = try LineDifference.changes(from: ["a", "b", "c"], to: ["a", "x", "c", "d"])
    #expect(
      changes == [.same("a"), .removed("b"), .added("x"), .same("c"), .added("d")])
    #expect(try LineDifference.changes(from: [], to: []).isEmpty)
    #expect(try LineDifference.changes(from: ["a"], to: []) == [.removed("a")])
  }

  /// Whatever way is found, it leads from the old lines to the new ones.
  private static func sides(_ changes: [LineDifference.Change]) -> (old: [String], new: [String]) {
    var (old, new): ([String], [String]) = ([], [])
    for change in changes {
      switch change {
      case .same(let line):
        old.append(line)
        new.append(line)
      case .removed(let line): old.append(line)
      case .added(let line): new.append(line)
      }
    }
    return (old, new)
  }

  @Test func everyWayLeadsFromOldToNew() throws {
    var state: UInt64 = 7
    func roll(_ sides: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(sides))
    }
    for words in [3, 40, 5000] {
      for _ in 0..<20 {
        let old = (0..<roll(1500)).map { _ in "\(roll(words))" }
        var new = old.filter { _ in roll(8) > 0 }
        for _ in 0..<roll(100) { new.insert("\(roll(words))", at: roll(new.count + 1)) }
        let (left, right) = Self.sides(try LineDifference.changes(from: old, to: new))
        #expect(left == old && right == new)
      }
    }
  }

  @Test func aFewChangesInALongRecordAreShownAlone() throws {
    let old = (0..<20_000).map { "line \($0)" }
    var new = old
    for place in stride(from: 50, to: 20_000, by: 1000) { new[place] = "other \(place)" }
    new.insert("more", at: 10_000)
    let changes = try LineDifference.changes(from: old, to: new)
    #expect(changes.count { if case .same = $0 { false } else { true } } == 41)
  }

  /// The square of their number would be 40,000,000,000 comparisons.
  @Test(.timeLimit(.minutes(2))) func longRecordsAreComparedInLinearTime() throws {
    let old = (0..<200_000).map { "old \($0 % 1000)" }
    let new = (0..<200_000).map { "new \($0 % 999)" }
    #expect(try LineDifference.changes(from: old, to: new).count == 400_000)
  }
}
