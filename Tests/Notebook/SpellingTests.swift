import Language
import Testing

@testable import Notebook

struct SpellingTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("ab", "abc", 1),
    ("abcd", "abdc", 1), ("ca", "abc", 3), ("", "abc", 3), ("kitten", "sitting", 3),
  ])
  func countsEdits(a: String, b: String, expected: Int) {
    #expect(Spelling.distance(Array(a.utf8), Array(b.utf8)) == expected)
  }

  @Test func findsTheNearestWords() {
    let verbs = CommandTable.verbs
    #expect(Spelling.nearest(to: "frward", among: verbs).first == "forward")
    #expect(Spelling.nearest(to: "Forward", among: verbs).first == "forward")
    #expect(Spelling.nearest(to: "maks", among: verbs).first == "mask")
    #expect(Spelling.nearest(to: "bakcward", among: verbs).first == "backward")
    #expect(Spelling.nearest(to: "weigth", among: verbs).first == "weight")
    #expect(Spelling.nearest(to: "Conv", among: verbs) == ["conv"])
    #expect(Spelling.nearest(to: "cnov", among: verbs).first == "conv")
    #expect(Spelling.nearest(to: "xyzzy", among: verbs).isEmpty)
    #expect(Spelling.nearest(to: "load", among: ["grad"]).isEmpty, "half of it is not in 'grad'")
    #expect(Spelling.nearest(to: "3", among: ["m"]).isEmpty)
    #expect(Spelling.nearest(to: "M", among: ["m"]) == ["m"])
    #expect(Spelling.nearest(to: String(repeating: "conv", count: 100), among: verbs).isEmpty)
  }
}
