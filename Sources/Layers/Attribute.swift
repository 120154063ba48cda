import Gradients
import Tensors

/// Something that can be read of a layer by name: `weight`, `running_mean`, `epsilon`.
public struct Attribute {
  /// What it is to the layer.
  public enum Role: Sendable {
    /// Part of the layer's state that is trained.
    case parameter
    /// Part of PyTorch's `state_dict()` that is not trained.
    case buffer
    /// Something else that is set.
    case setting
    /// What follows from the others.
    case derived
  }

  /// What it may hold.
  public enum Content {
    case tensor(Variable)
    case number(Double)
    /// Python's None.
    case nothing
  }

  /// Its name.
  public let name: String
  /// What it is to the layer.
  public let role: Role
  /// Why it is not there at the moment; nil where it is.
  public let missing: AttributeError?
  private let read: () throws -> Content

  /// Makes an attribute that is read when it is asked for.
  init(
    _ name: String, _ role: Role, missing: AttributeError? = nil,
    _ read: @escaping () throws -> Content
  ) {
    (self.name, self.role, self.missing, self.read) = (name, role, missing, read)
  }

  /// What it holds.
  ///
  /// - Throws: ``AttributeError`` where it is not there; what computing it throws.
  public func content() throws -> Content {
    if let missing { throw missing }
    return try read()
  }

  /// The tensor that it holds; nil where it is not there or holds none.
  ///
  /// - Throws: what computing it throws.
  public func tensor() throws -> Variable? {
    guard missing == nil, case .tensor(let variable) = try read() else { return nil }
    return variable
  }
}

/// Why a layer that might have an attribute has not.
public enum AttributeError: Error, Equatable {
  /// It needs a mask.
  case noMask
  /// Its mask is that of ordinary pruning.
  case maskOfPruning
  /// This attribute needs ordinary pruning.
  case notPruned(String)

  /// What is wrong, in words.
  public var message: String {
    switch self {
    case .noMask, .maskOfPruning: "the layer has no mask"
    case .notPruned(let name): "the layer has no \(name): it was not pruned with prune"
    }
  }
}
