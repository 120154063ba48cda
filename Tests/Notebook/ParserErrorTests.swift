import Language
import Testing

@testable import Notebook

/// Every way in which a cell cannot be read: its words, and its place between « and ».
struct ParserErrorTests {
  @Test(arguments: [
    ("«;»", "there is no command before this ';'"),
    ("relu;«;»", "there is no command before this ';'"),
    ("«=»", "unexpected '='"),
    ("relu; «/» 2", "unexpected '/'"),
    ("relu; «)»", "unexpected ')'"),
    ("«x =»", "there is no value after '='"),
    ("relu; «x =» ; relu", "there is no value after '='"),
    ("«x[0]» = 1", "nothing can be given to 'x[0]'"),
    ("«x.grad» = 1", "nothing can be given to 'x.grad'"),
    ("x = «y» = 1", "nothing can be given to 'y'"),
    ("a«,» b = 1, 2", "a comma stands only within brackets"),
    ("x = 1 «as y»", "a value takes one name, before '=' or after 'as'"),
    ("tensor [1 «2» 3]", "unexpected '2'"),
    ("tensor [1, 2«)»", "')' does not close '['"),
    ("net conv(1, 2, 3«]»", "']' does not close '('"),
    ("net conv(1 «2» 3)", "unexpected '2'"),
    ("net conv(1, «stride=»)", "'stride=' has no value"),
    ("repeat 5 «{» forward", "the '{' is not closed"),
    ("«repeat 5» ", "the loop has no '{ … }'"),
    ("«repeat »{ forward }", "there is nothing after 'repeat'"),
    ("for «i» 3 { forward }", "'in' is missing after the loop's name"),
    ("«for i in »{ forward }", "there is nothing after 'in'"),
    ("repeat 2 «3» { forward }", "repeat takes one count"),
    ("relu y «*» 2", "'*' is computed within parentheses only, as an argument"),
    ("relu «x[0]*»2", "'*2' is computed within parentheses only, as an argument"),
    ("x «*»", "there is no value after '*'"),
    ("«-»", "there is no value after '-'"),
    ("0 < x «<» 1", "comparisons cannot be chained"),
    ("x > 0 «and» y > 0", "tensors have no 'and'"),
    ("(x > 0 «or» y)", "tensors have no 'or'"),
    ("«not» x", "tensors have no 'not'"),
    ("x «if» y else z", "tensors have no 'if' and 'else'"),
    ("x «+=» 1", "'+=' changes a value in place"),
    ("x «**=» 2", "'**=' changes a value in place"),
    ("sum(x «for» y in z)", "a list is written out, without 'for'"),
    ("sum(x «y»)", "unexpected 'y'"),
    ("sum(«dim=»)", "'dim=' has no value"),
    ("x.sum() «[»0]", "unexpected '['"),
    ("«x.sum()(»1)", "'x.sum()' is a value, not a function"),
    ("«2.T»", "'2.' is a number, which has no methods"),
    ("«2x»", "'2x' is not a number"),
    ("«99999999999999999999»", "'99999999999999999999' has more than 63 bits"),
    ("«torch.foo.»bar(x)", "there is no module 'torch.foo' here"),
    ("x[1 «2»]", "unexpected '2'"),
    ("(1«=»2)", "'=' gives a name, and compares nothing"),
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
    ("weight«[]»", "'' is not an index"),
    ("weight«[»1", "the '[' is not closed"),
    ("foo[ a«=»4", "'=' gives a name, and compares nothing"),
    ("weight[0 «=» 5", "'=' gives a name, and compares nothing"),
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
    ("foo(weight)", "help expressions lists them"),
    ("Out(1)", "write: Out[1]"),
    ("conv 1 2 ()", "a pair is 3x5 or (3, 5): rows, then columns"),
    ("conv 1 2 (3, 5", "close it with )"),
    ("x += 1", "write: x = x + …"),
    ("tensor [1 2]", "commas stand between numbers: [1, 2]"),
    ("conv 1 stride =2", "write: key=value"),
    ("save \"a", "close it with \""),
    ("tensor [1", "close it with ]"),
    ("tensor tensor([1]", "close it with )"),
    ("relu as 1", "a name is a letter and then letters, digits or _"),
    ("tensor [1, ..., 2]", "print it whole first: printoptions threshold=inf"),
  ])
  func saysWhatToDo(source: String, remedy: String) throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run(source).failure)
    #expect(failure.remedy == remedy)
  }
}
