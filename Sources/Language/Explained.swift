import Functions
import Running
import Tensors

/// An error that can say in words what is wrong and what to do.
public protocol Explained: Error {
  /// What is wrong, without place, verb or remedy.
  var message: String { get }
  /// What to do about it, if there is something to say.
  var remedy: String? { get }
}

/// An explained error with its place in a cell's text.
package struct Placed: Error {
  package let error: any Explained
  package let range: SourceRange
  /// Where the statement begins that cannot be read, if that is what is wrong.
  package var statement: Int?

  package init(error: any Explained, range: SourceRange, statement: Int? = nil) {
    self.error = error
    self.range = range
    self.statement = statement
  }
}

extension ShapeError: Explained {
  public var remedy: String? { nil }
}

extension OutOfMemory: Explained {
  public var remedy: String? { nil }
}

extension Refusal: Explained {}
