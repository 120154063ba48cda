import CReadline
import Kernels

/// What happens on Ctrl-C while a person works at a terminal.
enum Signals {
  /// Makes Ctrl-C ask the running command to stop.
  static func install() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Cancellation.request() }
    // No SA_RESTART: a wait for a key ends, so that the prompt can start anew.
    sigemptyset(&action.sa_mask)
    sigaction(SIGINT, &action, nil)
  }
}
