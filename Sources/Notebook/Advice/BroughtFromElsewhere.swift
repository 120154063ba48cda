// Words of IPython, psql, editors and shells.
extension BroughtWord {
  /// IPython, psql and editors.
  static let notebooks: [BroughtWord] = [
    .init("%time %timeit %%time %%timeit timeit", ["time {*}", "time forward"]),
    .init("%history %hist %recall %rerun hist :history \\s", ["history"]),
    .init(
      "%run %load %edit \\i \\ir \\include .", ["replay {1}", file],
      reason: "replay runs the cells of a session file"),
    .init(
      "%save %logstart %notebook \\o \\w :w", ["save {1}", "save session.dpu"],
      reason: "save writes the session to a file"),
    .init("reset restart %reset", ["reset", "undo"]),
    .init("%quickref %magic %lsmagic \\? \\h \\help :h :help .help -h --help -?", ["help"]),
    .init("%precision", ["printoptions precision={1}", "printoptions precision=8"]),
    .init(
      "%matplotlib", ["plot weight.flatten()", "view weight"],
      reason: "plot draws lines and bars, view heat maps"),
    .init("%", ["help"], reason: "there are no magics"),
    .init(
      "\\d \\dt \\dn \\l \\list \\dv \\df SELECT select", ["layers"],
      reason: "layers lists what has been made"),
    .init("\\q :q :q! :wq :x :qa :quit :exit .exit .quit ZZ", ["quit"]),
    .init("\\timing \\watch", ["time forward"]),
    .init("\\x \\pset \\a \\t", ["printoptions"]),
    .init("\\", ["help"], reason: "no command begins with a backslash"),
    .init(":", ["help"], reason: "no command begins with a colon"),
    .init("!", ["help"], reason: "no command runs a shell"),
    .init("BEGIN COMMIT ROLLBACK rollback revert back", ["undo"]),
    .init("_i _ii _iii _ih _oh In __ ___", ["history -o"]),
  ]

  /// Shells.
  static let shells: [BroughtWord] = [
    .init("cls clear tput clc %clear %cls", [], reason: "Ctrl-L clears the screen"),
    .init(
      "cd pwd mkdir touch chmod grep find head tail less more wc sed awk vi vim nano emacs code git "
        + "pip pip3 conda python python3 ipython bash sh zsh sudo ssh curl wget apt brew rm mv tree "
        + "ps top kill df du which uname whoami date sleep jobs fg bg alias system shell swift",
      ["help"], reason: "no command runs a shell; Ctrl-Z goes to yours, and fg there comes back"),
    .init("cp", ["copy {1} as {2}", "copy conv1 as copied"]),
    .init(
      "version --version -V", ["help"], reason: "in the shell, dpu --version tells the version"),
  ]
}
