import CLibrary

/// The most of something that dpu takes on, so that no file can use up the machine.
///
/// Each limit can be raised for a run by a variable of the environment, which its errors name.
public enum Limit: CaseIterable, Sendable {
  /// The bytes of a file that is read.
  case file
  /// The bytes of a line that is read.
  case line
  /// The cells that one `rerun` runs, and all those of a file together.
  case rerun

  private struct Row: Sendable {
    let variable: String
    let standard: Int
    let isInBytes: Bool
  }

  private var row: Row {
    switch self {
    case .file: Row(variable: "DPU_MAX_FILE", standard: 64 << 20, isInBytes: true)
    case .line: Row(variable: "DPU_MAX_LINE", standard: 32 << 20, isInBytes: true)
    case .rerun: Row(variable: "DPU_MAX_RERUN", standard: 100_000, isInBytes: false)
    }
  }

  /// The limits as the environment has them, or else the standard ones; asked for once.
  private static let values = Dictionary(
    uniqueKeysWithValues: allCases.map { limit in
      (limit, limit.setting.flatMap(number) ?? limit.row.standard)
    })

  /// The variable that raises it.
  public var variable: String { row.variable }

  /// The limit in force.
  public var value: Int { Self.values[self] ?? row.standard }

  /// What the environment says.
  private var setting: String? {
    getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether the variable holds something that is not a number.
  public var isMisspelt: Bool { setting.map { Self.number($0) == nil } ?? false }

  /// A number with `K`, `M` or `G` for 1024 and its powers; nil where a text is none.
  static func number(_ text: String) -> Int? {
    let powers: [Character: Int] = ["K": 10, "M": 20, "G": 30]
    let shift = text.last.flatMap { powers[Character($0.uppercased())] }
    guard let number = Int(shift == nil ? text : String(text.dropLast())), number > 0 else {
      return nil
    }
    let (result, overflows) = number.multipliedReportingOverflow(by: 1 << (shift ?? 0))
    return overflows ? nil : result
  }

  /// The limit in words: `64 MiB`, `100000 cells`.
  public var words: String {
    guard row.isInBytes else { return "\(value) cells" }
    for (shift, name) in [(30, "GiB"), (20, "MiB"), (10, "KiB")]
    where value.isMultiple(of: 1 << shift) {
      return "\(value >> shift) \(name)"
    }
    return "\(value) bytes"
  }

  /// How to raise it.
  public var remedy: String { remedy(for: value) }

  /// How to raise it until it allows so much: by the power of two after that.
  func remedy(for wanted: Int) -> String {
    var raised = max(1, value)
    while raised <= wanted {
      let (twice, overflows) = raised.multipliedReportingOverflow(by: 2)
      raised = overflows ? Int.max : twice
      if overflows { break }
    }
    return "\(variable)=\(shortest(raised)) dpu … raises the limit"
  }

  /// The variable with the value in force: `DPU_MAX_FILE=64M`.
  public var assignment: String { "\(variable)=\(shortest(value))" }

  private func shortest(_ value: Int) -> String {
    guard row.isInBytes else { return "\(value)" }
    for (shift, name) in [(30, "G"), (20, "M"), (10, "K")] where value.isMultiple(of: 1 << shift) {
      return "\(value >> shift)\(name)"
    }
    return "\(value)"
  }
}
