import Notebook

/// The part of a journal that a lecture writes, which follows it back as well as on.
struct LectureJournal {
  private let journal: Journal
  private let start: (length: Int, entries: Int)
  private var written: Int

  /// Begins where journal and log stand before the lecture.
  init(_ journal: Journal, _ lecture: Lecture) {
    self.journal = journal
    written = lecture.notebook.log.entries.count
    start = (journal.length, written)
  }

  /// Makes the journal say what the lecture has run.
  mutating func write(_ lecture: Lecture) {
    let entries = lecture.notebook.log.entries
    if entries.count < written {
      journal.shorten(to: start.length)
      written = start.entries
    }
    for entry in entries[written...] { journal.append(entry) }
    written = entries.count
  }
}
