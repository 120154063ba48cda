import TestSupport
import Testing

@testable import Reports

/// The marks of Markdown within a line of prose.
struct MarkedTextTests {
  @Test(arguments: [
    ("a *b* c", "a <em>b</em> c"), ("_b c_.", "<em>b c</em>."), ("**b**", "<strong>b</strong>"),
    ("***b***", "<strong><em>b</em></strong>"), ("(*b*)", "(<em>b</em>)"),
    ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
    ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
    ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),
    ("``a ` b``", "<code>a ` b</code>"), ("`` ` ``", "<code>`</code>"),
    ("*`a`*", "<em><code>a</code></em>"),
    ("a\n*b\nc*", "a<br>\n<em>b<br>\nc</em>"), ("\\*a\\* \\[b]", "*a* [b]"),
    (
      "[a *b*](https://c.d/e_(f)?g=1&h=2)",
      "<a href=\"https://c.d/e_(f)?g=1&amp;h=2\" rel=\"noopener noreferrer\">a <em>b</em></a>"
    ),
    ("[a](mailto:b@c.d)", "<a href=\"mailto:b@c.d\" rel=\"noopener noreferrer\">a</a>"),
    ("*[a](HTTP://b)*", "<em><a href=\"HTTP://b\" rel=\"noopener noreferrer\">a</a></em>"),
  ]) func marksAreRead(text: String, html: String) {
    #expect(MarkedText(text).html == html)
  }

  /// Formulas, names, unclosed and crossing marks, and what is no safe link, read as they stand.
  @Test(arguments: [
    "2**3 + x**2", "a * b * c", "5*(x+y)*2", "weight_orig and weight_mask", "__init__",
    "f(*args, **kw)",
    "*.npy and *.npz", "_, Out[3] and _", "**a", "a*", "`a", "``a`", "****a****", "[a]", "[a](b)",
    "[a](#b)", "[a] (http://b)", "[a](http://", "[a](http://b c)", "[a](http://)",
    "[a](javascript:b)",
    "[a]( http://b)", "[a](JavaScript://b)", "[a](data:text/html,b)", "[a](//b)", "[[[",
    "]]](http://b)",
    "\\", "\\a", "* a *", "",
  ]) func anythingElseIsText(text: String) {
    #expect(MarkedText(text).html == text)
    #expect(MarkedText(text).plain == text)
  }

  /// What closes first wins, and what lies across it stays text; no link lies within another.
  @Test(arguments: [
    ("*a **b* c**", "<em>a **b</em> c**"), ("*a [b*](http://c)", "<em>a [b</em>](http://c)"),
    ("[*a](http://b)*", "<a href=\"http://b\" rel=\"noopener noreferrer\">*a</a>*"),
    (
      "[a [b](http://c)](http://d)",
      "[a <a href=\"http://c\" rel=\"noopener noreferrer\">b</a>](http://d)"
    ), ("*a `b* c`", "*a <code>b* c</code>"), ("a *b", "a *b"),
  ]) func marksAreNested(text: String, html: String) {
    #expect(MarkedText(text).html == html)
  }

  @Test(arguments: [
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("*<b>*", "<em>&lt;b&gt;</em>"), ("`</code>`", "<code>&lt;/code&gt;</code>"),
    ("[<i>](https://a)", "<a href=\"https://a\" rel=\"noopener noreferrer\">&lt;i&gt;</a>"),
    ("[a](https://b\"onclick=x)", "[a](https://b&quot;onclick=x)"),
    ("[a](https://b'c)", "[a](https://b&#39;c)"), ("[a](https://b<c>)", "[a](https://b&lt;c&gt;)"),
    ("&lt;b>", "&amp;lt;b&gt;"), ("\\<b>", "\\&lt;b&gt;"),
  ]) func everythingElseIsEscaped(text: String, html: String) {
    #expect(MarkedText(text).html == html)
  }

  /// Markdown that reads the same: CommonMark's own readers were asked.
  @Test(arguments: [
    ("a *b* _c_ **d** ***e***", "a *b* *c* **d** ***e***"), ("2**3*4", "2\\*\\*3\\*4"),
    ("__a__ `b*` ``c`d``", "\\_\\_a\\_\\_ `b*` ``c`d``"), ("`` `a ``", "`` `a ``"),
    ("[a](https://b_c)", "[a](https://b_c)"), ("[a](javascript:b)", "\\[a\\](javascript:b)"),
    ("![a](https://b)", "\\![a](https://b)"), ("\\\\![a](https://b)", "\\\\\\![a](https://b)"),
    ("<b>", "&lt;b>"), ("a\n# b\n1. c\n- d *e*", "a  \n\\# b  \n1\\. c  \n\\- d *e*"),
    ("*a*\n+ b", "*a*  \n\\+ b"), ("`a`\n> b", "`a`  \n\\> b"),
  ]) func markdownReadsTheSame(text: String, markdown: String) {
    #expect(MarkedText(text).markdown == markdown)
  }

  @Test func plainTextHasNoMarks() {
    #expect(MarkedText("*A* `b` [c](https://d) **e").plain == "A b c **e")
  }

  /// Marks in any order make pairs, one within the other, and lose no text.
  @Test func anyMarksNest() {
    var state: UInt64 = 5
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let atoms = [
      "a", " ", "*", "**", "***", "_", "`", "``", "[", "]", "](http://b)", "(", ")", "\\", "\n",
      ".",
    ]
    for _ in 0..<5_000 {
      let text = (0..<random(below: 17)).map { _ in atoms[random(below: atoms.count)] }.joined()
      var open: [MarkedText.Mark] = []
      for piece in MarkedText(text).pieces {
        switch piece {
        case .open(let mark): open.append(mark)
        case .close(let mark): #expect(open.popLast() == mark, "\(text.debugDescription)")
        case .text(let part): #expect(!part.isEmpty)
        case .code: break
        }
      }
      #expect(open.isEmpty, "\(text.debugDescription)")
      let letters = text.replacing("](http://b)", with: "").count { $0 == "a" }
      #expect(MarkedText(text).plain.count { $0 == "a" } == letters, "\(text.debugDescription)")
    }
  }

  /// A megabyte of marks takes a moment.
  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      "*a ", "**a *b ", "[a](http://b", "[", "`", "` `` ``` ", "*a [b", "[a](", "](http://a)",
      "_a* ",
      "[a](http://(", "a*",
    ]) func hostileTextsAreReadInLinearTime(piece: String)
  {
    let text = String(repeating: piece, count: 300_000 / piece.count)
    #expect(!MarkedText(text).html.isEmpty && !MarkedText(text).markdown.isEmpty)
  }
}
