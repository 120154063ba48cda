@preconcurrency import CReadline
import Notebook

/// The keys that do something else here than readline has for them.
enum LineKeys {
  /// The earlier line that was brought back last.
  nonisolated(unsafe) private static var found: String?

  /// Binds the keys; what `~/.inputrc` says comes later and counts more.
  static func bind() {
    for name in ["emacs-standard", "vi-insert"] {
      let map = rl_get_keymap_by_name(name)
      for key in ["\r", "\n"].compactMap(\.utf8.first) {
        rl_bind_key_in_map(Int32(key), { LineKeys.enter($0, $1) }, map)
      }
      rl_bind_key_in_map(Int32(UInt8(ascii: "\t")), { _, _ in LineKeys.complete() }, map)
      for start in ["\\e[", "\\eO"] {
        rl_bind_keyseq_in_map(start + "A", { LineKeys.up($0, $1) }, map)
        rl_bind_keyseq_in_map(start + "B", { LineKeys.down($0, $1) }, map)
      }
    }
    let map = rl_get_keymap_by_name("emacs-standard")
    rl_bind_keyseq_in_map("\\e\\C-m", { _, _ in LineKeys.newLine() }, map)
    rl_bind_keyseq_in_map("\\e\\C-j", { _, _ in LineKeys.newLine() }, map)
    rl_bind_keyseq_in_map("\\e?", { _, _ in LineKeys.complete() }, map)
  }

  private static var line: String { rl_line_buffer.map { String(cString: $0) } ?? "" }

  // MARK: Enter

  /// Enters the line; of several, what the notebook shows again as it runs is taken off the screen.
  private static func enter(_ count: Int32, _ key: Int32) -> Int32 {
    let text = line
    if text.contains("\n") {
      if let shown = LineReader.request?.shown(text), shown != text {
        LineReader.entered = text
        rl_replace_line(shown, 0)
      }
      rl_point = rl_end
      LineDisplay.redisplay()
    }
    return rl_newline(count, key)
  }

  private static func newLine() -> Int32 {
    rl_insert_text("\n")
    return 0
  }

  // MARK: Up and down

  /// The last earlier line that begins with what is typed; within a cell the line above.
  private static func up(_ count: Int32, _ key: Int32) -> Int32 {
    let bytes = Array(line.utf8)
    let before = bytes[..<Int(rl_point)]
    if !isSearching, let end = before.lastIndex(of: UInt8(ascii: "\n")) {
      let start = before[..<end].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      rl_point = Int32(start + min(before.count - end - 1, end - start))
      return 0
    }
    return search { rl_history_search_backward(count, key) }
  }

  /// The next later one; within a cell the line below.
  private static func down(_ count: Int32, _ key: Int32) -> Int32 {
    let bytes = Array(line.utf8)
    let point = Int(rl_point)
    if !isSearching, let end = bytes[point...].firstIndex(of: UInt8(ascii: "\n")) {
      let start = bytes[..<point].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let next = bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      rl_point = Int32(end + 1 + min(point - start, next - end - 1))
      return 0
    }
    return search { rl_history_search_forward(count, key) }
  }

  /// Whether the line is an earlier one as it was found.
  private static var isSearching: Bool { rl_point == rl_end && line == found }

  private static func search(_ body: () -> Int32) -> Int32 {
    // What was typed first is what is looked for, until the line is changed.
    if isSearching { rl_last_func = rl_history_search_backward }
    let result = body()
    rl_point = rl_end
    found = line
    return result
  }

  // MARK: Tab

  /// Completes what is typed, or shows what could stand there.
  private static func complete() -> Int32 {
    guard let request = LineReader.request else { return 0 }
    let line = line
    let completion = request.complete(line, Int(rl_point))
    let bytes = Array(line.utf8)
    let typed = String(decoding: bytes[completion.start..<Int(rl_point)], as: UTF8.self)
    guard let insertion = completion.insertion(for: typed) else {
      let lines = completion.lines(width: Screen.size.columns - 1)
      if lines.isEmpty { rl_ding() } else { LineDisplay.show(lines) }
      return 0
    }
    rl_begin_undo_group()
    rl_delete_text(Int32(completion.start), rl_point)
    rl_point = Int32(completion.start)
    rl_insert_text(insertion)
    rl_end_undo_group()
    return 0
  }
}
