import Gradients
import Tensors

/// `mse_loss`: the mean of the squared differences.
enum MseLossFunction: Function {
  static let name = "mse_loss"
  static let summary = "the mean of the squared differences"
  static let example = "mse_loss(tensor([1., 2.]), tensor([1., 4.]))"
  static let spellings = Spellings.functional

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let target = FunctionParameter<TensorValue>.tensor("target")
  static let signatures = [Signature(input, target, keywords: [Losses.reduction])]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (input, target) = (try call[input], try call[target])
    guard input.dataType == .float32 || target.dataType == .float32 else {
      throw Refusal.noFloats().about(Self.input)
    }
    let reduction = try Losses.reduction(of: call)
    guard let shape = try input.shape.broadcast(with: target.shape) else {
      throw Refusal.shapes(input.shape, target.shape)
    }
    let (first, second) = (try input.expanded(to: shape), try target.expanded(to: shape))
    let loss = TensorValue.float32(
      try Variable(MeanSquaredError(reduction), first.floats(), second.floats()))
    return .tensor(reduction == .none ? loss.strided(as: first, second) : loss)
  }
}

/// What losses share.
enum Losses {
  static let reduction = FunctionParameter<String>.text("reduction")
    .defaulting(to: "mean", written: "'mean'")

  /// What becomes of the losses of single elements or rows.
  ///
  /// - Throws: ``Refusal`` for another word.
  static func reduction(of call: FunctionCall) throws -> LossReduction {
    let word = try call[reduction]
    guard let found = LossReduction(rawValue: word) else {
      throw Refusal.noReduction(word).about(reduction)
    }
    return found
  }
}

extension TensorValue {
  /// The tensor broadcast to a shape that it fits.
  fileprivate func expanded(to shape: Shape) throws -> TensorValue {
    guard shape != self.shape else { return self }
    return try viewed(
      View("ExpandBackward0", adding: shape.rank - self.shape.rank) { $0.expanded(to: shape) })
  }
}

extension Refusal {
  fileprivate static func noReduction(_ word: String) -> Refusal {
    Refusal("reduction is \"mean\", \"sum\" or \"none\", not \"\(word)\"")
  }

  fileprivate static func noFloats() -> Refusal {
    Refusal("mse_loss compares float32, and both are of another type", remedy: "x.float()")
  }
}
