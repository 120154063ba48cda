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

  /// What parameters are where nobody says it.
  private static let defaults: [String: Set<String>] = [
    "dilation": ["1"], "ceil_mode": ["False"], "return_indices": ["False"],
    "count_include_pad": ["True"], "divisor_override": ["None"], "padding_mode": ["'zeros'"],
    "device": ["None", "'cpu'"], "dtype": ["None", "torch.float32"], "eps": ["1e-05", "1e-5"],
    "momentum": ["0.1"], "affine": ["True"], "track_running_stats": ["True"],
    "create_graph": ["False"], "start_dim": ["1"], "end_dim": ["(-1)"], "inplace": ["False"],
  ]

  /// Refuses an argument that no cell takes, unless it is what it would be anyway.
  ///
  /// - Throws: ``Unsayable``.
  func refuse(_ parameter: String) throws(Unsayable) {
    guard let value = values[parameter] else { return }
    guard Self.defaults[parameter]?.contains(value.spelling) == true else {
      throw Unsayable(line: line, reason: "\(name) with '\(parameter)'")
    }
  }
}
