import Gradients
import Tensors

/// `cross_entropy`: how far scores are from the right classes, or from probabilities.
enum CrossEntropyFunction: Function {
  static let name = "cross_entropy"
  static let summary = "the cross-entropy of scores and the right classes, or probabilities"
  static let example = "cross_entropy(tensor([[1., 2., 3.]]), tensor([2]))"
  static let spellings = Spellings.functional

  private static let input = FunctionParameter<TensorValue>.tensor()
  private static let target = FunctionParameter<TensorValue>.tensor("target")
  private static let weight = FunctionParameter<TensorValue>.tensor("weight").optional
  private static let ignoreIndex = FunctionParameter<Int>.integer("ignore_index")
    .defaulting(to: -100, written: "-100")
  private static let smoothing = FunctionParameter<Scalar>.scalar("label_smoothing")
    .defaulting(to: .float(0), written: "0.0")
  static let signatures = [
    Signature(input, target, weight, keywords: [ignoreIndex, Losses.reduction, smoothing])
  ]

  static func value(_ call: FunctionCall, in scope: inout FunctionScope) throws -> Datum {
    let (input, target) = (try call[input], try call[target])
    guard case .float32(let scores) = input else {
      throw Refusal.scoreType(input.dataType).about(Self.input)
    }
    guard input.shape.rank > 0 else { throw Refusal.noClasses().about(Self.input) }
    let smoothing = try call[smoothing].double
    guard (0...1).contains(smoothing) else {
      throw Refusal.smoothing(smoothing).about(Self.smoothing)
    }
    let entropy = CrossEntropy(
      logarithms: try Variable(LogSoftmax(min(1, input.shape.rank - 1)), scores),
      weights: try weights(of: call, classes: input.shape[min(1, input.shape.rank - 1)]),
      reduction: try Losses.reduction(of: call), smoothing: smoothing)
    if target.shape == input.shape {
      guard case .float32(let probabilities) = target else {
        throw Refusal.probabilityType(target.dataType).about(Self.target)
      }
      guard try call[ignoreIndex] < 0 else { throw Refusal.ignored().about(ignoreIndex) }
      return .tensor(.float32(try entropy.value(probabilities: probabilities)))
    }
    guard case .int64(let classes) = target else {
      throw Refusal.classType(target.dataType).about(Self.target)
    }
    do {
      return .tensor(
        .float32(try entropy.value(classes: classes, ignoring: try call[ignoreIndex])))
    } catch let refusal as Refusal { throw refusal.about(Self.target) }
  }

  /// What each class counts; nil where all count the same.
  private static func weights(of call: FunctionCall, classes: Int) throws -> Variable? {
    guard let weights = try call[weight] else { return nil }
    guard case .float32(let variable) = weights, weights.shape == [classes] else {
      throw Refusal.weights(weights, classes: classes).about(weight)
    }
    return variable
  }
}

/// The steps by which PyTorch comes from the logarithms of probabilities to the loss.
private struct CrossEntropy {
  let logarithms: Variable
  let weights: Variable?
  let reduction: LossReduction
  let smoothing: Double

  private var shape: Shape { logarithms.tensor.shape }
  private var dimension: Int { min(1, shape.rank - 1) }
  private var classCount: Int { shape[dimension] }

  /// −Σ log p · target, over the classes.
  func value(probabilities: Variable) throws -> Variable {
    var target = probabilities
    if smoothing > 0 {
      target = try Variable(
        Add(), target.times(1 - smoothing), .number(smoothing / Double(classCount)))
    }
    let product = try weighted(Variable(Multiply(), logarithms, target))
    let sum = try Variable(
      Negate(), Variable(Sum(reduction == .none ? overClasses : .whole), product))
    guard reduction == .mean else { return sum }
    let rows = shape.count / max(1, classCount)
    return try Variable(Divide(byCount: true), sum, .number(Double(rows)))
  }

  /// −log p of the right class; smoothed, a share of it goes to all classes alike.
  ///
  /// - Throws: ``Refusal`` where the classes do not fit the scores.
  func value(classes: IntegerTensor, ignoring ignored: Int) throws -> Variable {
    let rows = shape.rank == 1 ? [] : [shape[0]] + shape.dimensions.dropFirst(2)
    // One row's class may stand in a vector of one.
    guard classes.shape == Shape(rows) || shape.rank == 1 && classes.shape == [1] else {
      throw Refusal.classShape(classes.shape, wanted: Shape(rows))
    }
    let targets = try classes.elements.map { number throws(Refusal) -> Int? in
      if number == ignored { return nil }
      guard (0..<Int64(classCount)).contains(number) else {
        throw Refusal.noSuchClass(number, of: classCount)
      }
      return Int(number)
    }
    let loss = try Variable(
      NegativeLogLikelihood(
        targets: targets, rank: shape.rank, weights: weights?.tensor.elements,
        reduction: reduction), logarithms)
    guard smoothing > 0 else { return loss }
    let smooth = try smoothed(targets, shape: Shape(rows))
    return try Variable(
      Add(), loss.times(1 - smoothing), smooth.times(smoothing / Double(classCount)))
  }

  /// −Σ log p of each row that counts.
  private func smoothed(_ targets: [Int?], shape rows: Shape) throws -> Variable {
    var losses = try Variable(Negate(), Variable(Sum(overClasses), weighted(logarithms)))
    let counting = targets.compactMap(\.self)
    if counting.count < targets.count {
      let isIgnored = BooleanTensor(targets.map { $0 == nil }, shape: rows)
      losses = try Variable(Choose(isIgnored), .number(0), losses)
    }
    switch reduction {
    case .none: return losses
    case .sum: return try Variable(Sum(), losses)
    case .mean:
      let count = weights.map { weights in
        counting.reduce(Float(0)) { $0 + weights.tensor.elements[$1] }
      }
      return try Variable(
        Divide(), Variable(Sum(), losses), .number(Double(count ?? Float(counting.count))))
    }
  }

  private var overClasses: Reduction { Reduction([dimension]) }

  private func weighted(_ value: Variable) throws -> Variable {
    guard let weights else { return value }
    var sizes = [Int](repeating: 1, count: shape.rank)
    sizes[dimension] = classCount
    let along = Shape(sizes)
    let spread = try Variable(View("ViewBackward0") { _ in ViewPlan(whole: along) }, weights)
    return try Variable(Multiply(), value, spread)
  }
}

extension Variable {
  fileprivate static func number(_ value: Double) -> Variable {
    Variable(Tensor(scalar: Float(value)))
  }

  fileprivate func times(_ factor: Double) throws -> Variable {
    try Variable(Multiply(), self, .number(factor))
  }
}

extension Refusal {
  fileprivate static func scoreType(_ type: DataType) -> Refusal {
    Refusal("scores are of float32, not of \(type.rawValue)", remedy: "x.float()")
  }

  fileprivate static func noClasses() -> Refusal {
    Refusal("scores have a dimension for the classes: [C], [N, C] or [N, C, …]")
  }

  fileprivate static func smoothing(_ value: Double) -> Refusal {
    Refusal("label_smoothing must be from 0 to 1, not \(PythonNumber.text(value))")
  }

  fileprivate static func probabilityType(_ type: DataType) -> Refusal {
    Refusal(
      "a target of the scores' shape holds probabilities in float32, not \(type.rawValue)",
      remedy: "class numbers are one for each row")
  }

  fileprivate static func ignored() -> Refusal {
    Refusal("ignore_index is for class numbers, and the target holds probabilities")
  }

  fileprivate static func classType(_ type: DataType) -> Refusal {
    Refusal("class numbers are of int64, not of \(type.rawValue)", remedy: "target.long()")
  }

  fileprivate static func weights(_ weights: TensorValue, classes: Int) -> Refusal {
    Refusal(
      "weight is a tensor of float32 of size \(classes), one for each class, "
        + "not of \(weights.dataType.rawValue) and \(weights.shape)")
  }

  fileprivate static func classShape(_ shape: Shape, wanted: Shape) -> Refusal {
    Refusal(
      "the class numbers have the shape \(shape), and the scores have rows \(wanted)",
      remedy: "one class number for each row")
  }

  fileprivate static func noSuchClass(_ number: Int64, of count: Int) -> Refusal {
    Refusal(
      "there is no class \(number): "
        + (count == 0 ? "there are none" : "there are \(count), from 0 to \(count - 1)"))
  }
}
