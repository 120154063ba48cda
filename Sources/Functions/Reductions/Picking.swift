import Gradients
import Tensors

extension PickOperation {
  /// Values and places, by PyTorch's names.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func fields(_ function: String, of input: TensorValue) throws -> NamedFields {
    if case .float32(let variable) = input {
      let (values, indices) = try apply(variable)
      return NamedFields(function, values: .float32(values), indices: .int64(indices))
    }
    let places = try places(in: input)
    let values: TensorValue =
      switch input {
      case .float32: input
      case .int64(let tensor):
        .int64(
          IntegerTensor(
            try picked(tensor.elements, of: tensor.shape, at: places), shape: places.shape))
      case .bool(let tensor):
        .bool(
          BooleanTensor(
            try picked(tensor.elements, of: tensor.shape, at: places), shape: places.shape))
      }
    return NamedFields(function, values: values, indices: .int64(places))
  }

  /// Which elements are picked: their places along the dimension.
  ///
  /// - Throws: `ShapeError`, `OutOfMemory`, `Cancelled`.
  func places(in input: TensorValue) throws -> IntegerTensor {
    switch input {
    case .float32(let variable): try places(in: variable.tensor)
    case .int64(let tensor): try places(in: tensor)
    case .bool(let tensor): try places(in: tensor)
    }
  }
}

extension Shape {
  /// Refuses a dimension without elements, of which nothing can be picked.
  ///
  /// - Throws: ``Refusal``.
  func requireElements(along dimension: Int, of function: String) throws(Refusal) {
    guard rank == 0 || self[dimension] > 0 else {
      throw Refusal.nothingAlong(dimension, function)
    }
  }
}

extension Refusal {
  fileprivate static func nothingAlong(_ dimension: Int, _ function: String) -> Refusal {
    Refusal(
      "dimension \(dimension) has no elements: there is no \(function) along it", parameter: "dim")
  }
}
