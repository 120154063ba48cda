import Files

/// The cells of a Jupyter notebook while it is written, as nbformat 4.5 has them and in the layout in
/// which its own library writes them.
struct NotebookCells {
  private var cells: [String] = []
  private var executed = 0

  /// Adds prose.
  mutating func add(markdown: String) {
    cells.append(
      """
        {
         "cell_type": "markdown",
         "id": "\(nextID)",
         "metadata": {},
         "source": \(Self.lines(markdown, indentation: 3))
        }
      """)
  }

  /// Adds code.
  ///
  /// - Parameters:
  ///   - code: its lines.
  ///   - output: what its last expression shows; nil for nothing.
  ///   - isPrinted: whether `print` shows it.
  mutating func add(code: String, output: String? = nil, isPrinted: Bool = false) {
    executed += 1
    let outputs = output.map { isPrinted ? Self.stream($0) : result($0) } ?? "[]"
    cells.append(
      """
        {
         "cell_type": "code",
         "execution_count": \(executed),
         "id": "\(nextID)",
         "metadata": {},
         "outputs": \(outputs),
         "source": \(Self.lines(code, indentation: 3))
        }
      """)
  }

  /// What the cell's last expression shows.
  private func result(_ text: String) -> String {
    """
    [
        {
         "data": {
          "text/plain": \(Self.lines(text, indentation: 6))
         },
         "execution_count": \(executed),
         "metadata": {},
         "output_type": "execute_result"
        }
       ]
    """
  }

  /// What `print` shows.
  private static func stream(_ text: String) -> String {
    """
    [
        {
         "name": "stdout",
         "output_type": "stream",
         "text": \(lines(text, indentation: 5, ending: "\n"))
        }
       ]
    """
  }

  /// The whole notebook.
  var text: String {
    """
    {
     "cells": [
    \(cells.joined(separator: ",\n"))
     ],
     "metadata": {
      "kernelspec": {
       "display_name": "Python 3",
       "language": "python",
       "name": "python3"
      },
      "language_info": {
       "name": "python"
      }
     },
     "nbformat": 4,
     "nbformat_minor": 5
    }

    """
  }

  /// A cell is called by its place: the same session gives the same file.
  private var nextID: String { "cell-\(cells.count + 1)" }

  /// A text as a list of its lines, the last one perhaps with an end, too.
  private static func lines(_ text: String, indentation: Int, ending: String = "") -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let blanks = String(repeating: " ", count: indentation)
    let quoted = lines.enumerated().map { index, line in
      "\(blanks) " + JSONText.quoted(line + (index + 1 < lines.count ? "\n" : ending))
    }
    return "[\n\(quoted.joined(separator: ",\n"))\n\(blanks)]"
  }
}
