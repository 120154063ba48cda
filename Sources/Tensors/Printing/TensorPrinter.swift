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
    var printer = try TensorPrinter(tensor: self, options: options)
    return try printer.print(suffix: suffix)
  }
}

/// One printing: the format, and the text so far.
private struct TensorPrinter {
  private static let prefix = "tensor("

  private let tensor: Tensor
  private let options: PrintOptions
  private let summarizes: Bool
  private let format: NumberFormat
  private var text: [UInt8] = Array(Self.prefix.utf8)
  /// The line that is being written, from 0.
  private var line = 0
  private var slices: [Range<Int>] = []

  init(tensor: Tensor, options: PrintOptions) throws {
    self.tensor = tensor
    self.options = options
    summarizes = tensor.count > options.threshold
    if summarizes {
      var shown: [Float] = []
      Self.collectShown(
        of: tensor, dimension: 0, offset: 0, stride: tensor.count, edge: options.edgeItems,
        into: &shown)
      format = NumberFormat(shown, options: options)
    } else {
      // A digit, a point, a comma and a blank are the least.
      try Memory.borrow(bytes: 4 * tensor.count)
      format = NumberFormat(tensor.elements, options: options)
    }
    // The format is right only if nobody asked for a stop meanwhile.
    try Cancellation.check()
  }

  /// `get_summarized_data`: the elements that a summary shows. Without edge items only a vector
  /// keeps its elements (`x[-0:]` is all of them).
  private static func collectShown(
    of tensor: Tensor, dimension: Int, offset: Int, stride: Int, edge: Int,
    into shown: inout [Float]
  ) {
    guard dimension < tensor.shape.rank else {
      shown.append(tensor.elements[offset])
      return
    }
    let size = tensor.shape[dimension]
    if edge == 0, dimension + 1 < tensor.shape.rank { return }
    let step = stride / max(size, 1)
    for index in 0..<size
    where edge == 0 || size <= 2 * edge || index < edge || index >= size - edge {
      collectShown(
        of: tensor, dimension: dimension + 1, offset: offset + index * step, stride: step,
        edge: edge, into: &shown)
    }
  }

  mutating func print(suffix: GradientSuffix) throws -> PrintedTensor {
    var suffixes: [String] = []
    if tensor.count == 0 {
      append("[]")
      if tensor.shape.rank != 1 { suffixes.append("size=" + sizeTuple) }
    } else {
      if options.edgeItems == 0 { suffixes.append("size=" + sizeTuple) }
      if tensor.shape.rank == 0 {
        format.append(tensor.elements[0], to: &text)
      } else {
        try appendValues(
          dimension: 0, offset: 0, stride: tensor.count, indent: Self.prefix.utf8.count)
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
    let room = 512 + format.width
    guard text.capacity - text.count < room else { return }
    let capacity = 2 * (text.capacity + room)
    try Memory.borrow(bytes: capacity)
    text.reserveCapacity(capacity)
  }

  private var sizeTuple: String { pythonTuple(tensor.shape.dimensions) }

  private mutating func append(_ string: String) { text.append(contentsOf: string.utf8) }

  private mutating func append(spaces count: Int) {
    text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: count))
  }

  /// `_tensor_str_with_formatter`: slices nested by brackets, a blank line more per dimension.
  private mutating func appendValues(
    dimension: Int, offset: Int, stride: Int, indent: Int
  ) throws {
    let left = tensor.shape.rank - dimension
    let size = tensor.shape[dimension]
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
    let perLine = room <= 0 ? 1 : max(1, room / (format.width + 2))
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
      format.append(tensor.elements[offset + index], to: &text)
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
