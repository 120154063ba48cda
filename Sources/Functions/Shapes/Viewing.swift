import Gradients
import Tensors

/// One of PyTorch's views: its name, and what it makes of sizes and strides.
struct View {
  /// PyTorch's name for it in the graph.
  let name: String
  /// What it shows of a tensor that another view shows.
  let change: (ViewPlan) -> ViewPlan

  init(_ name: String, _ change: @escaping (ViewPlan) -> ViewPlan) {
    (self.name, self.change) = (name, change)
  }
}

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
  func strided(as operands: TensorValue...) -> TensorValue {
    guard operands.contains(where: { $0.strides != nil }) else { return self }
    return strided(ViewPlan.resultStrides(of: operands.map(\.layout), to: shape))
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
    return try values(views).strided(layout.strides)
  }

  private func values(_ views: [View]) throws -> TensorValue {
    guard case .float32(let variable) = self, requiresGradient else {
      // Without a graph only the last one counts.
      return try shown(by: views.reduce(ViewPlan(whole: shape)) { $1.change($0) }, named: "")
    }
    return .float32(
      try views.reduce(variable) { variable, view in
        let plan = view.change(ViewPlan(whole: variable.tensor.shape))
        return try Variable(StridedView(plan, named: view.name), variable)
      })
  }

  /// What a plan for its shape shows.
  ///
  /// - Parameters:
  ///   - plan: where the elements lie.
  ///   - shape: the shape that they get at last; the plan's if nil.
  ///   - name: PyTorch's name for it in the graph.
  /// - Returns: a copy that is recorded in the graph.
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func shown(by plan: ViewPlan, as shape: Shape? = nil, named name: String) throws -> TensorValue {
    let final = try Shape(checking: (shape ?? plan.shape).dimensions)
    return switch self {
    case .float32(let variable):
      .float32(try Variable(StridedView(plan, as: final, named: name), variable))
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
