import Gradients
import Tensors

extension TensorValue {
  /// What a view of it shows, recorded in the graph by PyTorch's name.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func viewed(_ plan: ViewPlan, named name: String) throws -> TensorValue {
    switch self {
    case .float32(let variable): .float32(try Variable(StridedView(plan, named: name), variable))
    case .int64(let tensor): .int64(try plan.gather(tensor))
    case .bool(let tensor): .bool(try plan.gather(tensor))
    }
  }
}
