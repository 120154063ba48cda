/// A function's arguments, bound to its parameters.
public struct FunctionCall {
  /// Which of the function's signatures they fit, from 0.
  public let signature: Int
  private let bound: [String: Datum]
  /// For each parameter that was given the place of its argument.
  private let places: [String: Int]

  /// Binds arguments to the first signature of a function that they fit.
  ///
  /// - Parameters:
  ///   - function: the function.
  ///   - arguments: the arguments in order, each perhaps with a name; a method's receiver first.
  ///   - isMethod: whether it is written as a method.
  /// - Throws: ``Refusal`` with what keeps them from the signature that they come nearest to.
  public init(
    of function: any Function.Type, _ arguments: [(name: String?, value: Datum)],
    isMethod: Bool = false
  ) throws(Misfit) {
    var nearest: Misfit?
    let signatures = isMethod ? function.methodSignatures : function.signatures
    for (place, signature) in signatures.enumerated() {
      switch Self.bind(arguments, to: signature, of: function, isMethod: isMethod) {
      case .success(let (bound, places)):
        self.init(signature: place, bound: bound, places: places)
        return
      case .failure(let misfit):
        if nearest.map({ $0.progress < misfit.progress }) ?? true { nearest = misfit }
      }
    }
    throw nearest
      ?? Misfit(refusal: Refusal("'\(function.name)' takes no arguments"), argument: 0, progress: 0)
  }

  private init(signature: Int, bound: [String: Datum], places: [String: Int]) {
    (self.signature, self.bound, self.places) = (signature, bound, places)
  }

  /// The argument of a parameter, or its default.
  public subscript<Value>(_ parameter: FunctionParameter<Value>) -> Value {
    get throws {
      if let value = bound[parameter.name].flatMap(parameter.decode) { return value }
      guard let value = parameter.defaultValue?() else {
        throw Refusal("\(parameter.name) is missing", parameter: parameter.name)
      }
      return value
    }
  }

  /// Whether a parameter was given.
  public func has(_ parameter: some AnyFunctionParameter) -> Bool { bound[parameter.name] != nil }

  /// The place of a parameter's argument among those of the call.
  public func place(of parameter: String) -> Int? { places[parameter] }

  /// Why arguments do not fit.
  public struct Misfit: Error {
    /// What is wrong.
    public let refusal: Refusal
    /// Which argument it is about, counted from 0; nil for what is missing.
    public let argument: Int?
    /// How many arguments fitted before.
    let progress: Int
  }

  private typealias Binding = (bound: [String: Datum], places: [String: Int])

  private static func bind(
    _ arguments: [(name: String?, value: Datum)], to signature: Signature,
    of function: any Function.Type, isMethod: Bool
  ) -> Result<Binding, Misfit> {
    // As in PyTorch, numbers one after another are sizes where nothing else stands before them.
    let isMethod = isMethod || function.spellings == .method
    func gathers(_ place: Int, _ parameter: any AnyFunctionParameter) -> Bool {
      parameter.gathers && place == (isMethod ? 1 : 0)
    }
    var bound: [String: Datum] = [:]
    var places: [String: Int] = [:]
    var progress = 0
    func fail(_ message: String, _ argument: Int?) -> Result<Binding, Misfit> {
      let usage = "usage: \(function.name)(\(signature.text))"
      return .failure(
        Misfit(
          refusal: Refusal(message, remedy: usage), argument: argument, progress: progress))
    }
    func take(
      _ value: Datum, _ parameter: any AnyFunctionParameter, at place: Int
    ) -> Result<Binding, Misfit>? {
      guard bound[parameter.name] == nil else {
        return fail("\(parameter.name) is given twice", place)
      }
      guard parameter.fits(value) else {
        // A value that does not fit says more than a name or a place that is not known.
        progress += 1
        let saysTuple = parameter.expectation.contains("tuple")
        let tuple = parameter.gathers && !saysTuple && value.items == nil ? " in a tuple" : ""
        return fail(
          "\(parameter.name) must be \(parameter.expectation)\(tuple), not \(value.kind)", place)
      }
      bound[parameter.name] = value
      places[parameter.name] = place
      progress += 2
      return nil
    }
    let unnamed = arguments.prefix { $0.name == nil }.count
    var place = 0
    for (index, parameter) in signature.positional.enumerated() {
      guard place < unnamed else { break }
      let value = arguments[place].value
      if gathers(index, parameter), !parameter.fits(value) {
        // All that is left are its parts.
        let parts = arguments[place..<unnamed].map(\.value)
        if let failure = take(.tuple(Array(parts)), parameter, at: place) { return failure }
        place = unnamed
      } else {
        if let failure = take(value, parameter, at: place) { return failure }
        place += 1
      }
    }
    guard place >= unnamed else {
      return fail("'\(function.name)' takes no argument here", place)
    }
    for (place, argument) in arguments.enumerated().dropFirst(unnamed) {
      guard let name = argument.name else {
        return fail("an argument without a name stands before those with one", place)
      }
      guard
        let parameter = signature.parameters.first(where: {
          $0.name == name || $0.synonyms.contains(name)
        })
      else {
        // The signature that knows something like it was meant: `dims` is `dim`.
        if signature.parameters.contains(where: {
          $0.name.hasPrefix(name) || name.hasPrefix($0.name)
        }) {
          progress += 1
        }
        return fail("'\(function.name)' has no parameter '\(name)'", place)
      }
      if let failure = take(argument.value, parameter, at: place) { return failure }
    }
    if let missing = signature.parameters.first(where: { !$0.isOptional && bound[$0.name] == nil })
    {
      return fail("\(missing.name) is missing", nil)
    }
    return .success((bound, places))
  }
}
