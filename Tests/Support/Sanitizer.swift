import Foundation

/// A sanitizer that the tests run under, as the variables of the environment tell.
public enum Sanitizer {
  /// What sanitizers read, for the programs that tests start.
  public static let environment = ProcessInfo.processInfo.environment.filter {
    ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
  }

  /// Whether there is one, whose shadow needs more address space than a test's limit leaves.
  public static var isOn: Bool { !environment.isEmpty }
}
