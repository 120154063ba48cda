import Language
import Testing

@testable import Notebook

/// Every way in which a cell cannot be read: its words, and its place between « and ».
struct ParserErrorTests {
  @Test(arguments: [
    ("«;»", "there is no command before this ';'"),
    ("relu;«;»", "there is no command before this ';'"),
    ("«=»", "a command starts with a verb or a name"),
    ("«\"»conv\"", "a command starts with a verb or a name"),
    ("relu; «)»", "a command starts with a verb or a name"),
    ("«conv(»1, 2, 3)", "commands take no parentheses: 'conv('"),
    ("«forward(»)", "commands take no parentheses: 'forward('"),
    ("relu; «mask(»0.5)", "commands take no parentheses: 'mask('"),
    ("mask«=»0.5", "nothing is set with '='"),
    ("x «=» torch.randn(1)", "nothing is set with '='"),
    ("relu; seed «=» 0", "nothing is set with '='"),
    ("tensor [1 «2» 3]", "unexpected '2'"),
    ("tensor [1, 2«)»", "')' does not close '['"),
    ("net conv(1, 2, 3«]»", "']' does not close '('"),
    ("net conv(1 «2» 3)", "unexpected '2'"),
    ("net conv(1, «stride=»)", "'stride=' has no value"),
    ("repeat 5 «{» forward }", "unexpected '{'"),
    ("«0.5»", "'0.5' is a number and not a command"),
    ("weight «*» 2", "'*' stands in no command: expressions are not computed"),
    ("weight «*2»", "'*2' stands in no command: expressions are not computed"),
    ("x«*»2", "'*2' stands in no command: expressions are not computed"),
    ("x «==» 3", "'==' stands in no command: expressions are not computed"),
    ("x «!=» 3", "'!=' stands in no command: expressions are not computed"),
    ("x «+=» 1", "'+=' stands in no command: expressions are not computed"),
    ("weight«[0, :]»", "':' is not an index"),
    ("conv 1 2 3 stride «=»2", "no blanks around '='"),
    ("conv 1 2 3 «stride=» 2", "'stride=' has no value"),
    ("conv 1 2 3 «stride=»", "'stride=' has no value"),
    ("conv 1 2 3 «stride=»; relu", "'stride=' has no value"),
    ("conv 1 2 3 «1a»=2", "'1a' is not a key"),
    ("conv 1 2 3 «=»2", "no blanks around '='"),
    ("save «\"a.dpu»", "the string is not closed"),
    ("save «\"a\\\"»", "the string is not closed"),
    ("save \"a«\\n»b\"", "'\\n' is not an escape"),
    ("relu «]»", "unexpected ']'"),
    ("relu y«)»", "unexpected ')'"),
    ("tensor [1] «as»", "'as' needs a name"),
    ("tensor [1] «as» ; relu", "'as' needs a name"),
    ("tensor [1] as «1a»", "'1a' cannot be a name"),
    ("tensor [1] as «_a»", "'_a' cannot be a name"),
    ("tensor [1] as «größe»", "'größe' cannot be a name"),
    ("tensor [1] as a «b»", "unexpected 'b' after the name"),
    ("weight«[a]»", "'a' is not an index"),
    ("weight«[1.5]»", "'1.5' is not an index"),
    ("weight«[]»", "'' is not an index"),
    ("weight«[»1", "the '[' is not closed"),
    ("Out«[1,2]»", "'[1,2]' is not an index"),
    ("m«.»", "'.' is not a reference"),
    ("m«.»..weight", "'...weight' is not a reference"),
    ("m«.1a»", "'.1a' is not a reference"),
    ("«.weight»", "'.weight' is not a reference"),
    ("mask «\u{0}»", "a control character, U+0000, does not belong here"),
    ("mask «\u{1b}»[31m", "a control character, U+001b, does not belong here"),
    ("mask «\u{7f}»", "a control character, U+007f, does not belong here"),
    ("save \"a«\u{7}»b\"", "a control character, U+0007, does not belong here"),
  ])
  func saysWhatIsWrongAndWhere(text: String, message: String) throws {
    let marked = Marked(text)
    let failure = try #require(throws: Placed.self) { try Parser.parse(marked.source) }
    #expect(failure.error.message == message)
    #expect(failure.range == marked.range)
  }

  @Test(arguments: [
    ("conv(1)", "write: conv, then its arguments with blanks between"),
    ("conv(1, 2, 3)", "write: conv 1 2 3"),
    ("forward()", "write: forward"),
    ("foo(weight)", "help lists the commands"),
    ("Out(1)", "write: Out[1]"),
    ("conv 1 2 ()", "blanks stand between arguments, without parentheses"),
    ("conv 1 2 (3, 5", "close it with )"),
    ("mask=0.5", "write: mask 0.5"),
    ("x = [1]", "a value gets a name with as\nwrite: [1] as x"),
    ("tensor [1 2]", "commas stand between numbers: [1, 2]"),
    ("conv 1 stride =2", "write: key=value"),
    ("save \"a", "close it with \""),
    ("tensor [1", "close it with ]"),
    ("tensor tensor([1]", "close it with )"),
    ("grad[x]", "an index is a whole number, negative from the end: grad[0,-1]"),
    ("relu as 1", "a name is a letter and then letters, digits or _"),
    ("tensor [1, ..., 2]", "print it whole first: printoptions threshold=inf"),
    ("tensor [1, x]", "numbers look like 1, -0.5, 1e-7, nan, inf"),
  ])
  func saysWhatToDo(source: String, remedy: String) throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run(source).failure)
    #expect(failure.remedy == remedy)
  }
}
