import CProcessor
import Foundation
import Kernels

/// Measures rows of the benchmark: those named as arguments, or else one for each line of input.
///
/// A row's name may end in `@N` for N threads. Each answer is one line, `name<TAB>seconds`: the
/// median time of one step; that to `about` says which vectors are in use. `compare.py` asks this
/// program and its peers in turn.
@main
enum Main {
  static func main() throws {
    // As in dpu.
    dpu_keep_freed_memory()
    if let width = ProcessInfo.processInfo.environment["DPU_VECTORS"].flatMap({ Int($0) }) {
      VectorWidth.bits = width
    }
    let names = Array(CommandLine.arguments.dropFirst())
    if names == ["--list"] {
      for row in Row.all { print(row.name) }
    } else if names.isEmpty {
      while let name = readLine() { try answer(name) }
    } else {
      for name in names { try answer(name) }
    }
  }

  /// What the arithmetic is compiled for.
  private static let about = "vectors of \(VectorWidth.bits) bits"

  private static func answer(_ name: String) throws {
    if name == "about" {
      print("\(name)\t\(about)")
      fflush(nil)
      return
    }
    let parts = name.split(separator: "@", maxSplits: 1)
    guard let row = Row.all.first(where: { $0.name == parts.first.map(String.init) }) else {
      print("\(name)\tunknown")
      fflush(nil)
      return
    }
    Parallel.threadCount = parts.count == 2 ? Int(parts[1]) ?? 0 : 1
    print("\(name)\t\(try row.measure())")
    fflush(nil)
  }
}
