import Tensors

extension NumberFormat {
  /// A size with two digits, `3.0e-08`: of errors and bounds. Zero is `0`.
  static func scientific(_ value: Double) -> String {
    var options = PrintOptions()
    (options.scientific, options.precision) = (true, 1)
    return value == 0 ? "0" : NumberFormat([Float(value)], options: options).string(Float(value))
  }
}
