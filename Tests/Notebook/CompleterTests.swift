import Foundation
import TestSupport
import Testing

@testable import Notebook

struct CompleterTests {
  private static let setup = """
    conv 1 2 3 as first; conv 2 2 1 as second; tensor [1] as total;
    net conv(1,2,3) relu flatten linear(8,2) as model
    mask 0.5
    use second
    """

  private static func completion(
    _ line: String, after setup: String = CompleterTests.setup
  ) -> Completion {
    var notebook = Notebook()
    for cell in setup.split(separator: "\n") {
      if let failure = notebook.run(String(cell)).failure {
        Issue.record("\(cell): \(failure.message)")
      }
    }
    return Completer(notebook).completion(of: line, cursor: line.utf8.count)
  }

  private static func texts(_ completion: Completion) -> [String] {
    completion.candidates.map(\.text)
  }

  @Test(arguments: [
    ("forw", ["forward"]), ("relu; zer", ["zero_grad"]), ("xyz", []), ("fi", ["filters", "first"]),
    ("use ", ["first", "model", "second"]), ("use s", ["second"]),
    ("use model.c", ["model.conv1"]), ("mask o", ["off"]),
    ("structures ker", ["kernel", "kernel_column", "kernel_row"]), ("structures sni", ["snip"]),
    ("groups structure=sp", ["spatial"]), ("groups la", ["layers="]), ("grou", ["groups"]),
    ("notes ", ["off", "on"]), ("conv 1 2 3 pad", ["padding="]),
    ("conv 1 2 3 padding=1 pad", []), ("conv 1 2 3 bias=t", ["true"]),
    ("help see", ["seed"]), ("help prunin", ["pruning"]), ("relu tot", ["total"]),
    ("input z", ["zeros"]), ("forward input=to", ["total"]), ("conv 1 2 3 as ", []),
    ("time forw", ["forward"]), ("time time use f", ["first"]), ("tim", ["time"]),
    ("conv 1 2 3 # fo", []), ("seed 3\nforw", ["forward"]), ("tensor [1, 2", []),
    ("mask off ", ["as", "first", "model", "second"]), ("grad a", ["as"]), ("total a", ["as"]),
    ("input zeros 1 1 ", []),
    ("input ones ", []),
    ("input zeros 1 1 2 2 r", ["requires_grad="]), ("conv 1 2 ", []),
    ("net conv(1, 2, 3, pad", ["padding="]), ("net conv(1,2,3,bias=f", ["false"]),
    ("net re", ["relu", "residual"]), ("Ou", ["Out["]), ("Out[", ["Out[2]", "Out[3]", "Out[4]"]),
    ("relu Out[3", ["Out[3]"]), ("prune l", ["l1_unstructured", "ln_structured"]),
    ("prune ln_structured 0.5 ", ["as", "dim=", "first", "layers=", "model", "n=", "second"]),
    ("prune ln_structured 0.5 n=2 d", ["dim="]), ("prune l1_unstructured 1 d", []),
    ("prune global_unstructured ", []), ("prune global_unstructured 1 fi", ["first"]),
    ("prune global_unstructured 1 first pr", ["pruning_method="]),
    (
      "prune global_unstructured 1 first pruning_method=",
      ["l1_unstructured", "random_unstructured"]
    ), ("prune is_pruned f", ["first"]),
  ])
  func offersWhatCouldStandThere(line: String, texts: [String]) {
    #expect(Self.texts(Self.completion(line)) == texts)
  }

  /// What stands after a point is what the value has, and no more.
  @Test(arguments: [
    ("first.", ["bias", "epsilon", "grad", "scores", "weight"]),
    ("first.weight[0].", Self.ofATensor), ("first.weight.", Self.ofATensor),
    ("first.weight.grad.", Self.ofATensor), ("first.epsilon.", []), ("total.sh", ["shape"]),
    ("model.", ["conv1", "flatten1", "linear1", "relu1"]),
    ("view model.linear1.", ["bias", "epsilon", "grad", "scores", "weight"]),
    ("model.relu1.", []),
    ("model.conv1.", ["bias", "epsilon", "grad", "mask", "pruned", "scores", "weight"]),
    ("_.", ["bias", "epsilon", "grad", "scores", "weight"]), ("Out[3].", []), ("nothing.", []),
    ("first.bias.gr", ["grad", "grad_fn"]), ("weight[0, 1].", Self.ofATensor),
  ])
  func offersTheAttributesThatAreThere(line: String, attributes: [String]) {
    let base = line.hasPrefix("view ") ? line.dropFirst(5) : line[...]
    let start = base[...(base.lastIndex(of: ".") ?? base.startIndex)]
    let offered = Self.texts(Self.completion(line)).filter { !$0.hasSuffix("(") }
    #expect(offered == attributes.map { start + $0 }, "\(line)")
  }

  private static let ofATensor = [
    "T", "dtype", "grad", "grad_fn", "is_leaf", "mT", "ndim", "requires_grad", "shape",
  ]

  /// Functions are offered where a value can stand, with their parenthesis and then their keys.
  @Test(arguments: [
    ("x = weight * top", ["topk("]), ("first.weight.kth", ["first.weight.kthvalue("]),
    ("first.weight.sum(keep", ["keepdim="]), ("clo", ["clone("]), ("x = clo", ["clone("]),
    ("relu (first.weight * tota", ["total"]), ("for", ["for", "forward"]),
  ])
  func offersFunctions(line: String, texts: [String]) {
    #expect(Self.texts(Self.completion(line)) == texts, "\(line)")
  }

  @Test func pruningAddsItsAttributes() {
    #expect(
      Self.texts(Self.completion("c.wei", after: "conv 1 2 3 as c\nprune 0.5"))
        == ["c.weight", "c.weight_mask", "c.weight_orig"])
  }

  /// Where a number is meant, or several kinds of things could stand, nothing is put in unasked.
  @Test(arguments: ["mask ", "epsilon ", "input ", "grad ", "seed ", "history ", "relu "])
  func showsAndDoesNotInsert(line: String) {
    let completion = Self.completion(line, after: "conv 1 2 3")
    #expect(completion.insertion(for: "") == nil)
    #expect(completion.lines(width: 79).first?.hasPrefix(line.dropLast()) == true)
  }

  @Test(arguments: [
    ("use ", "conv1", "use conv1"), ("use c", "conv1", "use conv1"),
    ("mask o", "off ", "mask off "),
    ("forw", "forward ", "forward "), ("con", "conv", "conv"), ("conv1.wei", "conv1.weight", ""),
    ("conv 1 2 3 s", "stride=", ""), ("Ou", "Out[", ""), ("relu a", "as ", ""),
  ])
  func insertsWhatIsCertain(line: String, insertion: String, whole: String) {
    let completion = Self.completion(line, after: "conv 1 2 3")
    let typed = String(line.dropFirst(completion.start))
    // A name may go on with a point or an index; a verb may not.
    #expect(completion.insertion(for: typed) == insertion)
    #expect(whole.isEmpty || line.prefix(completion.start) + insertion == whole)
  }

  @Test func emptyLinesOfferEveryVerb() {
    #expect(Set(CommandTable.verbs).isSubset(of: Self.texts(Self.completion(""))))
    #expect(Self.completion("conv 1 2").usage == CommandTable.command("conv")?.usage)
  }

  @Test func theListFitsIntoItsColumns() {
    for line in ["", "conv 1 2 3 ", "input ", "compare 0.5 "] {
      for width in [39, 79, 200] {
        let lines = Self.completion(line).lines(width: width)
        #expect(lines.allSatisfy { $0.count <= width }, "\(line) \(width)")
      }
    }
  }

  @Test func filesAreQuotedWhereTheLanguageWantsIt() throws {
    let folder = try TemporaryFolder()
    for name in ["my file.dpu", "my \"x\".dpu", "plain.dpu", ".hidden", "b#1.dpu", "bad\u{1b}.dpu"]
    {
      _ = try folder.write("", to: name)
    }
    try FileManager.default.createDirectory(
      atPath: folder.path + "/deep", withIntermediateDirectories: true)
    _ = try folder.write("", to: "deep/in side.dpu")
    func offered(_ line: String) -> [String] {
      let completion = Self.completion(line)
      return completion.candidates.map {
        line.prefix(completion.start) + $0.text.replacing(folder.path, with: "DIR") + $0.suffix
      }
    }
    let path = folder.path
    #expect(offered("replay \(path)/pl") == ["replay DIR/plain.dpu "])
    #expect(offered("replay \(path)/my f") == [])
    #expect(offered("replay \"\(path)/my f") == ["replay \"DIR/my file.dpu\" "])
    #expect(
      offered("replay \(path)/my")
        == ["replay \"DIR/my \\\"x\\\".dpu\" ", "replay \"DIR/my file.dpu\" "])
    #expect(offered("save \(path)/b") == ["save \"DIR/b#1.dpu\" "])
    #expect(offered("replay \(path)/de") == ["replay DIR/deep/"])
    #expect(offered("replay \(path)/deep/i") == ["replay \"DIR/deep/in side.dpu\" "])
    #expect(offered("replay \(path)/.h") == ["replay DIR/.hidden "])
    #expect(
      Self.completion("replay \(path)/").candidates.allSatisfy { !$0.text.contains("hidden") })
  }
}
