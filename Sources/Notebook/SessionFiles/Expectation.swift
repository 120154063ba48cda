import CLibrary
import Functions
import Language
import Tensors

/// What a student is asked to predict before a cell is run: `#? expect NAME KIND [within=]`.
///
/// The line stands above its cell; the answer, once given, in a line below it: `#? answer NAME VALUE`.
public struct Expectation: Equatable, Sendable {
  /// What is asked for.
  public enum Kind: String, CaseIterable, Sendable {
    /// The only element of the value.
    case number
    /// The value's sizes.
    case shape
    /// The filters that a mask switches off, or the whole numbers that the value holds.
    case filters

    /// What is to be typed.
    public var words: String {
      switch self {
      case .number: "a number"
      case .shape: "a shape, such as 2 3 3"
      case .filters: "the masked filters, such as 0 2, or none"
      }
    }
  }

  /// How an answer compares with what the cell showed.
  public enum Verdict: Equatable, Sendable {
    case right
    case wrong
    /// There is no answer.
    case empty
    /// The cell showed nothing of that kind.
    case incomparable
  }

  /// What it is called, once in a file.
  public let name: String
  /// What is asked for.
  public let kind: Kind
  /// How far a number may be off; nil for what ``room(at:typed:)`` says.
  public let tolerance: Double?

  /// An answer that can be compared.
  public enum Answer: Equatable, Sendable {
    case number(Double)
    case list([Int])
  }

  private static let mark = "#?"

  /// Whether a line of prose is an expectation or an answer, which is not read out.
  public static func isMark(_ line: String) -> Bool {
    let words = words(of: line)
    return words.first == "expect" || words.first == "answer"
  }

  private static func words(of line: String) -> [Substring] {
    guard line.hasPrefix(mark) else { return [] }
    return line.dropFirst(mark.count).split { $0 == " " || $0 == "\t" }
  }

  /// The expectation that a line states; nil for other prose.
  ///
  /// - Throws: ``ExpectationError``.
  init?(line: String) throws(ExpectationError) {
    let words = Self.words(of: line)
    guard words.first == "expect" else { return nil }
    guard words.count >= 3 else { throw .incomplete }
    guard let kind = Kind(rawValue: String(words[2])) else { throw .unknownKind(String(words[2])) }
    (name, self.kind) = (String(words[1]), kind)
    var tolerance: Double?
    for word in words.dropFirst(3) {
      guard word.hasPrefix("within=") else { throw .surplus(String(word)) }
      guard kind == .number, let number = Double(word.dropFirst(7)), number >= 0, number.isFinite
      else { throw .tolerance(String(word)) }
      tolerance = number
    }
    self.tolerance = tolerance
  }

  /// The name and the text of an answer that a line gives; nil for other prose.
  static func answer(line: String) -> (name: String, text: String)? {
    let words = words(of: line)
    guard words.first == "answer", words.count >= 2 else { return nil }
    return (String(words[1]), words.dropFirst(2).joined(separator: " "))
  }

  /// The line that gives an answer.
  static func line(answering name: String, _ text: String) -> String {
    "\(mark) answer \(name) \(text)"
  }

  /// What a person typed, as it is compared; nil where it is not of the kind.
  public func answer(_ text: String) -> Answer? {
    if kind == .number {
      return Double(text.trimmingBlanks).map { .number($0) }
    }
    if kind == .filters, ["none", "[]", "()"].contains(text.trimmingBlanks) { return .list([]) }
    let separators = kind == .shape ? " ,;[]()\tx×" : " ,;[]()\t"
    let parts = text.split { separators.contains($0) }
    let numbers = parts.compactMap { Int($0) }.filter { $0 >= 0 }
    guard numbers.count == parts.count, !numbers.isEmpty || kind == .shape && !text.isEmpty else {
      return nil
    }
    return .list(kind == .filters ? Set(numbers).sorted() : numbers)
  }

  /// What the cell showed, as it is compared; nil where that is not of the kind.
  public func truth(in value: Value?) -> Answer? {
    guard let value, let datum = value.datum else { return nil }
    switch kind {
    case .number:
      guard let numbers = datum.numbers, numbers.count == 1 else { return nil }
      return .number(numbers[0])
    case .shape:
      switch datum {
      case .size(let shape): return .list(shape.dimensions)
      case .tensor(let tensor): return .list(tensor.shape.dimensions)
      default: return nil
      }
    case .filters:
      guard let numbers = datum.numbers, case .tensor(let tensor) = datum,
        tensor.shape.rank == 1
      else { return nil }
      if case .int64 = tensor { return .list(Set(numbers.map { Int($0) }).sorted()) }
      guard numbers.allSatisfy({ $0 == 0 || $0 == 1 }) else { return nil }
      return .list(numbers.indices.filter { numbers[$0] == 0 })
    }
  }

  /// What the cell showed, as it is said: whole numbers of tensors without a point.
  public func truthText(in value: Value?) -> String? {
    guard let truth = truth(in: value) else { return nil }
    if case .number(let number) = truth, case .tensor(let tensor)? = value?.datum,
      tensor.dataType != .float32, let whole = Int(exactly: number)
    {
      return "\(whole)"
    }
    return truth.text
  }

  /// How an answer compares with what the cell showed.
  public func verdict(on text: String?, value: Value?) -> Verdict {
    guard let truth = truth(in: value) else { return .incomparable }
    guard let text, !text.isEmpty else { return .empty }
    guard let answer = answer(text) else { return .wrong }
    guard case .number(let shown) = truth, case .number(let said) = answer else {
      return answer == truth ? .right : .wrong
    }
    if shown.isNaN || said.isNaN { return shown.isNaN && said.isNaN ? .right : .wrong }
    let isNear = shown.isFinite && abs(shown - said) <= room(at: shown, typed: text)
    return shown == said || isNear ? .right : .wrong
  }

  /// How far an answer may be from a number: where nothing is said, as far as its digits round, and
  /// no more than a hundredth; but no less than four digits tell.
  func room(at number: Double, typed text: String) -> Double {
    if let tolerance { return tolerance }
    let half = Self.halfOfLastPlace(text)
    return max(leastRoom(at: number), min(half, Self.mostRoom * abs(number)))
  }

  /// How far any answer may be from a number.
  func leastRoom(at number: Double) -> Double { tolerance ?? 1e-4 * max(1, abs(number)) }

  /// The share of a number by which an answer may round it.
  private static let mostRoom = 0.01

  /// Half of one unit in the last place that was typed: 0.05 of `1.5`.
  private static func halfOfLastPlace(_ text: String) -> Double {
    let parts = text.trimmingBlanks.lowercased().split(separator: "e", maxSplits: 1)
    let fraction = parts.first?.split(separator: ".", omittingEmptySubsequences: false).dropFirst()
    let exponent = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) - (fraction?.first?.count ?? 0)
    return 0.5 * pow(10, Double(exponent))
  }
}

/// An expectation with the answer that a file has.
public struct Question: Equatable, Sendable {
  /// What is asked.
  public let expectation: Expectation
  /// The answer as it was typed; nil where there is none.
  public internal(set) var answer: String?
}

/// The questions of a file while its lines come: those of the next cell, and the names of all.
struct Questions {
  let path: String
  private var names: Set<String> = []
  private var pending: [Question] = []
  private var line = 0

  init(path: String) { self.path = path }

  /// Takes a line of prose, which may be part of a question.
  ///
  /// - Throws: ``FileError/expectation(_:line:_:)``.
  mutating func take(_ text: String, at line: Int) throws(FileError) {
    if let (name, answer) = Expectation.answer(line: text) {
      guard let index = pending.firstIndex(where: { $0.expectation.name == name }) else {
        throw .expectation(path, line: line, .answerWithoutQuestion(name))
      }
      pending[index].answer = answer.isEmpty ? nil : answer
      return
    }
    let expectation: Expectation?
    do {
      expectation = try Expectation(line: text)
    } catch {
      throw .expectation(path, line: line, error)
    }
    guard let expectation else { return }
    guard names.insert(expectation.name).inserted else {
      throw .expectation(path, line: line, .twice(expectation.name))
    }
    pending.append(Question(expectation: expectation, answer: nil))
    self.line = line
  }

  /// The questions of the cell that begins.
  mutating func taken() -> [Question] {
    defer { pending = [] }
    return pending
  }

  /// Looks whether all of them have found their cell.
  ///
  /// - Throws: ``FileError/expectation(_:line:_:)``.
  func end() throws(FileError) {
    guard pending.isEmpty else { throw .expectation(path, line: line, .noCell) }
  }
}

extension Expectation.Answer {
  /// The answer as it is shown.
  public var text: String {
    switch self {
    // Of a float32 as many digits as it has.
    case .number(let number):
      Double(Float(number)) == number && abs(number) < 1e15
        ? PythonNumber.text(Double("\(Float(number))") ?? number) : PythonNumber.text(number)
    case .list(let numbers):
      numbers.isEmpty ? "none" : numbers.map(String.init).joined(separator: " ")
    }
  }
}

/// What is wrong with a line that states an expectation.
public enum ExpectationError: Error, Equatable {
  case incomplete
  case unknownKind(String)
  case surplus(String)
  case tolerance(String)
  case noCell
  case answerWithoutQuestion(String)
  case twice(String)

  var message: String {
    let kinds = Expectation.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    return switch self {
    case .incomplete: "an expectation is '#? expect NAME KIND', KIND one of \(kinds)"
    case .unknownKind(let word): "'\(word)' is not a kind of expectation: \(kinds)"
    case .surplus(let word): "'\(word)' is not part of '#? expect NAME KIND [within=NUMBER]'"
    case .tolerance(let word): "'\(word)' is not within=NUMBER of an expected number"
    case .noCell: "an expectation stands above the cell that it speaks of"
    case .answerWithoutQuestion(let name):
      "there is no '#? expect \(name) …' between this answer and the cell above"
    case .twice(let name): "the expectation '\(name)' is stated twice"
    }
  }
}

extension Expectation.Verdict {
  /// The verdict in words.
  ///
  /// - Parameter truth: what the cell showed.
  /// - Returns: what is said to the student.
  public func words(shown truth: String?) -> String {
    switch self {
    case .right: "right"
    case .wrong: truth.map { "it is \($0)" } ?? "wrong"
    case .empty: "no answer"
    case .incomparable: "the cell shows nothing to compare it with"
    }
  }
}

extension Datum {
  /// The elements of a tensor or the number of a scalar; nil for what is neither.
  fileprivate var numbers: [Double]? {
    switch self {
    case .tensor(.float32(let variable)): variable.tensor.elements.map(Double.init)
    case .tensor(.int64(let tensor)): tensor.elements.map(Double.init)
    case .tensor(.bool(let tensor)): tensor.elements.map { $0 ? 1 : 0 }
    case .scalar(let scalar): [scalar.double]
    default: nil
    }
  }
}
