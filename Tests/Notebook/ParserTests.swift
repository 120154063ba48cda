import Language
import Testing

@testable import Notebook

struct ParserTests {
  private static func command(_ source: String) throws -> CommandSyntax {
    let cell = try Parser.parse(source)
    #expect(cell.commands.count == 1)
    return try #require(cell.commands.first)
  }

  @Test func aCellHoldsCommandsSeparatedBySemicolons() throws {
    let cell = try Parser.parse("conv 1 2 3; mask 0.5 ;relu")
    #expect(cell.commands.map(\.range) == [0..<10, 12..<20, 22..<26])
    #expect(cell.commands.map(\.headRange) == [0..<4, 12..<16, 22..<26])
    #expect(!cell.isQuiet)
    #expect(try Parser.parse("relu;").isQuiet)
    #expect(try Parser.parse("relu ; ").isQuiet)
    #expect(try Parser.parse("relu; # quiet").isQuiet)
    #expect(try Parser.parse("").commands.isEmpty)
    #expect(try Parser.parse("  # nothing").commands.isEmpty)
  }

  @Test func argumentsAreValuesOrKeysWithValues() throws {
    let command = try Self.command("conv 1 stride=2\tbias=false  \"a b\" as m")
    guard case .verb("conv") = command.head else {
      Issue.record("no verb")
      return
    }
    #expect(command.arguments.map(\.key) == [nil, "stride", "bias", nil])
    #expect(command.arguments.map(\.range) == [5..<6, 7..<15, 16..<26, 28..<33])
    #expect(command.arguments.map(\.value.word) == ["1", "2", "false", nil])
    #expect(command.name?.text == "m")
    #expect(command.name?.range == 37..<38)
    #expect(command.range == 0..<38)
  }

  @Test(arguments: [
    (#""""#, ""), (#""a b.dpu""#, "a b.dpu"), (#""a\"b\\c""#, #"a"b\c"#),
    ("\"; [ = #\"", "; [ = #"),
    ("\"Größe µ\"", "Größe µ"),
  ])
  func stringsHoldAnything(source: String, expected: String) throws {
    let command = try Self.command("save \(source)")
    guard case .string(let text)? = command.arguments.first?.value else {
      Issue.record("no string")
      return
    }
    #expect(text == expected)
  }

  @Test func aCommentRunsToTheEndOfItsLine() throws {
    #expect(try Self.command("mask 0.5 # half").arguments.count == 1)
    #expect(try Self.command("mask 0.5# half").arguments.count == 1)
    let command = try Self.command("tensor [1, # one ]\n2]")
    guard case .literal(let tensor, _)? = command.arguments.first?.value else {
      Issue.record("no literal")
      return
    }
    #expect(tensor.elements == [1, 2])
  }

  @Test func blanksMayBeTabsAndCarriageReturns() throws {
    let command = try Self.command("mask\t0.5\r\n")
    #expect(command.arguments.map(\.value.word) == ["0.5"])
    #expect(command.arguments.map(\.range) == [5..<8])
  }

  private static func reference(_ source: String) throws -> ReferenceSyntax {
    guard case .reference(let reference) = try Self.command(source).head else {
      throw Diagnostic(message: "no reference", range: 0..<0)
    }
    return reference
  }

  @Test func referencesHaveStepsWithPlaces() throws {
    let reference = try Self.reference("m.weight.grad[0, -1].shape")
    #expect(reference.base == .name("m"))
    #expect(
      reference.steps.map(\.step) == [
        .attribute("weight"), .attribute("grad"), .index([0, -1]), .attribute("shape"),
      ])
    #expect(reference.steps.map(\.range) == [1..<8, 8..<13, 13..<20, 20..<26])
    #expect(reference.baseRange == 0..<1)
    #expect(reference.range == 0..<26)
    #expect(try Self.reference("_").base == .last)
    #expect(try Self.reference("_[0]").steps.map(\.step) == [.index([0])])
    #expect(try Self.reference("Out[12].grad").base == .out(12))
    #expect(try Self.reference("Out[12][1]").steps.map(\.step) == [.index([1])])
  }

  /// Directly behind a reference `[` indexes, behind a blank it begins a literal.
  @Test func aBlankTellsALiteralFromAnIndex() throws {
    #expect(try Self.reference("weight[0]").steps.map(\.step) == [.index([0])])
    let command = try Self.command("weight [0]")
    guard case .verb("weight") = command.head, case .literal? = command.arguments.first?.value
    else {
      Issue.record("no literal")
      return
    }
    let argument = try Self.command("forward input=y[1]").arguments.first
    guard case .reference(let reference)? = argument?.value else {
      Issue.record("no reference")
      return
    }
    #expect(reference.range == 14..<18)
    #expect(argument?.range == 8..<18)
  }
}
