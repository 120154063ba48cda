import CLibrary
import CReadline
import Running
import Synchronization

/// A key, or what else happens while one is waited for.
enum Key: Equatable {
  case enter
  case space
  case back
  case backspace
  case character(Character)
  /// Ctrl-C.
  case interrupted
  /// The window has another size, or the program is back from a stop.
  case redraw
  /// Ctrl-D, or the terminal has gone.
  case end
  /// A key without a meaning here.
  case other
}

/// Single keys, unechoed.
///
/// The terminal reads key by key only while one is waited for: ``restore()`` puts it back before a
/// cell runs or readline takes over, and a signal that ends the program does so too.
struct Keyboard {
  private static let signal = Atomic<Int32>(0)
  private static let watched = [SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT]
  private var mode: termios?
  private var actions: [(signal: Int32, action: sigaction)] = []

  /// Waits for a key.
  mutating func read() -> Key {
    prepare()
    while true {
      // The signals are blocked from the look at what is pending until the wait begins, or one that
      // comes in between would be noticed only at the next key.
      var signals = sigset_t()
      var before = sigset_t()
      sigemptyset(&signals)
      for signal in Self.watched + [SIGINT] { sigaddset(&signals, signal) }
      sigprocmask(SIG_BLOCK, &signals, &before)
      let isPending = Cancellation.isRequested || Self.signal.load(ordering: .relaxed) != 0
      let isReady = !isPending && dpu_wait_for_input(STDIN_FILENO, &before, 0) > 0
      sigprocmask(SIG_SETMASK, &before, nil)
      if Cancellation.isRequested {
        Cancellation.clear()
        return .interrupted
      }
      switch Self.signal.exchange(0, ordering: .relaxed) {
      case 0: if isReady { return key() }
      case SIGWINCH: return .redraw
      case let signal:
        // Whatever else it is, its default action is what the person asked for.
        restore()
        raise(signal)
        prepare()
        return .redraw
      }
    }
  }

  /// Puts the terminal back into the mode it had.
  mutating func restore() {
    guard var mode else { return }
    tcsetattr(STDIN_FILENO, TCSADRAIN, &mode)
    self.mode = nil
    for (signal, var action) in actions { sigaction(signal, &action, nil) }
    actions = []
  }

  /// Makes the terminal read key by key, and the program notice what happens to the window.
  mutating func prepare() {
    guard mode == nil else { return }
    Signals.install()
    for signal in Self.watched {
      var action = sigaction()
      var old = sigaction()
      action.__sigaction_handler.sa_handler = { Keyboard.signal.store($0, ordering: .relaxed) }
      sigemptyset(&action.sa_mask)
      sigaction(signal, &action, &old)
      actions.append((signal, old))
    }
    var raw = termios()
    guard tcgetattr(STDIN_FILENO, &raw) == 0 else { return }
    mode = raw
    // Signals stay with the terminal: Ctrl-C and Ctrl-Z are no keys.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw)
  }

  private func key() -> Key {
    guard let byte = nextByte() else { return .end }
    switch byte {
    case 0x0a, 0x0d: return .enter
    case 0x20: return .space
    // A Ctrl-D typed while a cell ran, in the terminal's ordinary mode, arrives as a null.
    case 0x04, 0x00: return .end
    case 0x08, 0x7f: return .backspace
    case 0x1b: return escapeSequence()
    case 0x21...0x7e: return .character(Character(UnicodeScalar(byte)))
    case 0xc0...:
      // The rest of a character beyond ASCII must not be taken for keys.
      for _ in 0..<(byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3) where hasByte() { _ = nextByte() }
      return .other
    default: return .other
    }
  }

  /// Arrows and page keys, which the remote controls of presenters send; other keys mean nothing.
  private func escapeSequence() -> Key {
    guard hasByte(), let kind = nextByte() else { return .other }
    guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return .other }
    var sequence = ""
    while hasByte(), let byte = nextByte() {
      sequence.append(Character(UnicodeScalar(byte)))
      if (0x40...0x7e).contains(byte) { break }
    }
    switch sequence {
    case "C", "B", "6~": return .enter
    case "D", "5~": return .back
    default: return .other
    }
  }

  private func nextByte() -> UInt8? {
    var byte: UInt8 = 0
    while true {
      let count = CLibrary.read(STDIN_FILENO, &byte, 1)
      if count < 0, errno == EINTR { continue }
      return count == 1 ? byte : nil
    }
  }

  /// Whether another byte of the same key comes at once.
  private func hasByte() -> Bool {
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 50) > 0
  }
}
