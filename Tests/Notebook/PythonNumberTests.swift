import Tensors
import Testing

@testable import Notebook

struct PythonNumberTests {
  /// What Python's `repr` gives.
  @Test(
    arguments: [
      (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (1e-6, "1e-06"), (0.0001, "0.0001"),
      (0.00009, "9e-05"), (1.5e-7, "1.5e-07"), (1e15, "1000000000000000.0"), (1e16, "1e+16"),
      (1.25e16, "1.25e+16"), (-1e22, "-1e+22"), (1e100, "1e+100"), (1.5e-300, "1.5e-300"),
      (.leastNonzeroMagnitude, "5e-324"),
      (0.1, "0.1"), (1.0 / 3, "0.3333333333333333"),
      (.nan, "nan"),
      (.infinity, "inf"), (-.infinity, "-inf"), (123456789012345.6, "123456789012345.6"),
    ] as [(Double, String)])
  func isWrittenAsPythonWritesIt(number: Double, text: String) {
    #expect(PythonNumber.text(number) == text)
  }
}
