import Running

/// How a tensor came to be, as far as PyTorch's `print` says it behind the values.
public enum GradientSuffix: Hashable, Sendable {
  /// No gradient is recorded.
  case none
  /// A leaf whose gradient is wanted: `requires_grad=True`.
  case requiresGrad
  /// The name of the operation that made it: `grad_fn=<AddBackward0>`.
  case gradientFunction(String)

  fileprivate var text: String? {
    switch self {
    case .none: nil
    case .requiresGrad: "requires_grad=True"
    case .gradientFunction(let name): "grad_fn=<\(name)>"
    }
  }
}

extension Tensor {
  /// The text of PyTorch's `print(tensor)` (torch/_tensor_str.py, 2.15.0): no terminal, no locale,
  /// no colour takes part.
  ///
  /// - Parameters:
  ///   - options: PyTorch's print options.
  ///   - suffix: what stands after the values.
  /// - Returns: the text, without a line feed at its end.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func text(
    options: PrintOptions = PrintOptions(), suffix: GradientSuffix = .none
  ) throws -> String {
    try printed(options: options, suffix: suffix).text
  }

  /// The same text, with the lines that each slice of the first dimension takes.
  ///
  /// - Parameters:
  ///   - options: PyTorch's print options.
  ///   - suffix: what stands after the values.
  /// - Returns: the text and the lines.
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func printed(
    options: PrintOptions = PrintOptions(), suffix: GradientSuffix = .none
  ) throws -> PrintedTensor {
    let shown = try PrintedElements(shape: shape, options: options)
    let format =
      shown.summarizes
      ? NumberFormat(shown.places.lazy.map { elements[$0] }, options: options)
      : NumberFormat(elements, options: options)
    return try withPointer { elements in
      var printer = TensorPrinter(shown: shown, options: options, width: format.width) {
        format.append(elements[$0], to: &$1)
      }
      return try printer.print(type: nil, suffix: suffix)
    }
  }
}

extension IntegerTensor {
  /// The text of PyTorch's `print` of a tensor of int64.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func printed(options: PrintOptions = PrintOptions()) throws -> PrintedTensor {
    try printed(.int64, options) { "\($0)" }
  }
}

extension BooleanTensor {
  /// The text of PyTorch's `print` of a tensor of bool.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  public func printed(options: PrintOptions = PrintOptions()) throws -> PrintedTensor {
    try printed(.bool, options) { $0 ? "True" : "False" }
  }
}

extension PlainTensor {
  /// All elements padded on the left to the width of the longest that is shown.
  fileprivate func printed(
    _ type: DataType, _ options: PrintOptions, _ text: @escaping (Element) -> String
  ) throws -> PrintedTensor {
    let shown = try PrintedElements(shape: shape, options: options)
    var width = 1
    func widen(_ place: Int) { width = Swift.max(width, text(elements[place]).utf8.count) }
    if shown.summarizes {
      shown.places.forEach(widen)
    } else {
      try Cancellation.forEachPiece(of: shape.count, work: 64) { $0.forEach(widen) }
    }
    var printer = TensorPrinter(shown: shown, options: options, width: width) { place, line in
      let text = text(elements[place])
      line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width - text.utf8.count))
      line.append(contentsOf: text.utf8)
    }
    return try printer.print(type: type, suffix: .none)
  }
}

/// Which elements of a tensor are shown.
private struct PrintedElements {
  let shape: Shape
  /// Whether there are too many to show all.
  let summarizes: Bool
  /// The places of those that a summary shows.
  private(set) var places: [Int] = []

  init(shape: Shape, options: PrintOptions) throws {
    self.shape = shape
    summarizes = shape.count > options.threshold
    if summarizes {
      collect(dimension: 0, offset: 0, stride: shape.count, edge: options.edgeItems)
    } else {
      // A digit, a point, a comma and a blank are the least.
      try Memory.borrow(bytes: 4 * shape.count)
    }
  }

  /// `get_summarized_data`: the elements that a summary shows. Without edge items only a vector
  /// keeps its elements (`x[-0:]` is all of them).
  private mutating func collect(dimension: Int, offset: Int, stride: Int, edge: Int) {
    guard dimension < shape.rank else {
      places.append(offset)
      return
    }
    let size = shape[dimension]
    if edge == 0, dimension + 1 < shape.rank { return }
    let step = stride / max(size, 1)
    for index in 0..<size
    where edge == 0 || size <= 2 * edge || index < edge || index >= size - edge {
      collect(dimension: dimension + 1, offset: offset + index * step, stride: step, edge: edge)
    }
  }
}

/// One printing: the format, and the text so far.
private struct TensorPrinter {
  private static let prefix = "tensor("

  private let shape: Shape
  private let options: PrintOptions
  private let summarizes: Bool
  /// Columns that every element takes at least.
  private let width: Int
  /// Writes the element at a place.
  private let appendElement: (Int, inout [UInt8]) -> Void
  private var text: [UInt8] = Array(Self.prefix.utf8)
  /// The line that is being written, from 0.
  private var line = 0
  private var slices: [Range<Int>] = []

  init(
    shown: PrintedElements, options: PrintOptions, width: Int,
    append: @escaping (Int, inout [UInt8]) -> Void
  ) {
    (shape, summarizes, self.options) = (shown.shape, shown.summarizes, options)
    (self.width, appendElement) = (width, append)
  }

  /// The text; the type is given where it is not PyTorch's default one.
  ///
  /// - Throws: `OutOfMemory`, `Cancelled`.
  mutating func print(type: DataType?, suffix: GradientSuffix) throws -> PrintedTensor {
    // The format is right only if nobody asked for a stop meanwhile.
    try Cancellation.check()
    var suffixes: [String] = []
    if shape.count == 0 {
      append("[]")
      if shape.rank != 1 { suffixes.append("size=" + sizeTuple) }
      if let type { suffixes.append("dtype=" + type.description) }
    } else {
      if options.edgeItems == 0 { suffixes.append("size=" + sizeTuple) }
      if shape.rank == 0 {
        appendElement(0, &text)
      } else {
        try appendValues(
          dimension: 0, offset: 0, stride: shape.count, indent: Self.prefix.utf8.count)
      }
    }
    if let text = suffix.text { suffixes.append(text) }
    append(suffixes: suffixes)
    append(")")
    // Whoever shows it makes lines of it, and moves the slices below a label.
    try Memory.borrow(bytes: 3 * text.count + slices.count * MemoryLayout<Range<Int>>.stride)
    return PrintedTensor(
      text: String(decoding: text, as: UTF8.self), slices: summarizes ? [] : slices)
  }

  /// Makes room for the next number: an array that grows by itself ends the program where there is
  /// no memory.
  private mutating func makeRoom() throws {
    try Cancellation.check()
    let room = 512 + width
    guard text.capacity - text.count < room else { return }
    let capacity = 2 * (text.capacity + room)
    try Memory.borrow(bytes: capacity)
    text.reserveCapacity(capacity)
  }

  private var sizeTuple: String { pythonTuple(shape.dimensions) }

  private mutating func append(_ string: String) { text.append(contentsOf: string.utf8) }

  private mutating func append(spaces count: Int) {
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
  }

  /// `_tensor_str_with_formatter`: slices nested by brackets, a blank line more per dimension.
  private mutating func appendValues(
    dimension: Int, offset: Int, stride: Int, indent: Int
  ) throws {
    let left = shape.rank - dimension
    let size = shape[dimension]
    let step = stride / max(size, 1)
    if left == 1 { return try appendRow(offset: offset, size: size, indent: indent) }
    append("[")
    let cut = summarizes && size > 2 * options.edgeItems
    var isFirst = true
    func separate(_ printer: inout TensorPrinter) {
      if !isFirst {
        printer.append(",")
        printer.append(String(repeating: "\n", count: left - 1))
        printer.append(spaces: indent + 1)
        printer.line += left - 1
      }
      isFirst = false
    }
    if cut, options.edgeItems == 0 { append("...") }
    for index in 0..<size {
      if cut, index >= options.edgeItems, index < size - options.edgeItems {
        if index == options.edgeItems, index > 0 {
          separate(&self)
          append("...")
        }
        continue
      }
      separate(&self)
      let first = line
      try appendValues(
        dimension: dimension + 1, offset: offset + index * step, stride: step, indent: indent + 1)
      if dimension == 0 { try Memory.append(first..<line + 1, to: &slices) }
    }
    append("]")
  }

  /// `_vector_str`: as many elements a line as the width holds.
  private mutating func appendRow(offset: Int, size: Int, indent: Int) throws {
    let room = options.lineWidth - indent
    let perLine = room <= 0 ? 1 : max(1, room / (width + 2))
    let edge = options.edgeItems
    let cut = summarizes && (edge == 0 || size > 2 * edge)
    try makeRoom()
    append("[")
    if cut, edge == 0 {
      append("...]")
      return
    }
    var position = 0
    func separate(_ printer: inout TensorPrinter) {
      if position > 0 {
        if position % perLine == 0 {
          printer.append(",\n")
          printer.append(spaces: indent + 1)
          printer.line += 1
        } else {
          printer.append(", ")
        }
      }
      position += 1
    }
    for index in 0..<size {
      if cut, index >= edge, index < size - edge {
        if index == edge {
          separate(&self)
          append(" ...")
        }
        continue
      }
      try makeRoom()
      separate(&self)
      appendElement(offset + index, &text)
    }
    append("]")
  }

  /// `_add_suffixes`: a suffix that does not fit moves to a line of its own.
  private mutating func append(suffixes: [String]) {
    let lastBreak = text.lastIndex(of: UInt8(ascii: "\n")) ?? -1
    var lineLength = text.count - lastBreak + 1
    for suffix in suffixes {
      if lineLength + suffix.utf8.count + 2 > options.lineWidth {
        append(",\n")
        append(spaces: Self.prefix.utf8.count)
        append(suffix)
        lineLength = Self.prefix.utf8.count + suffix.utf8.count
      } else {
        append(", ")
        append(suffix)
        lineLength += suffix.utf8.count + 2
      }
    }
  }
}

/// A tuple as Python writes it: `(2, 0)`, `(3,)`, `()`.
func pythonTuple(_ values: [Int]) -> String {
  let list = values.map(String.init).joined(separator: ", ")
  return values.count == 1 ? "(\(list),)" : "(\(list))"
}
