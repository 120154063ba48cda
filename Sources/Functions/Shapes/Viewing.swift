import Gradients
import Tensors

extension TensorValue {
  /// PyTorch's strides, nil where the values lie there in row-major order.
  var strides: [Int]? {
    switch self {
    case .float32(let variable): variable.strides
    case .int64(let tensor): tensor.strides
    case .bool(let tensor): tensor.strides
    }
  }

  /// How the values lie in PyTorch's memory; here they always lie in row-major order.
  var layout: ViewPlan {
    strides.map { ViewPlan(shape: shape, strides: $0) } ?? ViewPlan(whole: shape)
  }

  /// The same value with PyTorch's strides.
  func strided(_ strides: [Int]) -> TensorValue {
    let kept = strides == ViewPlan(whole: shape).strides ? nil : strides
    return switch self {
    case .float32(let variable): .float32(variable.strided(kept))
    case .int64(let tensor): .int64(tensor.strided(kept))
    case .bool(let tensor): .bool(tensor.strided(kept))
    }
  }

  /// The same value with the strides that PyTorch gives what is computed element by element from
  /// operands that are broadcast against each other.
  func strided(as operands: [Operand]) -> TensorValue {
    guard operands.contains(where: { $0.strides != nil }) else { return self }
    let layouts = operands.map(\.tensor.layout)
    return strided(ViewPlan.resultStrides(of: layouts, to: shape))
  }

  /// The same value with the strides that PyTorch gives what is computed element by element from
  /// tensors that are broadcast against each other.
  func strided(as operands: TensorValue...) -> TensorValue {
    strided(as: operands.map(Operand.tensor))
  }

  /// What views show of it, one after another; each is a step of the graph.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func viewed(_ views: View...) throws -> TensorValue { try viewed(views) }

  /// What views show of it, one after another; each is a step of the graph.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func viewed(_ views: [View]) throws -> TensorValue {
    let layout = views.reduce(layout) { $1.change($0) }
    _ = try Shape(checking: layout.shape.dimensions)
    return try values(views).strided(layout.strides)
  }

  private func values(_ views: [View]) throws -> TensorValue {
    guard case .float32(let variable) = self, requiresGradient else {
      // Without a graph only the last one counts.
      return try shown(by: View("") { plan in views.reduce(plan) { $1.change($0) } })
    }
    return .float32(try views.reduce(variable) { try Variable($1, $0) })
  }

  /// What a view shows, with values in row-major order in PyTorch's memory too.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func shown(by view: View) throws -> TensorValue {
    let plan = view.plan(of: shape)
    let final = try Shape(checking: (view.finalShape ?? plan.shape).dimensions)
    return switch self {
    case .float32(let variable): .float32(try Variable(view, variable))
    case .int64(let tensor): .int64(try plan.gather(tensor).reshaped(final))
    case .bool(let tensor): .bool(try plan.gather(tensor).reshaped(final))
    }
  }

  /// The elements that indices pick, by a plan for its shape.
  ///
  /// - Throws: `ShapeError` where memory cannot hold them, `Cancelled`.
  func indexed(_ plan: IndexPlan) throws -> TensorValue {
    switch self {
    case .float32(let variable): .float32(try Variable(IndexElements(plan), variable))
    case .int64(let tensor): .int64(try plan.gather(tensor))
    case .bool(let tensor): .bool(try plan.gather(tensor))
    }
  }
}

extension Operand {
  /// PyTorch's strides, nil where the values lie there in row-major order.
  fileprivate var strides: [Int]? {
    if case .tensor(let tensor) = self { tensor.strides } else { nil }
  }
}
