import Functions
import Language
import Layers
import Pruning

// What becomes a part of a layer, or the input, in Python.
extension PythonScope {
  /// The lines that give a value to a target.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - isNumber: whether it is one of Python's numbers.
  ///   - statements: the lines that compute it.
  ///   - target: a layer's weight, bias or mask, or the input.
  ///   - indices: which part of it; nil for all.
  ///   - source: the cell's text.
  /// - Returns: the lines, and what is displayed.
  /// - Throws: ``NotInPython``, and what looking up the target throws.
  mutating func assigning(
    _ value: PythonValue, isNumber: Bool, after statements: [String], to target: ReferenceSyntax,
    _ indices: [IndexSyntax]?, in source: String
  ) throws -> PythonCode {
    var (text, isParameter, shape) = ("input", false, after.input?.tensor.shape)
    var masked: (layer: String, partition: Partition)?
    if target.name != "input" {
      let path =
        try target.members.isEmpty
        ? before.session.current().path
        : before.layerPath(target.dropping(1))
      let word = target.members.last?.member == nil ? target.name : target.attribute
      (text, isParameter) = ("\(try python(path)).\(word ?? "")", word != "mask")
      if !isParameter, let mask = try after.layer(at: path).affine?.weight.mask {
        shape = mask.tensor.shape
        masked = (try python(path), mask.partition)
      }
    }
    var lines: [String] = []
    if let indices {
      // Other names hold what was there before.
      if !isParameter { lines.append("\(text) = \(text).detach().clone()") }
      let list = try indices.map { try python($0, in: source) }.joined(separator: ", ")
      lines.append("\(text)[\(list)] = \(value.text)")
    } else if isParameter {
      lines.append("\(text).\(isNumber ? "fill_" : "copy_")(\(value.text))")
    } else {
      var new = "\(value.primary).detach().clone().float()"
      if isNumber, let shape {
        let sizes = PythonLiteral.sizes(shape) + (shape.rank == 1 ? "," : "")
        new = "torch.full((\(sizes)), float(\(value.text)))"
      }
      lines.append(
        masked.map { setMask(of: $0.layer, to: new, $0.partition) } ?? "\(text) = \(new)")
    }
    return PythonCode(
      statements + (isParameter ? [Self.block("with torch.no_grad():", lines)] : lines),
      value: PythonValue(text))
  }

  /// An index.
  private mutating func python(_ index: IndexSyntax, in source: String) throws -> String {
    switch index.kind {
    case .ellipsis: return "..."
    case .value(let value): return try python(value, in: source, isArgument: true)
    case .slice(let first, let second, let third):
      let bounds = try [first, second].map { try $0.map { try python($0, in: source) } ?? "" }
      return bounds.joined(separator: ":")
        + (try third.map { ":\(try python($0, in: source))" } ?? "")
    }
  }
}

extension ReferenceSyntax {
  /// The attribute that it ends in.
  fileprivate var attribute: String? {
    if case .attribute(let name)? = members.last?.member { name } else { nil }
  }
}
