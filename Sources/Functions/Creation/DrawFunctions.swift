import Gradients
import Tensors

/// `rand`: uniform numbers from 0 and below 1.
enum RandFunction: FillFunction {
  static let name = "rand"
  static let summary = "uniform numbers from 0 and below 1"
  static let example = "rand(3)"

  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue {
    guard blank.type == .float32 else { throw Refusal.onlyFloats(name).about(Creation.dtype) }
    return TensorValue(try scope.generator.uniform(shape: blank.shape, low: 0, high: 1))
  }
}

/// `randn`: normal numbers.
enum RandnFunction: FillFunction {
  static let name = "randn"
  static let summary = "normal numbers of mean 0 and variance 1"
  static let example = "randn(3)"

  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue {
    guard blank.type == .float32 else { throw Refusal.onlyFloats(name).about(Creation.dtype) }
    return TensorValue(
      try scope.generator.normal(shape: blank.shape, inPairs: !blank.isRowMajor))
  }
}

/// `randint`: whole numbers.
enum RandintFunction: FillFunction {
  static let name = "randint"
  static let summary = "whole numbers from low and below high"
  static let example = "randint(0, 10, (4,))"

  private static let low = FunctionParameter<Int>.integer("low").defaulting(to: 0, written: "0")
  private static let high = FunctionParameter<Int>.integer("high")
  static let particulars: [[any AnyFunctionParameter]] = [[high], [low, high]]
  static let exampleArguments: String? = "0, 10"
  static var signatures: [Signature] {
    particulars.map { Signature($0 + [Creation.size], keywords: Creation.keywords) }
  }

  static func type(_ call: FunctionCall) throws -> DataType { .int64 }

  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue {
    let (low, high) = (try call[low], try call[high])
    guard low < high else { throw Refusal.emptyRange(low, high).about(Self.high) }
    guard blank.type != .bool || low >= 0 && high <= 2 else {
      throw Refusal.moreThanBools().about(Self.high)
    }
    let numbers = try scope.generator.integers(
      shape: blank.shape, low: Int64(low), below: Int64(high))
    return try TensorValue.int64(numbers).converted(to: blank.type)
  }
}

/// `randperm`: the whole numbers below n in random order.
enum RandpermFunction: Function {
  static let name = "randperm"
  static let summary = "the whole numbers below n in random order"
  static let example = "randperm(5)"
  static let spellings = Spellings.torch

  private static let count = FunctionParameter<Int>.integer("n")
  static let signatures = [Signature(count, keywords: Creation.keywords)]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let shape = try Shape(checking: [try call[count]])
    let type = try call[Creation.dtype] ?? .int64
    guard type != .bool else { throw Refusal.noBools(name).about(Creation.dtype) }
    let order = TensorValue.int64(try scope.generator.permutation(of: shape.count))
    return try Creation.result(order.converted(to: type), of: call)
  }
}

extension Refusal {
  fileprivate static func onlyFloats(_ function: String) -> Refusal {
    Refusal("\(function) draws float32 alone", remedy: "randint draws whole numbers")
  }

  fileprivate static func emptyRange(_ low: Int, _ high: Int) -> Refusal {
    Refusal("there is no whole number from \(low) and below \(high)")
  }

  fileprivate static func moreThanBools() -> Refusal {
    Refusal(
      "a truth value is drawn from 0 and below 2", remedy: "randint(2, size, dtype=torch.bool)")
  }

  /// A function that makes numbers is asked for truth values.
  static func noBools(_ function: String) -> Refusal {
    Refusal("\(function) makes int64 and float32, not bool")
  }
}
