import Tensors

/// One parameter of a function, whatever type its value has.
public protocol AnyFunctionParameter: Sendable {
  /// Its name, as PyTorch's documentation has it.
  var name: String { get }
  /// What it takes, in words: `a tensor`, `a whole number`.
  var expectation: String { get }
  /// Whether it need not be given.
  var isOptional: Bool { get }
  /// Whether all that is left of the positional arguments may be its parts: `x.view(2, 3)`.
  var gathers: Bool { get }
  /// Its default as Python writes it; nil where there is none.
  var defaultText: String? { get }
  /// Whether a value can be meant for it.
  func fits(_ value: Datum) -> Bool
}

extension AnyFunctionParameter {
  /// Other names for it: those of NumPy, which PyTorch takes as well.
  var synonyms: [String] {
    switch name {
    case "input": ["x", "a", "x1"]
    case "other": ["x2"]
    case "dim": ["axis"]
    case "keepdim": ["keepdims"]
    default: []
    }
  }
}

/// One parameter of a function: its name, what it takes, and its default.
public struct FunctionParameter<Value>: AnyFunctionParameter {
  public let name: String
  public let expectation: String
  public let gathers: Bool
  public let defaultText: String?
  let defaultValue: (@Sendable () -> Value)?
  private let decoding: @Sendable (Datum) -> Value?

  /// Makes a parameter that must be given.
  ///
  /// - Parameters:
  ///   - name: PyTorch's name for it.
  ///   - expectation: what it takes, in words.
  ///   - gathers: whether the remaining positional arguments may be its parts.
  ///   - decode: reads a value; nil where it does not fit.
  public init(
    _ name: String, _ expectation: String, gathers: Bool = false,
    decode: @escaping @Sendable (Datum) -> Value?
  ) {
    self.init(name, expectation, gathers, nil, nil, decode)
  }

  private init(
    _ name: String, _ expectation: String, _ gathers: Bool, _ defaultText: String?,
    _ defaultValue: (@Sendable () -> Value)?, _ decode: @escaping @Sendable (Datum) -> Value?
  ) {
    self.name = name
    self.expectation = expectation
    self.gathers = gathers
    self.defaultText = defaultText
    self.defaultValue = defaultValue
    decoding = decode
  }

  public var isOptional: Bool { defaultValue != nil }

  public func fits(_ value: Datum) -> Bool { decoding(value) != nil }

  /// Reads a value; nil where it does not fit.
  func decode(_ value: Datum) -> Value? { decoding(value) }

  /// The same parameter with a value for where it is not given.
  public func defaulting(
    to value: @escaping @autoclosure @Sendable () -> Value, written text: String
  ) -> FunctionParameter {
    FunctionParameter(name, expectation, gathers, text, value, decoding)
  }

  /// The same parameter, which need not be given and takes `None`.
  public var optional: FunctionParameter<Value?> {
    FunctionParameter<Value?>(
      name, expectation, gathers, "None", { nil },
      { [decoding] value in
        if case .none = value { return .some(nil) }
        return decoding(value).map { .some($0) }
      })
  }
}

extension FunctionParameter where Value == TensorValue {
  /// A tensor.
  public static func tensor(_ name: String = "input") -> FunctionParameter {
    FunctionParameter(name, "a tensor") { value in
      switch value {
      case .tensor(let tensor): tensor
      case .literal(let list): TensorValue(list.tensor)
      default: nil
      }
    }
  }
}

extension FunctionParameter where Value == [TensorValue] {
  /// A list or a tuple of tensors.
  public static func tensors(_ name: String = "tensors") -> FunctionParameter {
    FunctionParameter(name, "a list of tensors") { value in
      guard let items = value.items else { return nil }
      let tensors = items.compactMap { if case .tensor(let tensor) = $0 { tensor } else { nil } }
      return tensors.count == items.count ? tensors : nil
    }
  }
}

extension FunctionParameter where Value == Operand {
  /// A tensor or a number.
  public static func operand(_ name: String) -> FunctionParameter {
    FunctionParameter(name, "a tensor or a number") { Operand($0) }
  }
}

extension FunctionParameter where Value == Scalar {
  /// A number or a truth value; a tensor of one element without a gradient is one too.
  public static func scalar(_ name: String) -> FunctionParameter {
    FunctionParameter(name, "a number") { value in
      switch value {
      case .scalar(let scalar): scalar
      case .tensor(let tensor) where tensor.shape.rank == 0 && !tensor.requiresGradient: tensor.item
      default: nil
      }
    }
  }
}

extension FunctionParameter where Value == Int {
  /// A whole number.
  public static func integer(_ name: String) -> FunctionParameter {
    FunctionParameter(name, "a whole number") { $0.wholeNumber }
  }

  /// A dimension: a whole number, negative from the end.
  public static func dimension(_ name: String = "dim") -> FunctionParameter { integer(name) }
}

extension FunctionParameter where Value == [Int] {
  /// Sizes, or dimensions in an order: whole numbers in a tuple or a list, or one after another.
  public static func sizes(_ name: String = "size") -> FunctionParameter {
    FunctionParameter(name, "whole numbers", gathers: true) { $0.wholeNumbers }
  }

  /// One dimension, or several in a tuple or a list.
  public static func dimensions(_ name: String = "dim") -> FunctionParameter {
    FunctionParameter(name, "a whole number or several in a tuple") { value in
      value.wholeNumber.map { [$0] } ?? value.wholeNumbers
    }
  }
}

extension FunctionParameter where Value == Bool {
  /// `True` or `False`.
  public static func flag(_ name: String, default value: Bool = false) -> FunctionParameter {
    FunctionParameter(name, "True or False") {
      if case .scalar(.boolean(let flag)) = $0 { flag } else { nil }
    }.defaulting(to: value, written: value ? "True" : "False")
  }
}

extension FunctionParameter where Value == String {
  /// A text.
  public static func text(_ name: String) -> FunctionParameter {
    FunctionParameter(name, "a text in quotes") {
      if case .text(let text) = $0 { text } else { nil }
    }
  }
}

extension FunctionParameter where Value == DataType {
  /// A type of elements.
  public static func type(_ name: String = "dtype") -> FunctionParameter {
    FunctionParameter(name, "a type such as torch.int64") {
      if case .type(let type) = $0 { type } else { nil }
    }
  }
}

extension Datum {
  /// The whole number that it is; a whole tensor without dimensions is one too.
  public var wholeNumber: Int? {
    switch self {
    case .scalar(.integer(let number)): number
    case .tensor(let tensor) where tensor.shape.rank == 0 && tensor.dataType == .int64:
      tensor.item?.integer
    default: nil
    }
  }

  /// The whole numbers that its parts are.
  public var wholeNumbers: [Int]? {
    guard let items else { return nil }
    let numbers = items.compactMap(\.wholeNumber)
    return numbers.count == items.count ? numbers : nil
  }
}
