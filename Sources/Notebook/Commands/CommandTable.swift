/// The one table of commands: dispatch, help, completion, suggestions and tests read it.
public enum CommandTable {
  /// The commands that work on the session, in the order of help.
  public static let sessionCommands: [any Command.Type] = [
    ConvCommand.self, LinearCommand.self, BatchNormCommand.self, NetCommand.self,
    InputCommand.self, TensorCommand.self, SeedCommand.self,
    ForwardCommand.self, ReluCommand.self, LeakyReluCommand.self, SigmoidCommand.self,
    TanhCommand.self, MaxPoolCommand.self, AvgPoolCommand.self, FlattenCommand.self,
    MeanCommand.self, MseCommand.self, CrossEntropyCommand.self, BackwardCommand.self,
    OutputCommand.self,
    WeightCommand.self, BiasCommand.self, GradCommand.self, ZeroGradCommand.self,
    StepCommand.self, TrainCommand.self, EvalCommand.self, SummaryCommand.self,
    MaskCommand.self, ScoresCommand.self, PrunedCommand.self, EpsilonCommand.self,
    FiltersCommand.self, PruneCommand.self, WeightOrigCommand.self, WeightMaskCommand.self,
    CopyCommand.self, UseCommand.self, LayersCommand.self,
    GraphCommand.self, WhyCommand.self, CompareCommand.self, AblateCommand.self,
    GradCheckCommand.self, ViewCommand.self,
    PrintOptionsCommand.self, NotesCommand.self, ResetCommand.self,
  ]

  /// The commands that work on the notebook around the session.
  public static let notebookCommands: [any NotebookCommand.Type] = [
    HelpCommand.self, UndoCommand.self, RedoCommand.self, DiffCommand.self, HistoryCommand.self,
    RerunCommand.self, TimeCommand.self, SaveCommand.self, ReplayCommand.self, LessonsCommand.self,
    LessonCommand.self, QuitCommand.self, ExitCommand.self,
  ]

  /// All commands.
  // Element by element: an array converted whole asks the runtime about each type, which every
  // start would wait for.
  public static let all: [any CommandDescription.Type] =
    sessionCommands.map { $0 as any CommandDescription.Type }
    + notebookCommands.map { $0 as any CommandDescription.Type }

  /// All verbs.
  public static let verbs: [String] = all.map { $0.name }

  /// The commands whose layer or function can be a stage of a network.
  static let stageCommands = sessionCommands.compactMap { $0 as? any StageCommand.Type }

  /// The words that a network's stage can start with.
  static let stageVerbs: [String] = stageCommands.map { $0.name }

  private static let byName = Dictionary(
    uniqueKeysWithValues: sessionCommands.map { ($0.name, $0) })
  private static let notebookByName = Dictionary(
    uniqueKeysWithValues: notebookCommands.map { ($0.name, $0) })

  /// The session command with this verb.
  static func sessionCommand(_ verb: String) -> (any Command.Type)? { byName[verb] }

  /// The notebook command with this verb.
  static func notebookCommand(_ verb: String) -> (any NotebookCommand.Type)? {
    notebookByName[verb]
  }

  /// The command with this verb.
  static func command(_ verb: String) -> (any CommandDescription.Type)? {
    byName[verb] ?? notebookByName[verb]
  }
}
