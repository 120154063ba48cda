import Foundation
import Functions
import Gradients
import TestSupport
import Tensors
import Testing

/// What PyTorch answered, as `Fixtures/functions/record.py` wrote it down, and what the functions
/// here answer.
///
/// A sheet is a text. A line `In: f(…)` is a call of a function by its bare name, perhaps with calls
/// as arguments and `name =` before it; the lines after it are what `print` shows, or `refused`. Each
/// `seed` line seeds both generators. `backward f(…)` differentiates with 1, 2, 3, … as the gradient of
/// the elements, and `x.grad` shows the gradient of a leaf with a name. `op('*', x, y)` is an operator,
/// `bits(x)` shows every bit of float32, and `first(x)` is the first of several results.
struct Sheet {
  struct Case: Sendable, CustomTestStringConvertible {
    let line: String
    let expected: String
    var testDescription: String { line }
  }

  /// The cases of a sheet, each group after a `seed` line for itself.
  static func groups(_ name: String) -> [[Case]] {
    let url = Fixture.tests.appendingPathComponent("Fixtures/functions/\(name).txt")
    guard let text = try? String(contentsOf: url, encoding: .utf8) else { return [] }
    var groups: [[Case]] = []
    for part in text.components(separatedBy: "\nIn: ").dropFirst() {
      let lines = part.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      var expected = lines.dropFirst()
      while expected.last == "" { expected.removeLast() }
      let item = Case(line: lines[0], expected: expected.joined(separator: "\n"))
      if lines[0].hasPrefix("seed ") || groups.isEmpty { groups.append([]) }
      groups[groups.count - 1].append(item)
    }
    return groups
  }

  private var scope = FunctionScope(generator: Generator(seed: 0))
  private var names: [String: Datum] = [:]
  private var gradients: [Leaf: Tensor] = [:]

  /// What a line shows; `refused` for what is refused.
  mutating func answer(_ line: String) throws -> String {
    var reader = Reader(line)
    if reader.take("seed ") {
      scope.generator = Generator(seed: UInt64(reader.rest) ?? 0)
      return ""
    }
    if line.hasSuffix(".grad") {
      guard case .tensor(let value)? = names[String(line.dropLast(5))],
        let leaf = value.variable?.leaf, let gradient = gradients[leaf]
      else { return "None" }
      return try gradient.text()
    }
    do {
      if reader.take("backward ") {
        guard case .tensor(.float32(let value)) = try reader.value(&self) else {
          return "no tensor"
        }
        let upstream = try Tensor(counting: value.tensor.shape).map { $0 + 1 }
        let map = try Backward.gradients(of: value, upstream: upstream)
        gradients = map.leaves
        return ""
      }
      if let equals = line.range(of: " = ") {
        reader = Reader(String(line[equals.upperBound...]))
        names[String(line[..<equals.lowerBound])] = try reader.value(&self)
        return ""
      }
      return try reader.value(&self).text()
    } catch is Refusal {
      return "refused"
    } catch is FunctionCall.Misfit {
      return "refused"
    } catch is ShapeError {
      return "refused"
    } catch is BackwardError {
      return "refused"
    }
  }

  /// Reads calls, numbers, texts, tuples and lists.
  private struct Reader {
    private(set) var rest: Substring

    init(_ text: String) { rest = text[...] }

    mutating func take(_ word: String) -> Bool {
      guard rest.hasPrefix(word) else { return false }
      rest = rest.dropFirst(word.count)
      return true
    }

    mutating func value(_ sheet: inout Sheet) throws -> Datum {
      if take("(") {
        let (items, comma) = try items(")", &sheet)
        return items.count == 1 && !comma ? items[0] : .tuple(items)
      }
      if take("[") { return .list(try items("]", &sheet).items) }
      if take("'") {
        let text = rest.prefix { $0 != "'" }
        rest = rest.dropFirst(text.count + 1)
        return .text(String(text))
      }
      let word = rest.prefix { $0.isLetter || $0.isNumber || "_.-+".contains($0) }
      rest = rest.dropFirst(word.count)
      guard take("(") else { return try constant(String(word), sheet) }
      return try call(String(word), &sheet)
    }

    private mutating func call(_ name: String, _ sheet: inout Sheet) throws -> Datum {
      var arguments: [(name: String?, value: Datum)] = []
      while !take(")") {
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        if rest.dropFirst(word.count).hasPrefix("="), !word.isEmpty {
          rest = rest.dropFirst(word.count + 1)
          arguments.append((String(word), try value(&sheet)))
        } else {
          arguments.append((nil, try value(&sheet)))
        }
        _ = take(", ")
      }
      if name == "op", case .text(let sign) = arguments[0].value {
        return try operation(sign, arguments.dropFirst().map(\.value))
      }
      if name == "first" { return try #require(arguments[0].value.items?.first) }
      if name == "bits", case .tensor(let tensor) = arguments[0].value {
        let words = try tensor.floats().tensor.elements.map { element in
          element.isNaN ? "nan" : String(format: "%08x", element.bitPattern)
        }
        return .text(words.joined(separator: " "))
      }
      if name == "shape" {
        return try #require(try Attributes.value(name, of: arguments[0].value))
      }
      let function = try #require(FunctionTable.function(name), "no function \(name)")
      return try function.value(FunctionCall(of: function, arguments), in: &sheet.scope)
    }

    private func operation(_ sign: String, _ operands: [Datum]) throws -> Datum {
      if operands.count == 1 {
        return try Operators.value(#require(UnaryOperator(rawValue: sign)), operands[0])
      }
      return try Operators.value(
        #require(BinaryOperator(rawValue: sign)), operands[0], operands[1])
    }

    private mutating func items(
      _ end: String, _ sheet: inout Sheet
    ) throws -> (items: [Datum], comma: Bool) {
      var items: [Datum] = []
      var comma = false
      while !take(end) {
        items.append(try value(&sheet))
        comma = take(",")
        _ = take(" ")
      }
      return (items, comma)
    }

    private func constant(_ word: String, _ sheet: Sheet) throws -> Datum {
      switch word {
      case "True": return .scalar(.boolean(true))
      case "False": return .scalar(.boolean(false))
      case "None": return Datum.none
      case "torch.float32": return .type(.float32)
      case "torch.int64": return .type(.int64)
      case "torch.bool": return .type(.bool)
      case "nan", "inf", "-inf": return .scalar(.float(try #require(Double(word))))
      default: break
      }
      if let whole = Int(word) { return .scalar(.integer(whole)) }
      if let number = Double(word) { return .scalar(.float(number)) }
      return try #require(sheet.names[word], "no name \(word)")
    }
  }
}

/// Every recorded answer of PyTorch.
@Suite struct SheetTests {
  @Test(arguments: ["creation", "values", "products", "operators", "elementwise", "signs"])
  func answersAsPyTorch(name: String) throws {
    let groups = Sheet.groups(name)
    #expect(!groups.isEmpty)
    for group in groups {
      var sheet = Sheet()
      for item in group {
        let answer = try sheet.answer(item.line)
        #expect(answer == item.expected, "\(name): \(item.line)")
      }
    }
  }
}
