import Language
import Testing

@testable import Notebook

struct ParserTests {
  private static func command(_ source: String) throws -> CommandSyntax {
    try #require(try Parser.parse(source).soleCommand)
  }

  @Test func aCellHoldsCommandsSeparatedBySemicolons() throws {
    let cell = try Parser.parse("conv 1 2 3; mask 0.5 ;relu")
    #expect(cell.statements.map(\.range) == [0..<10, 12..<20, 22..<26])
    #expect(cell.statements.map { $0.command?.verbRange } == [0..<4, 12..<16, 22..<26])
    #expect(!cell.isQuiet)
    #expect(try Parser.parse("relu;").isQuiet)
    #expect(try Parser.parse("relu ; ").isQuiet)
    #expect(try Parser.parse("relu; # quiet").isQuiet)
    #expect(try Parser.parse("").statements.isEmpty)
    #expect(try Parser.parse("  # nothing").statements.isEmpty)
  }

  @Test func argumentsAreValuesOrKeysWithValues() throws {
    let command = try Self.command("conv 1 stride=2\tbias=false  \"a b\" as m")
    #expect(command.verb == "conv")
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
    guard case .literal(let literal)? = command.arguments.first?.value else {
      Issue.record("no literal")
      return
    }
    #expect(literal.tensor.elements == [1, 2])
  }

  @Test func blanksMayBeTabsAndCarriageReturns() throws {
    let command = try Self.command("mask\t0.5\r\n")
    #expect(command.arguments.map(\.value.word) == ["0.5"])
    #expect(command.arguments.map(\.range) == [5..<8])
  }

  private static func reference(_ source: String) throws -> ReferenceSyntax {
    let statements = try Parser.parse(source).statements
    guard statements.count == 1, case .expression(let expression) = statements[0].content else {
      throw Diagnostic(message: "no expression", range: 0..<0)
    }
    return try #require(expression.reference)
  }

  @Test func referencesHaveMembersWithPlaces() throws {
    let reference = try Self.reference("m.weight.grad[0, -1].shape")
    #expect(reference.base == .name("m"))
    #expect(
      reference.members.map(\.member) == [
        .attribute("weight"), .attribute("grad"), .index([0, -1]), .attribute("shape"),
      ])
    #expect(reference.members.map(\.range) == [1..<8, 8..<13, 13..<20, 20..<26])
    #expect(reference.baseRange == 0..<1)
    #expect(reference.range == 0..<26)
    #expect(try Self.reference("_").base == .last)
    #expect(try Self.reference("_[0]").members.map(\.member) == [.index([0])])
    #expect(try Self.reference("Out[12].grad").base == .out(12))
    #expect(try Self.reference("Out[12][1]").members.map(\.member) == [.index([1])])
  }

  /// Directly behind a reference `[` indexes, behind a blank it begins a literal.
  @Test func aBlankTellsALiteralFromAnIndex() throws {
    #expect(try Self.reference("weight[0]").members.map(\.member) == [.index([0])])
    let command = try Self.command("weight [0]")
    guard command.verb == "weight", case .literal? = command.arguments.first?.value else {
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
