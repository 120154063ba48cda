import Notebook

/// A person at a terminal.
struct Terminal {
  func run() -> Status { .done }
}
