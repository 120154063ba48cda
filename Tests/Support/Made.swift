/// A value whose making throws, where a test's arguments are listed: it must not throw there.
public func made<Value>(_ make: () throws -> Value) -> Value {
  do {
    return try make()
  } catch {
    fatalError("cannot be made: \(error)")
  }
}
