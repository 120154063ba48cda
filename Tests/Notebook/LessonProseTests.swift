import Language
import Foundation
import TestSupport
import Testing

@testable import Notebook

/// What the lessons say is true: the numbers they cite stand on their screens, and each exercise
/// works as typed and shows what its prose says.
@Suite struct LessonProseTests {
  /// An item of the list below a lesson's heading TRY.
  struct Exercise {
    /// Its words.
    var text: String
    /// The cells to type, as they stand there.
    var cells: [String] = []
    /// The cell to go back to first, where the words say `g 12 Enter`.
    var start: Int? { text.firstMatch(of: /g ([0-9]+) Enter/).flatMap { Int($0.1) } }
  }

  static func file(_ name: String) throws -> SessionFile { try Lessons().file(name) }

  static let names = Lessons().all.map(\.name)

  /// The exercises of a file: the last prose's items, each with its lines that are indented by four.
  static func exercises(_ file: SessionFile) -> [Exercise] {
    var isInside = false
    var exercises: [Exercise] = []
    for case .prose(let line) in file.items {
      let text = String(line.dropFirst(2))
      if text == "TRY" || text.hasSuffix(". TRY") {
        isInside = true
      } else if isInside, text.hasPrefix("- ") {
        exercises.append(Exercise(text: String(text.dropFirst(2))))
      } else if isInside, text.hasPrefix("    "), !exercises.isEmpty {
        exercises[exercises.count - 1].cells.append(text.trimmingBlanks)
      } else if isInside, text.hasPrefix("  "), !exercises.isEmpty {
        exercises[exercises.count - 1].text += " " + text.trimmingBlanks
      }
    }
    return exercises
  }

  /// What each exercise promises or asks for, worked out from the lesson and not from dpu.
  static let answers: [String: [[String]]] = [
    "first-steps": [["tensor([0., 1.])", "tensor([1., 0.])"], []],
    "kernel-gradient": [
      // 9 inputs, each met once by this weight in 4 × 4 outputs: 7 places lie outside, 2 are 0.
      ["7 are 0: the factor is padding", "sum of 16 terms", "= 23."],
      // The number of open outputs of each filter: PyTorch's layer of these values opens one.
      ["tensor([0., 1.])", "tensor([0, 1])"], ["2.7500, 2.0000", "3.0000, 4.2500"], [],
    ],
    "blocked-or-passed": [
      ["1.2246", "-5.8281", "the gradients are exactly equal"],
      ["every gradient zero under ordinary pruning, every gradient zero in the DPU"],
      ["2 pruned", "1 pruned"], [],
    ],
    "constant-and-relu": [
      // All outputs of both filters are open: the same sums of windows.
      ["0  1.505810        4.767993", "1  1.824210        4.767993"],
      ["tensor([[0., 0., 0., 0.]"],
      // Slopes at 0: leaky ReLU 0.01, sigmoid 0.25, tanh 1.
      ["0.047680", "1.191998", "4.767993"], [],
    ],
    "the-check-that-must-fail": [
      ["layer.weight: 4 elements disagree as meant, by up to 4."],
      // Two of four filters of 2 × 3 × 3 weights and a bias.
      ["conv1.weight: 36 elements disagree as meant", "conv1.bias: 2 elements disagree as meant"],
      [],
    ],
    "does-it-come-back": [["tensor([0., 1.])", "tensor([1., 0.])"], [], []],
    "gradient-without-weights": [
      // The score that ran away to 30.4988 falls now, and the other one grows; PyTorch's numbers.
      ["tensor([29.8615,  6.9630]"], ["9., 12.,  9.", "12., 16., 12."], [],
    ],
    "which-loss": [
      // exp(0) over 32 of it, about: the masked one's largest falls below the kept one's.
      ["0.1319", "0.9306"], ["zero because the factor is 0"], [], [],
    ],
    "batch-normalization": [
      ["X X X", "the terms cancel"],
      // 0.9 to the power of 6, and 4.7680 divided by its root.
      ["0.5314", "6.5404"], ["Z Z Z"], [],
    ],
    "two-layers": [
      // Only 0.5 comes back: 0.5 · [11, 8, 12, 17].
      ["5.5000, 4.0000", "6.0000, 8.5000"],
      // The gradient is -2.5 · [11, 8, 12, 17], so the weights grow by a fiftieth of it.
      ["0.6500, 0.6000", "0.5000, 0.9500"],
      ["conv1.weight", "conv2.weight"], [],
    ],
    "max-pooling": [["-1.8493"], ["7 are 0: another element"], ["0., 1., 1., 0."]],
    "count-what-is-zero": [
      // 2 · 0.000001 / 32 times 4.7680 is the largest of the masked filter's: none is 0, all are small.
      ["tensor([0, 0])", "tensor([9, 0])"],
      // int(8 · 0.2) and round(8 · 0.2).
      ["tensor(1)", "tensor(2.)"], ["tensor(0.)"], [],
    ],
    // Filters 1 and 3 stay, and channel 2: 11, 15, 17 are the channels' sums.
    "filters-and-channels": [["[0., 0., 1.],", "[0., 0., 1.]])"], []],
    "inside-a-kernel": [["True"], []],
    // PyTorch's layer of seed 1 has 24 weights up to 0.2.
    "connections-and-patterns": [["tensor(24)"], []],
    "mixed-masks": [["True"]],
    // Where the published weight is above 0.2 stands the published gradient.
    "your-own-unit": [["0.0000, 2.7298, 4.3273", "2.2807, 0.0000, 4.5354"]],
    // Half of four filters go both times.
    "cut-out-and-prove": [["4 → 2"], ["4 → 2"]],
    "three-mask-bugs": [["mask not kept"]],
    // A hundredth of 4.7680; a filter whose connections are all masked is a masked filter.
    "what-the-constant-does": [["tensor(0.0477)"], ["tensor(0.)"]],
    // PyTorch's, from the same checkpoint.
    "trained-network": [
      ["tensor([1, 6, 1, 9, 1, 6, 8, 1, 0, 6])"],
      ["tensor(20)", "10.5365, 13.4287, 10.1379,  0.0000, 11.4577"],
    ],
    "published-notebook": [],
    "published-notebook-expressions": [],
  ]

  @Test(arguments: names) func everyExerciseDoesWhatItSays(_ name: String) throws {
    let file = try Self.file(name)
    let exercises = Self.exercises(file)
    let answers = try #require(Self.answers[name])
    #expect(exercises.count == answers.count)
    #expect(name.hasPrefix("published-notebook") || exercises.contains { !$0.cells.isEmpty })
    for (exercise, answers) in zip(exercises, answers) {
      let outer = Notebook()
      var lecture = Lecture(file, in: outer.entering("lesson.dpu"), outer: outer)
      let failed = lecture.go(before: exercise.start ?? lecture.pages.count + 1)
      #expect(failed == nil)
      var branch = lecture.opened
      var shown: [String] = []
      for cell in exercise.cells {
        let result = branch.run(cell)
        #expect(result.failure == nil, "\(name): \(cell): \(result.failure?.message ?? "")")
        if let text = result.text { shown.append(text) }
      }
      let screen = shown.joined(separator: "\n")
      for answer in answers where !exercise.cells.contains(where: { $0.contains(answer) }) {
        #expect(screen.contains(answer), "\(name): \(exercise.text): \(answer)\n\(screen)")
      }
      for cited in Self.numbers(in: exercise.text) {
        let sources = exercise.cells + file.cells.map(\.source) + [screen]
        let shown = Self.numbers(in: sources.joined(separator: "\n"))
        #expect(Self.isShown(cited, among: shown), "\(name): \(cited) is not shown")
      }
    }
  }

  /// A number as prose cites it: how it is written, its value, and how far it may be off.
  struct Number: CustomStringConvertible {
    let text: String
    let value: Double
    let tolerance: Double
    var description: String { text }

    init?(_ text: Substring) {
      guard let value = Double(text) else { return nil }
      let mantissa = text.split(separator: "e")[0]
      let exponent = text.split(separator: "e").dropFirst().first.flatMap { Double($0) } ?? 0
      let decimals = mantissa.split(separator: ".").dropFirst().first?.count ?? 0
      self.text = String(text)
      self.value = abs(value)
      tolerance = 0.501 * pow(10, exponent - Double(decimals))
    }
  }

  /// The numbers with a point or an exponent.
  static func numbers(in text: String) -> [Number] {
    text.matches(of: /[0-9]+(\.[0-9]+(e[-+][0-9]+)?|e[-+][0-9]+)/).compactMap {
      Number($0.output.0)
    }
  }

  static func isShown(_ cited: Number, among shown: [Number]) -> Bool {
    shown.contains { abs($0.value - cited.value) <= max(cited.tolerance, $0.tolerance) }
  }

  /// Numbers that prose works out from others before the eyes of the reader.
  static let workedOut: [String: [String: Double]] = [
    "batch-normalization": [
      "0.9": 0.9 * 1 + 0.1 * 0, "0.1": 0.1, "316.23": 1 / 1e-5.squareRoot(),
      "0.03125": 2 * 0.5 / 32, "0.02734": 14 * 0.03125 / 16, "0.05859": 0.03125 + 0.02734375,
      "1e-5": 1e-05,
    ],
    // What compact lets go where nothing is said.
    "cut-out-and-prove": ["1e-5": 1e-5],
    "gradient-without-weights": ["4.5614": 6.0672 - 1.5058],
    "the-check-that-must-fail": ["1.3": 0.6 + 0.4 + 0.3, "1e-6": 1e-6, "2e-6": 2e-6],
    "which-loss": [
      "0.000001": 6.25e-08 * 32 / 2, "1e-6": 6.25e-08 * 32 / 2, "6e-9": 0.02 * 2.98e-07,
      "3e-8": pow(2, -25),
    ],
    "two-layers": ["1.25": 1 + 0.25],
    "constant-and-relu": ["0.01": 0.047680 / 4.767993],
  ]

  @Test(arguments: names) func everyCitedNumberStandsOnAScreen(_ name: String) throws {
    let file = try Self.file(name)
    var shown: [Number] = []
    for cell in file.cells {
      shown += Self.numbers(in: cell.source)
      if case .output(let lines) = cell.record {
        shown += Self.numbers(in: lines.joined(separator: "\n"))
      }
    }
    for case .prose(let line) in file.items {
      // The exercises are another test's.
      if line.hasSuffix(" TRY") { break }
      let text = line.replacing(/doi [^ ]+/, with: "")
      for cited in Self.numbers(in: text) where !Self.isShown(cited, among: shown) {
        let value = try #require(Self.workedOut[name]?[cited.text], "\(name): \(cited): \(line)")
        #expect(abs(value - cited.value) <= cited.tolerance, "\(name): \(cited)")
      }
    }
  }

  @Test(arguments: names) func proseFitsTheScreen(_ name: String) throws {
    for exercise in Self.exercises(try Self.file(name)) {
      for cell in exercise.cells { #expect(cell.count <= 72, "\(cell)") }
    }
  }
}

/// The lessons are the files of the folder `sessions`, and depend on nothing that was before them.
@Suite struct BuiltInLessonsTests {
  @Test func theProgramHasTheFilesOfTheFolder() throws {
    let folder = Program.packageFolder + "/sessions"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(SessionFile.suffix) }
    #expect(Lessons().all.map { $0.name + ".dpu" } == files)
    for lesson in Lessons().all {
      let text = try String(contentsOfFile: folder + "/\(lesson.name).dpu", encoding: .utf8)
      #expect(lesson.text == text, "\(lesson.name)")
    }
  }

  /// One after another in one session that was used before: all values are as recorded.
  @Test func allLessonsInOneSessionGiveWhatTheyRecord() throws {
    var outer = Notebook()
    for cell in [
      "conv 3 4 5 as demo", "seed 77", "input 2 3 9 9", "printoptions precision=1 sci_mode=true",
      "mask 0.5; forward; relu; backward;", "tensor [1] as dense",
    ] {
      let result = outer.run(cell)
      #expect(result.failure == nil)
    }
    let names = Lessons().all.map(\.name)
    for name in names + names.reversed() {
      guard case .lecture(let file, let path)? = outer.run("lesson \(name)").reply else {
        Issue.record("lesson \(name) opens no lesson")
        continue
      }
      #expect(outer.reset().failure == nil)
      var lecture = Lecture(file, in: outer.entering(path), outer: outer)
      var count = 0
      while let step = lecture.next, let result = lecture.run() {
        #expect(try result.record == step.cell.record, "\(path):\(step.cell.line)")
        count += 1
      }
      #expect(count == file.cells.count)
      outer = lecture.opened
    }
  }
}
