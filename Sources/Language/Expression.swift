import Functions

/// A value to be computed, as written.
public struct Expression {
  /// What it is.
  public let kind: Kind
  /// Where it stands.
  public let range: SourceRange
  /// How many expressions lie within each other, this one included.
  let depth: Int

  /// What an expression is.
  public indirect enum Kind {
    /// A number or a truth value.
    case scalar(Scalar)
    /// `None`.
    case none
    /// A text in quotes.
    case text(String)
    /// A nested list of numbers, or a tensor as it is printed.
    case literal(LiteralSyntax)
    /// What a name, an attribute, `_`, `Out[n]` or an element of them stands for.
    case reference(ReferenceSyntax)
    /// A word after `torch.`: a type such as `torch.int64`.
    case module(String)
    /// `FUNCTION(…)`, with the module it is spelled with: `torch`, `F`.
    case call(NameSyntax, module: String?, [CallArgument])
    /// `x.METHOD(…)`.
    case method(Expression, NameSyntax, [CallArgument])
    /// `x.ATTRIBUTE` of what is no reference.
    case member(Expression, NameSyntax)
    /// `x[…]` with more than whole numbers, or of what is no reference.
    case index(Expression, [IndexSyntax])
    /// An operator before a value.
    case unary(UnaryOperator, Expression)
    /// An operator between two values, and where it stands.
    case binary(BinaryOperator, Expression, Expression, SourceRange)
    /// Values in parentheses with commas.
    case tuple([Expression])
    /// Values in brackets that are not all numbers.
    case list([Expression])
  }

  package init(_ kind: Kind, _ range: SourceRange, depth: Int = 1) {
    (self.kind, self.range, self.depth) = (kind, range, depth)
  }

  /// The reference that it is, if it is one.
  public var reference: ReferenceSyntax? {
    if case .reference(let reference) = kind { reference } else { nil }
  }
}

/// One argument of a function: `value` or `name=value`.
public struct CallArgument {
  /// The name before `=`, if there is one.
  public let name: NameSyntax?
  /// The value.
  public let value: Expression

  /// Where it stands.
  public var range: SourceRange {
    (name?.range.lowerBound ?? value.range.lowerBound)..<value.range.upperBound
  }
}

/// One index of several within brackets.
public struct IndexSyntax {
  /// What an index is.
  public enum Kind {
    /// A whole number, a tensor, a list, `None`.
    case value(Expression)
    /// `start:stop:step`, each of which may be left out.
    case slice(Expression?, Expression?, Expression?)
    /// `...`.
    case ellipsis
  }

  /// What it is.
  public let kind: Kind
  /// Where it stands.
  public let range: SourceRange
}
