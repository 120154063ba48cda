import Language

/// The one table of commands: dispatch, help, completion, suggestions and tests read it.
public enum CommandTable {
  /// The commands in groups, in the order of help. A command is one line here, or a word in one.
  static let groups = [
    CommandGroup(
      "building", "layers: making, naming, copying, reading them",
      [
        ConvCommand.self, LinearCommand.self, BatchNormCommand.self, CopyCommand.self,
        UseCommand.self, LayersCommand.self, WeightCommand.self, BiasCommand.self,
      ]),
    CommandGroup(
      "networks", "layers one after the other",
      [
        NetCommand.self, ResidualCommand.self, SummaryCommand.self, TrainCommand.self,
        EvalCommand.self,
      ]),
    CommandGroup(
      "values", "tensors: the input, the output, and how they print",
      [
        InputCommand.self, TensorCommand.self, LoadCommand.self, SeedCommand.self,
        SaveValuesCommand.self, OutputCommand.self, PrintOptionsCommand.self,
      ]),
    CommandGroup(
      "functions", "the forward pass and what follows it",
      [
        ForwardCommand.self, ReluCommand.self, LeakyReluCommand.self, SigmoidCommand.self,
        TanhCommand.self, MaxPoolCommand.self, AvgPoolCommand.self, FlattenCommand.self,
      ]),
    CommandGroup(
      "losses", "one number to differentiate",
      [MeanCommand.self, MseCommand.self, CrossEntropyCommand.self]),
    CommandGroup(
      "gradients", "the backward pass, and learning from it",
      [BackwardCommand.self, GradCommand.self, ZeroGradCommand.self, StepCommand.self]),
    CommandGroup(
      "pruning", "masks in a Dynamic Pruning Unit, and PyTorch's pruning",
      [
        MaskCommand.self, UnitCommand.self, UnitsCommand.self, ScoresCommand.self,
        PrunedCommand.self, EpsilonCommand.self, FiltersCommand.self, GroupsCommand.self,
        StructuresCommand.self, PruneCommand.self, WeightOrigCommand.self, WeightMaskCommand.self,
        CompactCommand.self, SparsityCommand.self, AuditCommand.self,
      ]),
    CommandGroup(
      "explaining", "where a gradient comes from, and whether it is right",
      [
        WhyCommand.self, GraphCommand.self, CompareCommand.self, AblateCommand.self,
        GradCheckCommand.self, ViewCommand.self, PlotCommand.self,
      ]),
    CommandGroup(
      "cells", "going back, looking back, running again",
      notebook: [
        UndoCommand.self, RedoCommand.self, DiffCommand.self, HistoryCommand.self,
        RerunCommand.self, EditCommand.self, TimeCommand.self,
      ]),
    CommandGroup(
      "sessions", "beginning anew, files of cells, lessons",
      [ResetCommand.self],
      notebook: [
        SaveCommand.self, ExportCommand.self, ReplayCommand.self, LessonsCommand.self,
        LessonCommand.self,
      ]),
    CommandGroup(
      "prompt", "help, the screen, leaving",
      [NotesCommand.self],
      notebook: [HelpCommand.self, MoreCommand.self, QuitCommand.self, ExitCommand.self]),
  ]

  /// The commands that work on the session.
  public static let sessionCommands = groups.flatMap(\.session)

  /// The commands that work on the notebook around the session.
  public static let notebookCommands = groups.flatMap(\.notebook)

  /// All commands.
  // Element by element: an array converted whole asks the runtime about each type, which every
  // start would wait for.
  public static let all: [any CommandDescription.Type] =
    sessionCommands.map { $0 as any CommandDescription.Type }
    + notebookCommands.map { $0 as any CommandDescription.Type }

  /// All verbs. `save` is that of two commands.
  public static let verbs: [String] =
    sessionCommands.map { $0.name }
    + notebookCommands.map { $0.name }.filter { byName[$0] == nil }

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

  /// The notebook command that a call is one of; what `save` is given decides whether it writes the
  /// session or values of it.
  static func notebookCommand(_ call: CommandSyntax) -> (any NotebookCommand.Type)? {
    SaveValuesCommand.takes(call) ? nil : notebookCommand(call.verb)
  }

  /// The command with this verb.
  static func command(_ verb: String) -> (any CommandDescription.Type)? {
    byName[verb] ?? notebookByName[verb]
  }
}

/// Commands that help shows together.
struct CommandGroup {
  /// The word by which help knows it.
  let name: String
  /// What the commands are for, in one line.
  let summary: String
  /// Those that work on the session.
  let session: [any Command.Type]
  /// Those that work on the notebook around it.
  let notebook: [any NotebookCommand.Type]

  init(
    _ name: String, _ summary: String, _ session: [any Command.Type] = [],
    notebook: [any NotebookCommand.Type] = []
  ) {
    (self.name, self.summary) = (name, summary)
    (self.session, self.notebook) = (session, notebook)
  }

  /// All of them, in the order of help.
  var commands: [any CommandDescription.Type] {
    session.map { $0 as any CommandDescription.Type }
      + notebook.map { $0 as any CommandDescription.Type }
  }
}
