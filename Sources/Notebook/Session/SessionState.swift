/// A session as a cell left it: whoever keeps one holds a single reference, as it never changes.
final class SessionState {
  let session: Session

  init(_ session: Session) { self.session = session }
}
