import Files
import Glibc

/// The reader that `DPU_FUZZ` names.
private let target = getenv("DPU_FUZZ").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

/// What libFuzzer calls with every input: https://llvm.org/docs/LibFuzzer.html.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let target else { fatalError("DPU_FUZZ names no reader") }
  do {
    try target.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch is TensorFileError {
  } catch {
    fatalError("\(error)")
  }
  return 0
}
