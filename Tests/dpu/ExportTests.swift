import Foundation
import TestSupport
import Testing

/// `dpu export` in a shell.
struct ExportTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func theFormatFollowsFromItsNameOrTheSuffix() throws {
    let file = try folder.write("# dpu session 1\ntensor [1]\n", to: "a.dpu")
    let shown = try Program.run(["export", file, "--to", "markdown"])
    #expect(shown.status == 0 && shown.errors == "")
    #expect(shown.output == "# a\n\n```dpu\ntensor [1]\n```\n\n```text\ntensor([1.])\n```\n")
    let out = folder.path + "/a.md"
    #expect(try Program.run(["export", file, "-o", out]).status == 0)
    #expect(try folder.read("a.md") == shown.output)
    let named = try Program.run(["export", file, "--to", "html", "-o", out, "--overwrite"])
    #expect(named.status == 0)
    #expect(try folder.read("a.md").hasPrefix("<!DOCTYPE html>"))
    let piped = try Program.run(
      ["export", "-", "--to", "markdown"], input: Data("tensor [1]".utf8))
    #expect(piped.output.hasSuffix("```text\ntensor([1.])\n```\n"))
  }

  @Test func whatIsThereIsReplacedOnlyWhenAsked() throws {
    let file = try folder.write("tensor [1]\n", to: "a.dpu")
    let out = try folder.write("mine", to: "a.md")
    let run = try Program.run(["export", file, "-o", out])
    #expect(run.status == 5 && run.errors == "dpu: '\(out)' exists: --overwrite replaces it\n")
    #expect(try folder.read("a.md") == "mine")
    #expect(try Program.run(["export", file, "-o", out, "--overwrite"]).status == 0)
    #expect(try folder.read("a.md").hasPrefix("# a\n"))
    #expect(try Program.run(["export", file, "--to", "html", "-o", folder.path]).status == 4)
  }

  @Test(arguments: [
    (["--to", "htm"], "there is no format 'htm'; did you mean html?"),
    ([], "say which format: --to"),
    (["-o", "a.doc"], "the suffix of 'a.doc' names no format; say which: --to"),
  ])
  func wrongUsage(arguments: [String], message: String) throws {
    let file = try folder.write("tensor [1]\n", to: "a.dpu")
    let run = try Program.run(["export", file] + arguments, directory: folder.path)
    #expect(run.status == 64 && run.output == "" && run.errors.contains(message))
  }

  @Test func aCellThatFailsLeavesNoDocument() throws {
    let file = try folder.write("# dpu session 1\ntensor [1]\nmask 7\n", to: "a.dpu")
    let out = folder.path + "/a.html"
    let run = try Program.run(["export", file, "-o", out])
    #expect(run.status == 1 && run.errors.contains("a.dpu:3:6: error: mask: "))
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(try Program.run(["export", file, "-o", out, "--keep-going"]).status == 0)
    #expect(try folder.read("a.html").contains("class=\"failure\""))
    #expect(try Program.run(["export", folder.path + "/none.dpu", "--to", "html"]).status == 4)
  }
}
