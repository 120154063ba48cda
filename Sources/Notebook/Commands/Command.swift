import Language

/// A command that works on the session: it changes state, and may have a value.
public protocol Command: CommandDescription {
  /// Whether it gives the name behind `as` itself.
  static var namesItself: Bool { get }
  /// Whether it must be the only command of its cell.
  static var standsAlone: Bool { get }
  /// Whether what it shows are words about what it did, which `_` does not take.
  static var showsOnlyWords: Bool { get }

  /// Carries it out.
  ///
  /// - Returns: the value that is displayed and may be named, if there is one.
  /// - Throws: an ``Explained`` error, perhaps ``Placed``; `Cancelled`. The evaluation is then
  ///   thrown away.
  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value?

  /// What it is in Python with PyTorch.
  ///
  /// - Parameters:
  ///   - call: a call that has been carried out.
  ///   - scope: the program so far, with the session before and after the call.
  /// - Returns: the lines; nil where dpu alone has such a command.
  /// - Throws: ``NotInPython`` where dpu alone has what this call asks for.
  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode?
}

extension Command {
  public static var namesItself: Bool { false }
  public static var standsAlone: Bool { false }
  public static var showsOnlyWords: Bool { false }
}

/// A command that works on the notebook around the session, alone in its cell.
public protocol NotebookCommand: CommandDescription {
  /// Carries it out.
  ///
  /// - Returns: what whoever shows the notebook is to do.
  /// - Throws: an ``Explained`` error, perhaps ``Placed``.
  static func run(_ call: Call, in notebook: inout Notebook) throws -> Reply
}

extension NotebookCommand {
  public static var hasValue: Bool { false }
}

/// What a notebook command asks of whoever shows the notebook.
public enum Reply {
  /// Show this text, which was asked for.
  case text(String)
  /// Say that something was done, to a person.
  case message(String)
  /// Run the cells of this session file, which was read from this path.
  case replay(SessionFile, path: String)
  /// Run these cells again, as if they were typed once more.
  case rerun([String])
  /// Walk through this session file, cell by cell where a person can press keys.
  case lecture(SessionFile, path: String)
  /// Do something at the terminal where a person types.
  case terminal(TerminalRequest)
  /// End.
  case quit
}

/// What only a terminal can do. Commands ask for it where ``Notebook/isAtPrompt``.
public enum TerminalRequest: Equatable, Sendable {
  /// Put this text at the prompt, to be changed and run.
  case edit(String)
  /// Show what of the last text did not fit on the screen: as much of it as fits, or all.
  case more(all: Bool)
  /// Cut what does not fit on the screen, or show everything.
  case cut(Bool)
}
