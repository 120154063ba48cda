/// The functions of this folder: many elements made one, or put in order.
enum ReductionsFunctions {
  /// In the order in which help lists them.
  static let all: [any Function.Type] = [
    SumFunction.self, MeanFunction.self, VarFunction.self, StdFunction.self, NormFunction.self,
    MedianFunction.self, QuantileFunction.self, KthvalueFunction.self, MaxFunction.self,
    MinFunction.self, AmaxFunction.self, AminFunction.self, ArgmaxFunction.self,
    ArgminFunction.self, CumsumFunction.self, ProdFunction.self, AllFunction.self,
    AnyFunction.self, CountNonzeroFunction.self, NonzeroFunction.self, TopkFunction.self,
    SortFunction.self, HistcFunction.self,
  ]
}
