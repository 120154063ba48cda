import Functions
import Testing

@testable import Notebook

/// Help in groups, by topic, and by search.
struct HelpTests {
  private func help(_ word: String) -> String {
    var notebook = Notebook()
    let result = notebook.run("help \(word)")
    guard case .text(let text)? = result.reply else {
      Issue.record("help \(word): \(result.failure?.message ?? "no text")")
      return ""
    }
    return text
  }

  /// With the prompt before it, a blank line and the prompt after it.
  @Test func theOverviewFitsOnAScreen() {
    let lines = help("").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 24 - 3)
    for command in CommandTable.all {
      #expect(
        lines.contains { line in
          // A group's name stands first, where the line is not the rest of another one.
          line.split(separator: " ").dropFirst(line.hasPrefix(" ") ? 0 : 1).contains {
            $0 == command.name
          }
        }, "\(command.name)")
    }
  }

  @Test func everyCommandIsInOneGroup() {
    let verbs = CommandTable.groups.flatMap { $0.commands.map { $0.name } }
    // What it is given decides which of two commands save is.
    let twice = Set(verbs).filter { verb in verbs.count { $0 == verb } > 1 }
    #expect(twice == ["save"] && Help.text(about: "save")?.contains("write the session") == true)
    #expect(Set(verbs).sorted() == CommandTable.verbs.sorted())
    for group in CommandTable.groups { #expect(!CommandTable.verbs.contains(group.name)) }
    for name in HelpTopic.ofGroups.keys {
      #expect(CommandTable.groups.contains { $0.name == name }, "\(name) is no group")
    }
  }

  @Test func helpAllGivesEachCommandALine() {
    let text = help("all")
    for command in CommandTable.all {
      #expect(text.contains("  \(command.name) ") && text.contains(command.summary))
    }
  }

  @Test(arguments: CommandTable.all.map { $0.name }) func helpExplainsEachCommand(verb: String)
    throws
  {
    let command = try #require(CommandTable.command(verb))
    // Long lines are broken anew; the words are the same.
    let words = help(verb).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let details = command.details.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains(details))
  }

  /// Each with an example, which PyTorch has answered in cases.answers.
  @Test func helpExplainsEachFunction() throws {
    let recorded = try ExpressionAnswersTests.programs("cases.answers")
      .first { $0.name == "examples in help" }
    let answered = try #require(recorded).cells.map(\.source)
    #expect(Set(answered) == Set(FunctionTable.all.map { "seed 0; \($0.example)" }))
    for function in FunctionTable.all
    where CommandTable.command(function.name) == nil && function.name != "all" {
      let lines = help(function.name).split(separator: "\n")
      #expect(lines.contains("  \(function.example)") && lines.last?.hasPrefix("  #> ") == true)
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(function.name)")
    }
    #expect(
      help("clamp").hasSuffix(
        "Example:\n  clamp(tensor([-1., 0.5, 2.]), 0, 1)\n"
          + "  #> tensor([0.0000, 0.5000, 1.0000])"))
    #expect(help("clamp").split(separator: "\n").filter { $0.hasPrefix("  x.clamp") }.count == 1)
  }

  @Test(arguments: [
    ("pruning", "Dynamic Pruning"), ("networks", "n.conv1"), ("gradients", "add up"),
    ("sessions", "dpu --resume"), ("keys", "Alt-Enter"), ("notation", "Out[3]"),
    ("questions", "dpu check --report"), ("prompt", "more off"),
    ("cells", "put a cell's text at the prompt"),
  ]) func topicsSayWhatTheyShould(topic: String, part: String) {
    #expect(help(topic).contains(part))
    #expect(help(topic).split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  /// What is no verb and no topic is searched for: in verbs, summaries, explanations, topics.
  @Test(arguments: [
    ("heat", "view"), ("SGD", "step"), ("Straight", "mask"), ("inputrc", "topics: keys"),
    ("students", "topics: questions"),
    ("glorot", nil), ("momentum_of", nil),
  ]) func otherWordsAreSearchedFor(word: String, found: String?) throws {
    var notebook = Notebook()
    let result = notebook.run("help \(word)")
    guard let found else {
      #expect(result.failure?.message == "help: there is no command '\(word)'")
      return
    }
    let text = help(word)
    #expect(text.hasPrefix("'\(word)' is found in"))
    #expect(text.contains(found))
  }

  @Test func aMistypedVerbIsStillRecognized() throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run("help frward").failure)
    #expect(failure.message == "help: there is no command 'frward'")
    #expect(failure.remedy?.hasPrefix("did you mean 'forward'") == true)
  }

  @Test(arguments: ["edit", "more", "more all"]) func whatNeedsAPromptSaysSo(cell: String) {
    var notebook = Notebook()
    #expect(notebook.run(cell).failure?.message.hasSuffix("at the prompt only") == true)
  }

  @Test func netNamesEveryStage() {
    for verb in CommandTable.stageVerbs { #expect(NetCommand.details.contains(verb), "\(verb)") }
  }
}
