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
  mutating func add(code: String, output: String? = nil) {
    executed += 1
    let outputs =
      output.map { output in
        """
        [
            {
             "data": {
              "text/plain": \(Self.lines(output, indentation: 6))
             },
             "execution_count": \(executed),
             "metadata": {},
             "output_type": "execute_result"
            }
           ]
        """
      } ?? "[]"
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

  /// A text as a list of its lines.
  private static func lines(_ text: String, indentation: Int) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let blanks = String(repeating: " ", count: indentation)
    let quoted = lines.enumerated().map { index, line in
      "\(blanks) " + JSONText.quoted(index + 1 < lines.count ? line + "\n" : String(line))
    }
    return "[\n\(quoted.joined(separator: ",\n"))\n\(blanks)]"
  }
}
