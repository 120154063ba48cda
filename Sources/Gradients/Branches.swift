import Tensors

extension LeakyReLU {
  public func branches(_ inputs: [DoubleTensor]) -> [Int] {
    inputs[0].elements.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
  }
}
