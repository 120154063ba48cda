import Gradients
import Tensors

/// What the functions that make new tensors share.
enum Creation {
  static let input = FunctionParameter<TensorValue>.tensor()
  static let dtype = FunctionParameter<DataType>.type().optional
  static let requiresGradient = FunctionParameter<Bool>.flag("requires_grad")
  static let keywords: [any AnyFunctionParameter] = [dtype, requiresGradient]

  /// Sizes, one after another as well: `zeros(2, 3)`.
  static let gatheredSize = FunctionParameter<[Int]>.sizes()

  /// Sizes in a tuple or a list.
  static let size = FunctionParameter<[Int]>("size", "whole numbers in a tuple") {
    $0.wholeNumbers
  }

  /// The new tensor; a leaf of the graph where its gradient is wanted.
  ///
  /// - Throws: ``Refusal`` where it can have none.
  static func result(_ tensor: TensorValue, of call: FunctionCall) throws -> Datum {
    guard try call[requiresGradient] else { return .tensor(tensor) }
    guard case .float32(let variable) = tensor else {
      throw Refusal.noGradient(of: tensor.dataType).about(requiresGradient)
    }
    let leaf = Variable(variable.tensor, source: .leaf(Leaf(isParameter: false)))
    return .tensor(.float32(leaf.strided(variable.strides)))
  }
}

/// What a function fills.
struct Blank {
  /// The sizes, in the order in which the elements lie.
  let shape: Shape
  /// The type.
  let type: DataType
  /// Whether the elements lie in row-major order; PyTorch draws normal values otherwise where not.
  var isRowMajor = true
}

/// A function that makes a tensor of any sizes: `zeros(2, 3)`. Its twin ``Like`` takes them from a
/// tensor: `zeros_like(x)`.
protocol FillFunction: Function {
  /// What it takes besides sizes and keywords, in the ways in which it can be called.
  static var particulars: [[any AnyFunctionParameter]] { get }
  /// These in the example of `NAME_like`; nil where there are none.
  static var exampleArguments: String? { get }
  /// The type where none is given.
  static func type(_ call: FunctionCall) throws -> DataType
  /// The new tensor.
  ///
  /// - Throws: ``Refusal``; `ShapeError`, `Cancelled`.
  static func filled(
    _ blank: Blank, _ call: FunctionCall, in scope: inout FunctionScope
  ) throws -> TensorValue
}

extension FillFunction {
  static var spellings: Spellings { .torch }
  static var particulars: [[any AnyFunctionParameter]] { [[]] }
  static var exampleArguments: String? { nil }
  static var signatures: [Signature] {
    [Signature(Creation.gatheredSize, keywords: Creation.keywords)]
  }
  static func type(_ call: FunctionCall) throws -> DataType { .float32 }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let shape = try Shape(checking: try call[Creation.size])
    let type = try call[Creation.dtype] ?? type(call)
    return try Creation.result(
      filled(Blank(shape: shape, type: type), call, in: &scope), of: call)
  }
}

/// A function that makes a tensor of another one's sizes, type and order: `zeros_like(x)`.
enum Like<Base: FillFunction>: Function {
  static var name: String { Base.name + "_like" }
  static var summary: String { Base.summary + ", of the sizes and the type of another tensor" }
  static var example: String {
    "\(name)(zeros(1, 2)\(Base.exampleArguments.map { ", \($0)" } ?? ""))"
  }
  static var spellings: Spellings { .torch }
  static var signatures: [Signature] {
    Base.particulars.map { Signature([Creation.input] + $0, keywords: Creation.keywords) }
  }

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let input = try call[Creation.input]
    let type = try call[Creation.dtype] ?? input.dataType
    guard input.strides != nil else {
      let blank = Blank(shape: input.shape, type: type)
      return try Creation.result(Base.filled(blank, call, in: &scope), of: call)
    }
    // The elements are drawn in the order in which they lie, and read in that of the dimensions.
    let strides = ViewPlan.resultStrides(of: [input.layout], to: input.shape)
    let order = strides.indices.sorted { (-strides[$0], $0) < (-strides[$1], $1) }
    let lying = Shape(order.map { input.shape[$0] })
    let isRowMajor = strides == ViewPlan(whole: input.shape).strides
    let blank = Blank(shape: lying, type: type, isRowMajor: isRowMajor)
    let plan = ViewPlan(shape: input.shape, strides: strides)
    let read = View("") { _ in plan }
    let filled = try Base.filled(blank, call, in: &scope).viewed(read)
    return try Creation.result(filled.strided(strides), of: call)
  }
}

extension Refusal {
  fileprivate static func noGradient(of type: DataType) -> Refusal {
    Refusal(
      "only a tensor of float32 has a gradient, not one of \(type.description.dropFirst(6))",
      remedy: "dtype=torch.float32")
  }
}
