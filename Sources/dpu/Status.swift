import Language
import ArgumentParser

/// What the process ends with.
enum Status: Int32, Error {
  case done = 0
  case failed = 1
  case different = 3
  case unreadable = 4
  case refused = 5
  case usage = 64
  case defect = 70
  case interrupted = 130

  func exit() -> Never { DPU.exit(withError: ExitCode(rawValue)) }

  /// Throws itself unless everything went well.
  func leave() throws { if self != .done { throw self } }
}
