import Testing

@testable import Functions

@Suite struct UnknownFunctionTests {
  @Test func whatPyTorchHasIsNamedWithTheNearest() {
    let logarithm = UnknownFunction.refusal("log2")
    #expect(logarithm?.message == "PyTorch has 'log2', expressions here have not")
    #expect(logarithm?.remedy == "nearest: log(x) / log(tensor(2.))")
    #expect(UnknownFunction.refusal("erf")?.remedy == "help expressions lists what they have")
    #expect(UnknownFunction.refusal("int")?.remedy == "nearest: long(x)")
  }

  @Test func inPlaceFunctionsAreAnsweredWithWhatKeepsTheTensor() {
    #expect(UnknownFunction.refusal("relu_")?.remedy == "y = relu(x)")
    #expect(UnknownFunction.refusal("add_")?.remedy == "y = x + y")
    #expect(
      UnknownFunction.refusal("requires_grad_")?.remedy.map { $0.contains("requires_grad=True") }
        == true)
  }

  @Test func whatNobodyHasIsNotAnswered() {
    for name in ["summ", "relu6x", "_", ""] { #expect(UnknownFunction.refusal(name) == nil) }
  }

  /// No function that exists is said to be lacking, and what is named instead exists.
  @Test func theTableHolds() {
    for (name, instead) in UnknownFunction.instead {
      #expect(FunctionTable.function(name) == nil, "\(name)")
      let calls = instead.matches(of: /([a-z_]+)\(/).map { String($0.1) }
      for call in calls { #expect(FunctionTable.function(call) != nil, "\(name): \(call)") }
    }
  }
}
