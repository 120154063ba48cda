import CReadline
import Kernels
import Synchronization

/// What happens on Ctrl-C, and after a crash, while a person works at a terminal.
enum Signals {
  /// How long a cancelled command may take to give way before another Ctrl-C ends the program.
  private static let patience = 2.0
  private static let firstRequest = Atomic<UInt64>(0)

  /// Makes Ctrl-C ask the running command to stop, and a crash leave the terminal as it was.
  static func install() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Signals.interrupted() }
    // No SA_RESTART: a wait for a key ends, so that the prompt can start anew.
    sigemptyset(&action.sa_mask)
    sigaction(SIGINT, &action, nil)
    dpu_keep_terminal()
    for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE] {
      var crash = sigaction()
      crash.__sigaction_handler.sa_handler = { _ in
        dpu_restore_terminal()
        let words: StaticString =
          "\ndpu: a defect in dpu ended it; dpu --resume brings the session back\n"
        _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
        _exit(Status.defect.rawValue)
      }
      sigemptyset(&crash.sa_mask)
      sigaction(signal, &crash, nil)
    }
  }

  /// Runs in the signal handler: only atomics, the clock, and `_exit`.
  private static func interrupted() {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let seconds = UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    guard Cancellation.isRequested else {
      firstRequest.store(seconds, ordering: .relaxed)
      Cancellation.request()
      return
    }
    let waited = Double(seconds - firstRequest.load(ordering: .relaxed)) * 1e-9
    if waited >= patience {
      dpu_restore_terminal()
      _exit(Status.interrupted.rawValue)
    }
  }
}
