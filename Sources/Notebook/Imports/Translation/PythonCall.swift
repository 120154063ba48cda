/// A call with its arguments by the names of the parameters.
struct PythonCall {
  /// What is called, as messages have it.
  let name: String
  let line: Int
  private(set) var values: [String: PythonExpression] = [:]
  /// What goes beyond the parameters, where that is allowed.
  private(set) var rest: [PythonExpression] = []

  /// Sorts arguments to parameters.
  ///
  /// - Parameters:
  ///   - name: what is called.
  ///   - arguments: the arguments.
  ///   - parameters: the names, in order.
  ///   - line: the line of the call.
  ///   - takesMore: whether there can be any number of further ones.
  /// - Throws: ``Unsayable`` where one does not fit.
  init(
    _ name: String, _ arguments: [PythonArgument], _ parameters: [String], line: Int,
    takesMore: Bool = false
  ) throws(Unsayable) {
    (self.name, self.line) = (name, line)
    var place = 0
    for argument in arguments {
      guard argument.stars.isEmpty else {
        throw Unsayable(line: line, reason: "\(name) with arguments from a list")
      }
      if let key = argument.key {
        guard parameters.contains(key), values[key] == nil else {
          throw Unsayable(line: line, reason: "\(name) with '\(key.visible)'")
        }
        values[key] = argument.value
      } else if place < parameters.count {
        values[parameters[place]] = argument.value
        place += 1
      } else {
        guard takesMore else {
          throw Unsayable(line: line, reason: "\(name) with \(arguments.count) arguments")
        }
        rest.append(argument.value)
      }
    }
  }

  /// An argument that must be there.
  ///
  /// - Throws: ``Unsayable`` where it is not.
  func needed(_ parameter: String) throws(Unsayable) -> PythonExpression {
    guard let value = values[parameter] else {
      throw Unsayable(line: line, reason: "\(name) without '\(parameter)'")
    }
    return value
  }

  /// Refuses arguments that no cell takes.
  ///
  /// - Throws: ``Unsayable`` where one is there.
  func refuse(_ parameters: String...) throws(Unsayable) {
    for parameter in parameters where values[parameter] != nil {
      throw Unsayable(line: line, reason: "\(name) with '\(parameter)'")
    }
  }
}
