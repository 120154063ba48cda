import Language
import TestSupport
import Testing

@testable import Notebook

struct CommandTableTests {
  /// Each file of the folder is named for the command that it holds.
  @Test func everyCommandIsRegistered() throws {
    let session = Set(CommandTable.sessionCommands.map { "\($0)" })
    for file in try Fixture.swiftFiles(in: "Sources/Notebook/Commands/Session") {
      #expect(session.contains(file), "\(file) is not in CommandTable.sessionCommands")
    }
    let notebook = Set(CommandTable.notebookCommands.map { "\($0)" })
    for file in try Fixture.swiftFiles(in: "Sources/Notebook/Commands/Notebook") {
      #expect(notebook.contains(file), "\(file) is not in CommandTable.notebookCommands")
    }
  }

  @Test func verbsAreWordsAndDifferent() {
    #expect(Set(CommandTable.verbs).count == CommandTable.verbs.count)
    #expect(CommandTable.verbs.allSatisfy { $0.isIdentifier })
    for verb in CommandTable.verbs { #expect(CommandTable.command(verb)?.name == verb) }
  }

  /// The core commands that the language fixes.
  @Test func everyCoreCommandIsThere() {
    let core = [
      "seed", "conv", "input", "tensor", "weight", "bias", "mask", "scores", "pruned", "forward",
      "relu", "backward", "grad", "zero_grad", "step", "filters", "epsilon", "prune",
      "weight_orig", "weight_mask", "copy", "use", "layers", "output", "printoptions", "notes",
      "help", "save", "replay", "quit", "exit",
    ]
    #expect(core.filter { !CommandTable.verbs.contains($0) }.isEmpty)
  }

  @Test(arguments: CommandTable.verbs) func everyCommandIsExplained(verb: String) throws {
    let command = try #require(CommandTable.command(verb))
    #expect(!command.summary.isEmpty && !command.summary.contains("\n"))
    #expect(!command.details.isEmpty)
    #expect(command.usage.hasPrefix(verb))
    #expect(!command.example.isEmpty)
    var names = command.keywords.map(\.name)
    for form in command.forms {
      #expect(Set(form.positionals.map(\.name)).count == form.positionals.count)
    }
    names += command.forms.flatMap { $0.positionals.map(\.name) }
    for keyword in command.keywords { #expect(names.count { $0 == keyword.name } == 1) }
  }

  /// An example is the body of a session file, and does what it says.
  @Test(arguments: CommandTable.sessionCommands.map { $0.name })
  func everyExampleRuns(verb: String) throws {
    let command = try #require(CommandTable.command(verb))
    let file = try SessionFile(
      text: SessionFile.header + "\n" + command.example + "\n", path: verb)
    #expect(file.cells.contains { $0.source.contains(verb) })
    var notebook = Notebook()
    for cell in file.cells {
      let result = notebook.run(cell.source)
      if let difference = try Difference(cell, result), cell.record != nil || result.failure != nil
      {
        Issue.record("\(try difference.text(file: verb))")
      }
    }
  }

  /// Where an example shows nothing, nothing is to be seen.
  @Test(arguments: CommandTable.sessionCommands.map { $0.name })
  func everyValueOfAnExampleIsRecorded(verb: String) throws {
    let command = try #require(CommandTable.command(verb))
    let file = try SessionFile(
      text: SessionFile.header + "\n" + command.example + "\n", path: verb)
    var notebook = Notebook()
    for cell in file.cells {
      let result = notebook.run(cell.source)
      #expect(result.text == nil || cell.record != nil, "\(cell.source)")
    }
  }
}
