/// Puts lines together until they make a whole cell: a cell goes on while a bracket is open, and
/// behind the line that PyTorch prints above a parameter's tensor.
public struct CellAssembler {
  private var brackets = Brackets()

  /// The lines of the unfinished cell.
  public private(set) var pending = ""

  /// Whether a cell has begun and needs another line.
  public private(set) var isOpen = false

  /// Makes an assembler that waits for a first line.
  public init() {}

  /// Takes the next line.
  ///
  /// - Returns: the cell's whole text, or nil while a bracket is open. A bracket or a string that
  ///   cannot become right ends the cell with its line: the parser will find it.
  public mutating func feed(_ line: String) -> String? {
    if isOpen { pending += "\n" }
    pending += line
    isOpen = Self.goesOn(behind: line, &brackets)
    return isOpen ? nil : whole()
  }

  /// Gives up waiting: the text so far, whose bracket the parser will find unclosed.
  public mutating func finish() -> String? {
    isOpen ? whole() : nil
  }

  private mutating func whole() -> String {
    defer { self = CellAssembler() }
    return pending
  }

  /// Whether a cell would be open behind these lines; looks at them alone and not at what came
  /// before.
  public func isOpen(behind text: String) -> Bool {
    var (brackets, isOpen) = (brackets, isOpen)
    // By bytes: a carriage return and a line feed together are one character.
    for line in text.utf8.split(separator: 0x0a, omittingEmptySubsequences: false) {
      isOpen = Self.goesOn(behind: Substring(line), &brackets)
      if !isOpen { brackets = Brackets() }
    }
    return isOpen
  }

  private static func goesOn(
    behind line: some StringProtocol, _ brackets: inout Brackets
  ) -> Bool {
    brackets.scan(line.utf8)
    let isHeading = !brackets.isInComment && line.endsInHeading
    // A string ends on its line.
    brackets.scan(CollectionOfOne(0x0a))
    return brackets.fault == nil && (brackets.isOpen || isHeading)
  }
}

extension StringProtocol {
  /// Whether a parameter's tensor is printed on the next line.
  fileprivate var endsInHeading: Bool {
    let tail = utf8.reversed().drop { $0.isBlank }
    return tail.starts(with: "Parameter containing:".utf8.reversed())
  }
}
