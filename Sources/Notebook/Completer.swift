import Layers

/// What Tab can offer at a place.
public struct Completion: Equatable, Sendable {
  /// The words that could stand there, each with what was already typed of it.
  public var candidates: [String] = []
  /// Whether a file's name is wanted, which is for the terminal to find.
  public var wantsFiles = false
  /// Whether a blank belongs behind a word that is whole.
  public var appendsBlank = true
  /// How the command is called, for when there is nothing to offer.
  public var usage: String?

  /// Makes a completion that offers nothing.
  public init() {}
}

/// Finds what could stand at the cursor: verbs, then what the verb's parameters take.
public struct Completer {
  private let session: Session

  /// Makes a completer that knows a session's names.
  public init(session: Session) { self.session = session }

  /// What could stand at the cursor.
  ///
  /// - Parameters:
  ///   - line: the text so far.
  ///   - cursor: the place in it, in UTF-8 bytes.
  /// - Returns: the words that begin with what was typed, sorted.
  public func completion(of line: String, cursor: Int) -> Completion {
    let before = String(decoding: line.utf8.prefix(cursor), as: UTF8.self)
    let command = before.split(separator: ";", omittingEmptySubsequences: false).last ?? ""
    var words = command.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" })
      .map(String.init)
    let current =
      command.last.map({ $0 == " " || $0 == "\t" }) ?? true ? "" : words.popLast() ?? ""
    var completion = Completion()
    // What follows is a cell of its own.
    words = Array(words.drop { $0 == TimeCommand.name })
    guard let verb = words.first else {
      completion.candidates = matching(current, verbs + references(current))
      completion.appendsBlank = !current.contains(".")
      return completion
    }
    guard let command = CommandTable.command(verb) else { return completion }
    completion.usage = command.usage
    if words.last == "as" { return completion }
    if let equals = current.firstIndex(of: "=") {
      let key = String(current[..<equals])
      let typed = String(current[current.index(after: equals)...])
      if let parameter = command.keywords.first(where: { $0.name == key }) {
        offer(parameter, typed, &completion)
      }
      return completion
    }
    let given = words.dropFirst()
    let position = given.count { !$0.contains("=") }
    let keys = command.keywords.map(\.name).filter { name in
      !given.contains { $0.hasPrefix(name + "=") }
    }
    for form in command.forms where position < form.positionals.count || form.repeatsLast {
      let place = min(position, form.positionals.count - 1)
      offer(form.positionals[place], current, &completion)
    }
    let matchingKeys = matching(current, keys.map { $0 + "=" })
    if !matchingKeys.isEmpty, completion.candidates.isEmpty { completion.appendsBlank = false }
    completion.candidates = Array(Set(completion.candidates + matchingKeys)).sorted()
    return completion
  }

  private func offer(_ parameter: any AnyParameter, _ typed: String, _ completion: inout Completion)
  {
    switch parameter.kind {
    case .choice(let words): completion.candidates += matching(typed, words)
    case .verb: completion.candidates += matching(typed, verbs)
    case .file: completion.wantsFiles = true
    case .lesson: completion.candidates += matching(typed, Lessons().all.map(\.name))
    case .layer:
      completion.candidates += matching(typed, session.layerNames.map(\.name))
    case .reference:
      completion.candidates += matching(typed, references(typed))
      if typed.contains(".") { completion.appendsBlank = false }
    case .stage: completion.candidates += matching(typed, CommandTable.stageVerbs)
    case .pair(_, let words): completion.candidates += matching(typed, words)
    case .integer, .number, .literal: break
    }
  }

  private var verbs: [String] { CommandTable.verbs }

  /// Names and, behind a point, their attributes.
  private func references(_ typed: String) -> [String] {
    guard let point = typed.lastIndex(of: ".") else {
      return Array(session.names.keys)
        + ["input", "output"] + LayerAttribute.allCases.map(\.rawValue)
    }
    let base = String(typed[..<point])
    let attributes: [String]
    let parts = base.split(separator: ".").map(String.init)
    if case .layer(let entry)? = session.names[parts.first ?? ""] {
      let network = entry.layer as? Network
      switch (network, parts.count) {
      case (let network?, 1): attributes = network.members.map(\.name)
      case (_?, 2), (nil, 1): attributes = LayerAttribute.allCases.map(\.rawValue)
      default: attributes = ["shape", "grad"]
      }
    } else {
      attributes = ["shape", "grad"]
    }
    return attributes.map { "\(base).\($0)" }
  }

  private func matching(_ typed: String, _ words: [String]) -> [String] {
    Array(Set(words.filter { $0.hasPrefix(typed) })).sorted()
  }
}
