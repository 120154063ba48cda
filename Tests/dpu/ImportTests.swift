import Foundation
import TestSupport
import Testing

/// `dpu import` in a shell.
struct ImportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func aProgramBecomesASessionBesideIt() throws {
    let file = try folder.write(
      "import torch\nx = torch.ones(2)\nprint(x)\n\nwhile x.sum() < 1:\n    pass\n", to: "a.b.py")
    let run = try Program.run(["import", file])
    #expect(run.status == 0 && run.errors == "")
    #expect(
      run.output == """
        \(folder.path)/a.b.dpu: 1 cell taken over, 1 kept as prose
          line 5: 'while'

        """)
    let session = try folder.read("a.b.dpu")
    #expect(session.hasPrefix("# dpu session 1\nx = torch.ones(2)\n#> tensor([1., 1.])\n"))
    #expect(try Program.run(["check", folder.path + "/a.b.dpu"]).status == 0)
  }

  @Test func whatIsThereIsReplacedOnlyWhenAsked() throws {
    let file = try folder.write("import torch\nprint(torch.ones(1))\n", to: "a.py")
    let out = try folder.write("mine", to: "a.dpu")
    let run = try Program.run(["import", file])
    #expect(run.status == 5 && run.errors == "dpu: '\(out)' exists: --overwrite replaces it\n")
    #expect(try folder.read("a.dpu") == "mine")
    #expect(try Program.run(["import", file, "-o", folder.path + "/b.dpu"]).status == 0)
    #expect(try Program.run(["import", file, "--overwrite"]).status == 0)
    #expect(try folder.read("a.dpu") == folder.read("b.dpu"))
  }

  @Test(arguments: [
    ("a.ipynb", "{", "damaged JSON at byte 1"),
    ("a.ipynb", "{\"nbformat\": 3, \"worksheets\": []}", "jupyter nbconvert --to notebook"),
    ("a.ipynb", "{\"nbformat\": 4, \"cells\": []}", "has no cells"),
    ("a.txt", "", "has no cells"), ("a.jl", "x = 1", "names no format that is read"),
  ])
  func whatCannotBeReadIsSaid(name: String, text: String, message: String) throws {
    let file = try folder.write(text, to: name)
    let run = try Program.run(["import", file])
    #expect(run.status == 4 && run.output == "" && run.errors.contains(message))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/a.dpu"))
  }

  @Test func filesThatAreNoTextAreRefusedWithTheirPlace() throws {
    let path = folder.path + "/a.py"
    try Data([0x78, 0x0a, 0xff, 0x00]).write(to: URL(filePath: path))
    let run = try Program.run(["import", path])
    #expect(run.status == 4 && run.errors.hasPrefix("\(path):2:1: error: "))
    // A gigabyte of nothing is refused before it is read.
    #expect(truncate(path, 1 << 30) == 0)
    let large = try Program.run(["import", path])
    #expect(large.status == 4 && large.errors.contains("is larger than 64 MiB"))
    #expect(try Program.run(["import", folder.path + "/none.py"]).status == 4)
  }

  @Test func whatAProgramSaysReachesTheTerminalVisibly() throws {
    let file = try folder.write("'\u{1b}[2J'\nx\u{1b} = 1\n", to: "a.py")
    let run = try Program.run(["import", file])
    #expect(run.status == 0 && !run.output.contains("\u{1b}"))
    #expect(!(try folder.read("a.dpu")).contains("\u{1b}"))
  }
}
