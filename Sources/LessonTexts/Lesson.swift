/// A session file to learn from, as it lies in the folder `sessions` of the package.
///
/// Its text is a part of the program's constant data: nothing is read or copied before it is asked
/// for.
public struct Lesson: Sendable {
  /// The file's name without its suffix.
  public let name: String
  /// The file's text.
  public let text: String

  /// Makes a lesson.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// All lessons, by name.
  public static let all: [Lesson] = embeddedLessons.map { Lesson(name: $0.name, text: $0.text) }
}
