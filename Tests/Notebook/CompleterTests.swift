import Testing

@testable import Notebook

struct CompleterTests {
  private static func completion(_ line: String) -> Completion {
    var notebook = Notebook()
    _ = notebook.run("conv 1 2 3 as first; conv 2 2 1 as second; tensor [1] as total;")
    return Completer(session: notebook.session).completion(of: line, cursor: line.utf8.count)
  }

  @Test(arguments: [
    ("forw", ["forward"]), ("relu; zer", ["zero_grad"]), ("xyz", []), ("fi", ["filters", "first"]),
    ("use ", ["first", "second"]), ("use s", ["second"]), ("mask o", ["off"]),
    ("notes ", ["off", "on"]), ("conv 1 2 3 pad", ["padding="]),
    ("conv 1 2 3 padding=1 pad", []), ("conv 1 2 3 bias=t", ["true"]),
    ("help see", ["seed"]), ("relu tot", ["total"]),
    ("first.wei", ["first.weight", "first.weight_mask", "first.weight_orig"]),
    ("input z", ["zeros"]), ("forward input=to", ["total"]), ("conv 1 2 3 as ", []),
    ("time forw", ["forward"]), ("time time use ", ["first", "second"]), ("tim", ["time"]),
  ])
  func offersWhatCouldStandThere(line: String, candidates: [String]) {
    #expect(Self.completion(line).candidates == candidates)
  }

  @Test func wantsFilesWhereAFileIsMeant() {
    #expect(Self.completion("save ").wantsFiles)
    #expect(Self.completion("replay se").wantsFiles)
    #expect(!Self.completion("mask ").wantsFiles)
  }

  @Test func emptyLinesOfferEveryVerb() {
    #expect(Set(CommandTable.verbs).isSubset(of: Self.completion("").candidates))
    #expect(Self.completion("conv 1 2").usage == CommandTable.command("conv")?.usage)
  }
}
