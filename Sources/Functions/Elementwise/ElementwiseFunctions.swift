/// The functions of this folder: each element by itself.
enum ElementwiseFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    AbsFunction.self, NegFunction.self, ExpFunction.self, LogFunction.self, SqrtFunction.self,
    SquareFunction.self, PowFunction.self, SignFunction.self,
    RoundFunction.self, FloorFunction.self, CeilFunction.self, ClampFunction.self,
    ReLUFunction.self, LeakyReLUFunction.self, SigmoidFunction.self, TanhFunction.self,
    IsNaNFunction.self, IsInfFunction.self, IsFiniteFunction.self, MaximumFunction.self,
    MinimumFunction.self, WhereFunction.self, MaskedFillFunction.self,
  ]
}
