import Files

/// Reads Jupyter notebooks: nbformat 4.
enum JupyterReader {
  /// The cells of a notebook.
  ///
  /// - Throws: ``ImportError``.
  static func cells(_ content: String, path: String) throws(ImportError) -> [NotebookFile.Cell] {
    func wrong(_ reason: String) -> ImportError { .notANotebook(path, reason: reason) }
    let value: JSONValue
    do throws(TensorFileError) {
      value = try JSONReader.read(ByteSource(Array(content.utf8)))
    } catch {
      throw wrong(error.message)
    }
    guard case .object(let notebook) = value else { throw wrong("holds no notebook") }
    guard case .integer(let version)? = notebook["nbformat"] else {
      throw wrong("does not say which nbformat it has")
    }
    guard version >= 4 else { throw .oldNotebook(path, version: version) }
    guard version == 4 else { throw wrong("has nbformat \(version); 4 is read") }
    if case .object(let metadata)? = notebook["metadata"],
      case .object(let kernel)? = metadata["kernelspec"],
      case .string(let language)? = kernel["language"], language.lowercased() != "python"
    {
      throw wrong("is a notebook in \(language.prefix(40)), and not in Python")
    }
    guard case .array(let cells)? = notebook["cells"] else { throw wrong("has no cells") }
    var result: [NotebookFile.Cell] = []
    for (index, cell) in cells.enumerated() {
      guard case .object(let members) = cell, case .string(let kind)? = members["cell_type"],
        let source = text(members["source"])
      else { throw wrong("has a cell without type or source: the one at place \(index + 1)") }
      var read = NotebookFile.Cell(
        isCode: kind == "code", lines: NotebookFile.lines(of: source), place: .cell(index + 1))
      if kind == "code" { readOutputs(members["outputs"], into: &read) }
      if read.lines.contains(where: { !$0.isEmpty }) { result.append(read) }
    }
    return result
  }

  /// A text, or a list of its pieces.
  private static func text(_ value: JSONValue?) -> String? {
    switch value {
    case .string(let text): return text
    case .array(let pieces):
      var result = ""
      for piece in pieces {
        guard case .string(let text) = piece else { return nil }
        result += text
      }
      return result
    default: return nil
    }
  }

  private static func readOutputs(_ value: JSONValue?, into cell: inout NotebookFile.Cell) {
    guard case .array(let outputs)? = value, !outputs.isEmpty else { return }
    for output in outputs {
      guard case .object(let members) = output, case .string(let kind)? = members["output_type"]
      else { continue }
      switch kind {
      case "stream" where members["name"] == .string("stdout"):
        cell.printed = (cell.printed ?? "") + (text(members["text"]) ?? "")
      case "execute_result":
        if case .object(let data)? = members["data"] { cell.shown = text(data["text/plain"]) }
      case "error": cell.failed = true
      default: break
      }
    }
  }
}
