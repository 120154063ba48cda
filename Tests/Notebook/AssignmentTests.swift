import Testing

@testable import Notebook

/// `weight[0] = 0`: the command of that name with a part replaced.
struct AssignmentTests {
  private static let layer =
    "conv 1 2 1 bias=false as m; weight [[[[1]]], [[[2]]]]; input ones 1 1 2 2"

  @Test(arguments: [
    ("weight = weight * 2", "weight.flatten()", "tensor([2., 4.], grad_fn=<ViewBackward0>)"),
    ("weight[0] = 0", "weight.flatten()", "tensor([0., 2.], grad_fn=<ViewBackward0>)"),
    ("m.weight[-1, ..., 0] = 7", "m.weight.flatten()", "tensor([1., 7.], grad_fn=<ViewBackward0>)"),
    ("weight[weight > 1] = 5", "weight.flatten()", "tensor([1., 5.], grad_fn=<ViewBackward0>)"),
    ("weight = 3", "weight.flatten()", "tensor([3., 3.], grad_fn=<ViewBackward0>)"),
    (
      "weight = repeat 3 { weight * 4 }", "weight.flatten()",
      "tensor([4., 8.], grad_fn=<ViewBackward0>)"
    ),
    ("mask = 0", "mask", "tensor([0., 0.])"),
    ("mask = scores > 1", "mask", "tensor([0., 1.])"),
    ("input[0, 0, 0] = [5, 6]", "input.flatten()", "tensor([5., 6., 1., 1.])"),
    ("input = input - 1", "input.flatten()", "tensor([0., 0., 0., 0.])"),
  ])
  func replacesAPart(cell: String, reading: String, text: String) {
    var notebook = Notebook()
    _ = notebook.run(Self.layer)
    let result = notebook.run(cell)
    #expect(result.failure == nil, "\(result.failure?.message ?? "")")
    #expect(notebook.run(reading).text == text)
  }

  /// What is wrong has a place, and changes nothing.
  @Test(arguments: [
    ("weight[2] = 0", 7..<8, "index 2 is out of range for dimension 0 with size 2"),
    (
      "weight[0] = zeros(3, 3)", 12..<23,
      "a value of shape [3, 3] does not fit in a place of shape [1, 1, 1]"
    ),
    ("weight = zeros(3)", 9..<17, "weight needs the shape [2, 1, 1, 1], not [3]"),
    ("weight = m", 9..<10, "'what stands after '='' is a layer, not a tensor"),
    ("mask = 0.5", 0..<0, ""), ("m.bias = 0", 0..<0, ""), ("x.weight = 0", 0..<0, ""),
  ])
  func refusesWhatDoesNotFit(cell: String, range: Range<Int>, message: String) throws {
    var notebook = Notebook()
    _ = notebook.run(Self.layer)
    let failure = try #require(notebook.run(cell).failure)
    if !message.isEmpty {
      #expect(failure.message == message)
      #expect(failure.range == range)
    }
    #expect(notebook.run("weight.flatten()").text?.hasPrefix("tensor([1., 2.]") == true)
  }

  /// As under no_grad: the parameter stays the one that the graph knows.
  @Test func aParameterStaysItself() {
    var notebook = Notebook()
    _ = notebook.run(Self.layer)
    _ = notebook.run("forward; backward; weight = weight * 2; zero_grad; forward; backward")
    #expect(notebook.run("grad.flatten()").text == "tensor([4., 4.])")
    #expect(notebook.run("weight.is_leaf").text == "True")
  }
}
