@preconcurrency import CReadline
import CLibrary
import Notebook
import Running

/// What a person did at a prompt.
enum LineEvent {
  /// Typed or pasted text; a paste may hold several lines.
  case text(String)
  /// Pressed Ctrl-C: the line is dropped.
  case interrupted
  /// Pressed Ctrl-D on an empty line, or the terminal has gone.
  case end
}

/// GNU readline: its callback interface on a poll loop, so that a signal never jumps across frames.
///
/// readline keeps its state in globals of the process, which is why this is an enumeration without
/// cases, and why the few globals below are unsafe: everything here runs on the main thread, in
/// calls from ``read(_:)``.
enum LineReader {
  /// What is read.
  struct Request {
    /// What stands before the line.
    var prompt: String
    /// What stands before each further line of the cell.
    var continuation: String
    /// What stands in the line already.
    var text = ""
    /// What Tab offers for a text and a cursor in UTF-8 bytes.
    var complete: (String, Int) -> Completion
    /// What of an entered text of several lines stays on the screen: the rest is shown as it runs.
    var shown: (String) -> String
  }

  nonisolated(unsafe) private static var event: LineEvent?
  /// What is being read; nil between two prompts, so that nothing is held on to while cells run.
  nonisolated(unsafe) private(set) static var request: Request?
  /// What was entered where the line shows less of it.
  nonisolated(unsafe) static var entered: String?
  nonisolated(unsafe) private static var isPrepared = false
  /// Whether the keys that readline gets were pressed before the prompt was there.
  nonisolated(unsafe) private static var isTypedAhead = false

  /// Shows a prompt and waits for a line, Ctrl-C or Ctrl-D.
  static func read(_ request: Request) -> LineEvent {
    prepare()
    (self.request, event, entered) = (request, nil, nil)
    defer { self.request = nil }
    isTypedAhead = true
    // Left over from a Ctrl-D that left a branch, it would put a blank line behind each line.
    rl_eof_found = 0
    // A Ctrl-C that came after the last command had ended is meant for this prompt.
    rl_callback_handler_install(request.prompt) { line in
      // The handler is removed at once, so that readline does not show the next prompt by itself.
      rl_callback_handler_remove()
      defer { free(line) }
      // What a read that was interrupted gave up is no line; the loop below sees why.
      guard !Cancellation.isRequested else { return }
      LineReader.event = line.map { .text(LineReader.entered ?? String(cString: $0)) } ?? .end
    }
    if !request.text.isEmpty {
      rl_insert_text(request.text)
      LineDisplay.redisplay()
    }
    while event == nil {
      if !Cancellation.isRequested { waitForKey() }
      if Cancellation.isRequested {
        Cancellation.clear()
        rl_callback_handler_remove()
        // The terminal sends the signal first and then forgets what was typed and written; a prompt
        // that came in between would be lost.
        usleep(5000)
        Console.print("")
        return .interrupted
      }
    }
    return event ?? .end
  }

  /// Waits for a key or a signal, and lets readline deal with it.
  private static func waitForKey() {
    let isReady = waitForInput()
    let pending = rl_pending_signal()
    if pending != 0 {
      LineDisplay.checkSignals()
      // Back from a stop: the shell has written where the prompt was.
      if pending == SIGTSTP { rl_forced_update_display() }
    } else if isReady {
      rl_callback_read_char()
    }
  }

  /// Waits until a key can be read or a signal has come.
  ///
  /// - Returns: whether a key can be read.
  private static func waitForInput() -> Bool {
    Signals.holdingBack([SIGINT, SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGQUIT]) { before in
      if isTypedAhead { isTypedAhead = dpu_wait_for_input(STDIN_FILENO, &before, 1) > 0 }
      guard rl_pending_signal() == 0, !Cancellation.isRequested else { return false }
      return dpu_wait_for_input(STDIN_FILENO, &before, 0) > 0
    }
  }

  /// Reads one key for readline.
  ///
  /// readline's own function goes on waiting after a signal, out of the loop's sight.
  private static func nextKey() -> Int32 {
    var byte: UInt8 = 0
    var emptyReads = 0
    while true {
      let count = CLibrary.read(STDIN_FILENO, &byte, 1)
      if count == 1 { return Int32(byte) }
      guard count == 0 || errno == EINTR else { return EOF }
      // The terminal is set so that a read does not wait, so nothing may have been there; but what
      // can be read and gives nothing again and again has hung up.
      if count == 0 { emptyReads += 1 }
      if emptyReads > 3 { return EOF }
      if rl_pending_signal() != 0 { LineDisplay.checkSignals() }
      if Cancellation.isRequested { return READERR }
      _ = waitForInput()
    }
  }

  private static func prepare() {
    guard !isPrepared else { return }
    isPrepared = true
    rl_readline_name = UnsafePointer(strdup("dpu"))
    rl_catch_signals = 1
    rl_catch_sigwinch = 1
    // Between keys readline does not run; its handlers must stay all the same.
    rl_persistent_signal_handlers = 1
    rl_prep_term_function = { dpu_prepare_terminal($0) }
    rl_getc_function = { _ in LineReader.nextKey() }
    // Ctrl-D pressed while no prompt was there ends a line of the terminal's own line editing, and
    // reaches a program that reads keys as a null byte.
    rl_bind_key(0) { count, key in
      guard LineReader.isTypedAhead, rl_end == 0 else { return rl_set_mark(count, key) }
      LineReader.event = .end
      rl_callback_handler_remove()
      return 0
    }
    LineKeys.bind()
    Cancellation.clear()
    Signals.install()
    rl_initialize()
    // With another one set before, readline would ask nothing about the terminal.
    LineDisplay.begin()
    // Without colour there is to be no escape byte at all, and this mode is switched by one.
    if !Console.style.isOn { rl_variable_bind("enable-bracketed-paste", "off") }
  }
}
