import CLibrary
import CReadline
import Notebook
import Running
import Synchronization

/// What happens on Ctrl-C, on signals that end the program, and after a trap.
enum Signals {
  /// How long a cancelled command may take to give way before another Ctrl-C ends the program.
  private static let patience = 2.0
  private static let firstRequest = Atomic<UInt64>(0)
  /// Whether a prompt has changed the terminal's mode.
  private static let isTerminalKept = Atomic<Bool>(false)
  /// Where in memory the name of the session's journal stands, as the crash message says it; or 0.
  private static let journal = Atomic<UInt>(0)

  /// Makes Ctrl-C ask the running command to stop, a signal that ends the program leave no temporary
  /// file, and a trap end it with status 70; before anything else is done.
  static func prepare() {
    // Handlers may not be the first to touch these.
    Cancellation.clear()
    TextFile.removeTemporary()
    _ = (firstRequest.load(ordering: .relaxed), isTerminalKept.load(ordering: .relaxed))
    _ = journal.load(ordering: .relaxed)
    watchInterrupts()
    for signal in [SIGTERM, SIGHUP] {
      // What was to be ignored, as under nohup, stays so.
      guard !isIgnored(signal) else { continue }
      handle(signal, [UInt32(SA_RESETHAND), UInt32(SA_NODEFER)]) { signal in
        TextFile.removeTemporary()
        raise(signal)
      }
    }
    giveHandlersAStack()
    for signal in traps {
      handle(signal, [UInt32(SA_RESETHAND), UInt32(SA_ONSTACK)]) { Signals.trapped($0) }
    }
    // Whoever started this may have held signals back, and left them so.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in traps + [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  private static let traps = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE]

  /// The same for a prompt, which changes the terminal's mode.
  static func install() {
    dpu_keep_terminal()
    isTerminalKept.store(true, ordering: .sequentiallyConsistent)
    watchInterrupts()
  }

  /// Waits until something can be read, or Ctrl-C is pressed.
  ///
  /// - Returns: whether something can be read.
  static func waitForInput(_ descriptor: Int32) -> Bool {
    var isWaiting = true
    while isWaiting, !Cancellation.isRequested {
      isWaiting = holdingBack([SIGINT]) { before in
        !Cancellation.isRequested && dpu_wait_for_input(descriptor, &before, 0) < 0
          && errno == EINTR
      }
    }
    return !Cancellation.isRequested
  }

  /// Holds signals back from a look at what has come until a wait begins: one that comes in between
  /// would be noticed only when that ends.
  ///
  /// - Parameters:
  ///   - held: the signals.
  ///   - body: looks, and waits with the signals that were held back before, which it is given.
  /// - Returns: what `body` returns.
  static func holdingBack<Result>(
    _ held: [Int32], _ body: (inout sigset_t) -> Result
  ) -> Result {
    var signals = sigset_t()
    var before = sigset_t()
    sigemptyset(&signals)
    for signal in held { sigaddset(&signals, signal) }
    sigprocmask(SIG_BLOCK, &signals, &before)
    let former = before
    defer {
      before = former
      sigprocmask(SIG_SETMASK, &before, nil)
    }
    return body(&before)
  }

  /// Says where the session is written down; nil where that is not worth telling any more.
  static func keep(journal path: String?) {
    let text = path.flatMap { strdup($0.visible) }
    let old = journal.exchange(UInt(bitPattern: text), ordering: .sequentiallyConsistent)
    free(UnsafeMutablePointer<CChar>(bitPattern: old))
  }

  private static func watchInterrupts() {
    guard !isIgnored(SIGINT) else { return }
    // No SA_RESTART: a wait for a key or for input ends, so that somebody looks at the flag.
    handle(SIGINT, []) { _ in Signals.interrupted() }
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    sigaction(signal, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
  }

  private static func handle(
    _ signal: Int32, _ flags: [UInt32], _ handler: @escaping @convention(c) (Int32) -> Void
  ) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = Int32(bitPattern: flags.reduce(0, |))
    sigemptyset(&action.sa_mask)
    sigaction(signal, &action, nil)
  }

  /// A stack for the handlers, so that one that has run over can be told, too.
  private static func giveHandlersAStack() {
    let size = 1 << 16
    var stack = stack_t()
    stack.ss_sp = malloc(size)
    stack.ss_size = size
    if stack.ss_sp != nil { sigaltstack(&stack, nil) }
  }

  /// Runs in the signal handler: only atomics, the clock, `unlink`, `write` and `_exit`.
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
    if waited >= patience { end(.interrupted) }
  }

  /// Runs in the signal handler, after whatever the program did wrong.
  private static func trapped(_ signal: Int32) {
    say("\ndpu: a defect in dpu itself ended it")
    switch signal {
    case SIGILL: say(" (SIGILL)")
    case SIGTRAP: say(" (SIGTRAP)")
    case SIGSEGV: say(" (SIGSEGV)")
    case SIGBUS: say(" (SIGBUS)")
    case SIGABRT: say(" (SIGABRT)")
    default: say(" (SIGFPE)")
    }
    let name = journal.load(ordering: .sequentiallyConsistent)
    if let path = UnsafePointer<CChar>(bitPattern: name) {
      say("; dpu --resume brings the session back from ")
      _ = write(STDERR_FILENO, path, strlen(path))
    }
    say("\n")
    end(.defect)
  }

  private static func say(_ words: StaticString) {
    _ = write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
  }

  private static func end(_ status: Status) -> Never {
    TextFile.removeTemporary()
    if isTerminalKept.load(ordering: .sequentiallyConsistent) { dpu_restore_terminal() }
    _exit(status.rawValue)
  }
}
