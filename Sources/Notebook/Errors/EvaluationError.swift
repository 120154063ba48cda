import Language

/// Why a command that was written correctly cannot be carried out; each subject has an enumeration.
protocol EvaluationError: SessionExplained {}

extension EvaluationError {
  func remedy(in session: Session) -> String? { remedy }
}
