import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// `save` of values.
struct SaveValuesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func path(_ name: String) -> String { folder.path + "/" + name }

  private func entries(_ name: String) throws -> [String: [Int]] {
    let data = try Data(contentsOf: URL(filePath: path(name)))
    let file = try TensorFile(ByteSource(Array(data)), limit: 1 << 20)
    return Dictionary(
      uniqueKeysWithValues: file.entries.map { ($0.name, $0.tensor.shape.dimensions) })
  }

  @Test func whatIsSavedIsLoaded() throws {
    var notebook = Notebook.after([
      "w = tensor([[0.1, -2.5], [3, nan]])", "i = tensor([7, -1])", "b = w > 0",
    ])
    #expect(notebook.shown("save \(path("w.npy")) w") == "float32 [2, 2]")
    #expect(notebook.shown("save \(path("all.npz")) w i b") == "3 tensors")
    #expect(try entries("all.npz") == ["w": [2, 2], "i": [2], "b": [2, 2]])
    #expect(notebook.run("load \(path("w.npy")) as v").failure == nil)
    #expect(notebook.shown("v") == "tensor([[ 0.1000, -2.5000],\n        [ 3.0000,     nan]])")
    #expect(notebook.run("load \(path("all.npz")) i as j").failure == nil)
    #expect(notebook.shown("j") == "tensor([ 7, -1])")
    #expect(notebook.run("save \(path("x.npy")) (w * 2)").failure == nil)
    #expect(notebook.run("save \"\(path("y z.npy"))\" w[0]").failure == nil)
    let loop = "for k in 0.25 0.5 { save \(path("t.npy")) k overwrite=true; k };"
    #expect(notebook.run(loop).failure == nil)
    #expect(notebook.run("load \(path("t.npy")) as t").failure == nil)
    #expect(notebook.shown("t") == "tensor(0.5000)")
  }

  /// A network's names are those of `torch.nn.Sequential`, which `load_state_dict` demands.
  @Test func aNetworkIsSavedByItsStateDict() throws {
    var notebook = Notebook.after([
      "net conv(1,2,3) batchnorm(2) relu residual(conv(2,2,1) relu) flatten linear(8,2) as n",
      "conv 1 2 3 bias=false as m",
    ])
    #expect(notebook.shown("save \(path("n.safetensors")) n") == "10 tensors")
    #expect(
      try entries("n.safetensors") == [
        "0.weight": [2, 1, 3, 3], "0.bias": [2], "1.weight": [2], "1.bias": [2],
        "1.running_mean": [2], "1.running_var": [2], "3.0.weight": [2, 2, 1, 1], "3.0.bias": [2],
        "5.weight": [2, 8], "5.bias": [2],
      ])
    #expect(notebook.shown("save \(path("m.npz")) m") == "1 tensor")
    #expect(try entries("m.npz") == ["weight": [2, 1, 3, 3]])
    #expect(notebook.run("copy n as p; n.conv1.weight = 0;").failure == nil)
    #expect(notebook.run("load \(path("n.safetensors")) into n").failure == nil)
    #expect(notebook.shown("equal(n.conv1.weight, p.conv1.weight)") == "True")
  }

  @Test func aTableIsSavedWithItsHeading() throws {
    var notebook = Notebook.after([
      "for r in 0.25 0.5 { [r * 3, r > 0.3] } as curve;",
      "for s in \"a,b\" \"c\" { 1 } as words;",
    ])
    #expect(notebook.shown("save \(path("c.csv")) curve") == "2 rows")
    #expect(try folder.read("c.csv") == "r,r * 3,r > 0.3\n0.25,0.75,0.0\n0.5,1.5,1.0\n")
    _ = notebook.run("save \(path("w.csv")) words")
    #expect(try folder.read("w.csv") == "s,value\n\"a,b\",1\nc,1\n")
    _ = notebook.run("save \(path("t.csv")) [[0.1, nan], [1e-8, -3]]")
    #expect(try folder.read("t.csv") == "0.1,nan\n1e-08,-3.0\n")
    _ = notebook.run("i = tensor([5, 6]); save \(path("i.csv")) i")
    #expect(try folder.read("i.csv") == "5\n6\n")
  }

  @Test func thePictureShownLastIsDrawn() throws {
    var notebook = Notebook.after(["conv 1 2 3 as m", "view weight"])
    #expect(notebook.run("save \(path("w.npy")) m.weight").failure == nil)
    #expect(notebook.shown("save \(path("p.svg"))") == "a heat map")
    let svg = try folder.read("p.svg")
    #expect(svg.hasPrefix("<svg xmlns=") && svg.contains("class=\"below\""))
    #expect(notebook.run("save \(path("m.svg")) m.weight").failure == nil)
    #expect(try folder.read("m.svg").contains("Parameter containing:"))
  }

  /// Slides have their own paper, and not every program looks up colours by name.
  @Test func aPictureHasThePaperThatItIsGiven() throws {
    var notebook = Notebook.after(["conv 1 2 3 as m", "view weight"])
    #expect(notebook.run("save \(path("light.svg"))").failure == nil)
    #expect(notebook.run("save \(path("dark.svg")) dark=true").failure == nil)
    let (light, dark) = try (folder.read("light.svg"), folder.read("dark.svg"))
    for text in [light, dark] { #expect(!text.contains("var(") && !text.contains("@media")) }
    #expect(light.contains(".ink { fill: #1f2328; }") && dark.contains(".ink { fill: #e6edf3; }"))
  }

  /// A file has dense weights, and says so, or what the masks leave of weight and bias.
  @Test func masksAreWrittenIntoTheWeightsWhenAsked() throws {
    let (dense, masked) = (path("d.safetensors"), path("m.npz"))
    var notebook = Notebook.after([
      "net conv(1,4,3) relu flatten linear(36,2) as n", "x = randn(1, 1, 5, 5)", "mask 0.5 n.conv1",
      "forward n input=x as y",
    ])
    #expect(
      notebook.shown("save \(dense) n")
        == "4 tensors, dense: masked=true writes what the masks leave")
    #expect(notebook.shown("save \(masked) n masked=true") == "4 tensors")
    #expect(notebook.shown("n.conv1.mask")?.hasPrefix("tensor([") == true, "nothing has changed")
    for (file, isEqual) in [(dense, "False"), (masked, "True")] {
      #expect(notebook.run("net conv(1,4,3) relu flatten linear(36,2) as k").failure == nil)
      #expect(notebook.run("load \(file) into k; forward k input=x as z").failure == nil)
      #expect(notebook.shown("allclose(y, z)") == isEqual, "\(file)")
    }
    #expect(notebook.run("mask off n.conv1").failure == nil)
    #expect(notebook.shown("save \(dense) n overwrite=true") == "4 tensors")
  }

  /// What by its name is a checkpoint or a picture is not overwritten with a session.
  @Test(arguments: [
    ("save «n.pt»", "a session is not saved as .pt", "save n.safetensors NAME"),
    ("save «n.PTH» overwrite=true", "a session is not saved as .PTH", "save n.dpu"),
    ("save «a.b.png»", "a session is not saved as .png", "save a.b.dpu"),
    ("save «a.html»", "a session is not saved as .html", "export a.html, or save a.dpu"),
  ])
  func aSessionIsASession(cell: String, message: String, remedy: String) {
    let notebook = Notebook.after(["x = 1"])
    notebook.expectRefused(cell, message, remedy)
  }

  @Test func otherBytesAreReplacedOnlyWhenAsked() throws {
    var notebook = Notebook.after(["w = tensor([1.])", "v = tensor([2.])"])
    #expect(notebook.run("save \(path("w.npy")) w").failure == nil)
    #expect(notebook.run("save \(path("w.npy")) w").failure == nil, "the same bytes are there")
    notebook.expectRefused(
      "save «\(path("w.npy"))» v", "exists, and holds something else",
      "overwrite=true after the name replaces it")
    #expect(notebook.run("save \(path("w.npy")) v overwrite=true").failure == nil)
    #expect(notebook.run("load \(path("w.npy")) as u").failure == nil)
    #expect(notebook.shown("u") == "tensor([2.])")
  }

  /// It is a cell: it is saved, and done again where the file's rights allow it; `undo` and what is
  /// made once more for it write nothing.
  @Test func aSaveIsReplayed() throws {
    var notebook = Notebook(undoBudget: 0)
    for cell in ["w = tensor([1.])", "save \(path("w.npy")) w", "w = 2", "w"] {
      #expect(notebook.run(cell).failure == nil)
    }
    #expect(notebook.run("save \(path("s.dpu"))").failure == nil)
    #expect(try folder.read("s.dpu").contains("save \(path("w.npy")) w\n#> float32 [1]\n"))
    try FileManager.default.removeItem(atPath: path("w.npy"))
    #expect(notebook.run("undo 2").failure == nil && notebook.shown("w") == "tensor([1.])")
    #expect(!FileManager.default.fileExists(atPath: path("w.npy")))
    let text = "# dpu session 1\nw = tensor([1.]);\nsave w.npy w\n#> float32 [1]\n"
    let session = try folder.write(text, to: "r.dpu")
    #expect(try Program.run(["check", session]).status == 5)
    #expect(!FileManager.default.fileExists(atPath: path("w.npy")))
    let allowed = try Program.run(["check", "--allow-write", folder.path, session], directory: "/")
    #expect(allowed.status == 0)
    #expect(FileManager.default.fileExists(atPath: path("w.npy")), "beside the file")
    #expect(try Program.run(["check", "--allow-write", folder.path, session]).status == 0)
  }

  @Test(arguments: [
    ("save «a.txt» w", "'a.txt' ends in none of .npy", "save w.npy w"),
    ("save «a.npy»", "a .npy file holds one tensor", "all.npz w b"),
    ("save a.npy «w» w", "a .npy file holds one tensor", "all.npz w b"),
    ("save a.npy «m»", "a .npy file holds one tensor", "all.npz w b"),
    ("save «a.npz»", "nothing to save", "save all.npz w b"),
    ("save a.npz «(w * 2)»", "has no name", "name it first"),
    ("save a.npz «w» w", "two tensors would be called 'w'", "of its own"),
    ("save a.csv «m.weight»", "a tensor of 4 dimensions is not a table", "x.flatten(1)"),
    ("save a.csv «m»", "a layer is not a table", nil),
    ("save «a.svg»", "nothing was shown", "view weight"),
    ("save a.npy «none_such»", "none_such", nil),
    ("save «/none/such/a.npy» w", "cannot be written", nil),
  ])
  func badInput(cell: String, message: String, remedy: String?) throws {
    var notebook = Notebook()
    for cell in ["conv 1 1 2 as m;", "w = tensor([1.]);"] { _ = notebook.run(cell) }
    notebook.expectRefused(cell, message, remedy)
  }
}
