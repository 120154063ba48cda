import Compacting
import Reports

/// What an audit found, in lines.
struct AuditText {
  /// So that a line fits a terminal's 80 columns behind a prompt and in help, too.
  private static let width = 72
  private let audit: Audit

  init(_ audit: Audit) { self.audit = audit }

  /// Findings, remarks, what was not decided, and a line that counts them.
  var report: Report {
    let findings = audit.entries.filter(\.isFinding)
    let remarks = audit.entries.filter { !$0.isFinding }
    var lines = findings.flatMap { text(of: $0, "finding") }
    lines += remarks.flatMap { text(of: $0, "remark") }
    for group in audit.undecided {
      lines.append(
        Self.filled(
          "not decided: \(group.check), which needs \(group.missing): "
            + group.layers.joined(separator: ", ")))
    }
    let remark = "\(remarks.count) \(remarks.count == 1 ? "remark" : "remarks")"
    let finding = "\(findings.count) \(findings.count == 1 ? "finding" : "findings")"
    lines.append(findings.isEmpty ? "nothing wrong was found; \(remark)" : "\(finding), \(remark)")
    return Report([.text(lines.joined(separator: "\n"))])
  }

  private func text(of entry: Audit.Entry, _ kind: String) -> [String] {
    [Self.filled("\(kind): \(entry.layer): \(entry.check): \(entry.evidence)")]
      + (entry.remedy.map { ["    → " + $0] } ?? [])
  }

  private static func filled(_ text: String) -> String {
    text.brokenAtBlanks(width: width, hanging: 4)
  }
}
