import Testing

@testable import Notebook

/// What is advised for an input that does not fit can be typed, and then works.
struct UnfitInputTests {
  typealias Case = RemedyTests.Case

  private static let lenet =
    "net conv(1,20,5) maxpool(2) conv(20,50,5) maxpool(2) flatten linear(800,10) as n"

  static let cases: [Case] = [
    // An input that does not fit.
    Case(
      lenet + "; input 1 1 10 10", "forward", "input 1 1 28 28 draws one that fits",
      "input 1 1 28 28", "forward"),
    Case(
      lenet + "; input 1 3 28 28", "forward", "input 1 1 28 28 draws one that fits",
      "input 1 1 28 28", "forward"),
    Case(
      "conv 3 2 7; input 1 1 4 4", "forward", "input 1 3 7 7 draws one that fits",
      "input 1 3 7 7", "forward"),
    Case(
      "conv 3 2 7; input [1]", "compare 0.5", "input 1 3 7 7 draws one that fits",
      "input 1 3 7 7", "compare 0.5", "ablate 0.5"),
    Case(
      "net linear(20,2) as n; input 1 1 4 4", "forward", "input randn(1, 20) draws one that fits",
      "input randn(1, 20)", "forward"),
    Case(
      "net linear(3,2) as n; input 1 1 4 4", "forward", "input [[1, 2, 3]] is one that fits",
      "input [[1, 2, 3]]", "forward"),
    Case(
      "linear 16 2; input 1 1 4 4", "forward",
      "flatten input makes rows of features, on which forward then runs", "flatten input",
      "forward"),
    Case(
      "conv 1 2 3; forward; linear 8 2", "forward", "flatten makes rows of features of output",
      "flatten", "forward"),
    Case(
      "conv 1 2 3; forward; flatten; linear 9 2", "forward",
      "linear 8 2 makes a layer that fits", "linear 8 2", "forward"),
    Case(
      "conv 1 2 3; forward; batchnorm 3", "forward", "batchnorm 2 makes a layer that fits",
      "batchnorm 2", "forward"),
    Case(
      "conv 1 2 4; forward; batchnorm 2", "forward",
      "eval makes it use the running statistics instead", "eval", "forward"),
    Case(
      "conv 1 2 3; forward; linear 2 2", "forward input=[1]",
      "linear 1 2 makes a layer that fits", "linear 1 2", "forward input=[1]"),
    Case(
      "conv 1 2 3; forward; batchnorm 2", "forward input=[1]",
      "input 1 2 4 4 draws one that fits; then forward input=input", "input 1 2 4 4",
      "forward input=input"),
    Case(
      "net maxpool(2) maxpool(2) maxpool(2) maxpool(2) maxpool(2) conv(1,1,3); input 1 1 4 4",
      "forward", "input 1 1 96 96 draws one that fits", "input 1 1 96 96", "forward"),
    // A network that nothing runs through.
    Case(
      "net conv(1,4,3) relu conv(3,2,3)", "forward",
      "make the network anew with conv(4,2,3) for conv2", "net conv(1,4,3) relu conv(4,2,3)",
      "forward"),
    Case(
      "net conv(1,4,3) flatten linear(10,2)", "summary",
      "make the network anew with linear(16,2) for linear1",
      "net conv(1,4,3) flatten linear(16,2)", "summary"),
    Case(
      "net linear(5,3) relu linear(4,2)", "forward",
      "make the network anew with linear(3,2) for linear2", "net linear(5,3) relu linear(3,2)",
      "forward"),
    Case(
      "net conv(1,2,3) batchnorm(3)", "forward",
      "make the network anew with batchnorm(2) for batchnorm1", "net conv(1,2,3) batchnorm(2)",
      "forward"),
    Case(
      "net conv(1,2,3) linear(8,2)", "forward", "make the network anew with flatten before linear1",
      "net conv(1,2,3) flatten linear(8,2)", "forward"),
    Case(
      "net maxpool(2,padding=2) as n", "forward",
      "make the network anew with padding=1 at most in maxpool1", "net maxpool(2,padding=1)",
      "forward"),
  ]

  @Test(arguments: cases) func worksAsItIsTyped(_ error: Case) throws { try error.check() }
}
