import CReadline

/// Where dpu keeps what outlives a run: `$XDG_STATE_HOME/dpu`, by default `~/.local/state/dpu`.
enum StateFolder {
  /// The folder's path; nil where there is no home for it.
  static var path: String? {
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/dpu" }
    return variable("HOME").map { $0 + "/.local/state/dpu" }
  }

  /// Makes the folder where it is missing; nil where that cannot be done.
  static func make() -> String? {
    guard let path else { return nil }
    var partial = ""
    for part in path.split(separator: "/") {
      partial += "/" + part
      mkdir(partial, 0o700)
    }
    return access(path, W_OK) == 0 ? path : nil
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}
