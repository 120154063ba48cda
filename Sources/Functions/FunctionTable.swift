/// All functions, by every name that PyTorch has for them.
public enum FunctionTable {
  private static let families: [[any Function.Type]] = [
    ElementwiseFunctions.all, ReductionsFunctions.all, ShapesFunctions.all, ProductsFunctions.all,
    CreationFunctions.all, ValuesFunctions.all,
  ]

  /// All functions, in the order in which help lists them.
  public static var all: [any Function.Type] { families.flatMap(\.self) }

  private static let byName: [String: any Function.Type] = {
    var byName: [String: any Function.Type] = [:]
    for function in all {
      for name in [function.name] + function.otherNames { byName[name] = function }
    }
    return byName
  }()

  /// The function of this name.
  public static func function(_ name: String) -> (any Function.Type)? { byName[name] }

  /// The names of all functions.
  public static var names: [String] { Array(byName.keys) }

  /// Whether a function computes each element from those at its place alone.
  public static func isElementwise(_ function: any Function.Type) -> Bool {
    ElementwiseFunctions.all.contains { $0 == function }
  }
}
