import Language
import Testing

@testable import Notebook

/// Kernel, stride, padding and dilation as PyTorch takes them: one number, or one for rows and one
/// for columns.
struct PairTests {
  /// What PyTorch 2.15.0 prints of the layer that is written so.
  @Test(
    arguments: [
      ("conv 1 2 3", "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))"),
      (
        "conv 1 2 3x5 stride=[2,1] padding=1x0 dilation=1x2",
        "Conv2d(1, 2, kernel_size=(3, 5), stride=(2, 1), padding=(1, 0), dilation=(1, 2))"
      ),
      ("conv 1 2 (3, 5)", "Conv2d(1, 2, kernel_size=(3, 5), stride=(1, 1))"),
      ("conv 1 2 (3,5) stride=( 2 , 1 )", "Conv2d(1, 2, kernel_size=(3, 5), stride=(2, 1))"),
      ("conv 1 2 (3)", "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))"),
      ("conv 1 2 [3, 5] stride=2x1", "Conv2d(1, 2, kernel_size=(3, 5), stride=(2, 1))"),
      ("conv 1 2 3 padding=0x0", "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))"),
      (
        "conv 1 2 2x4 padding=same dilation=1x3",
        "Conv2d(1, 2, kernel_size=(2, 4), stride=(1, 1), padding=same, dilation=(1, 3))"
      ),
      (
        "conv 1 2 3 padding=valid bias=false",
        "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=valid, bias=False)"
      ),
      (
        "net maxpool(2x3)",
        "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0, dilation=1, ceil_mode=False)"
      ),
      (
        "net maxpool(2,stride=2x2)",
        "MaxPool2d(kernel_size=2, stride=(2, 2), padding=0, dilation=1, ceil_mode=False)"
      ),
      (
        "net maxpool(2x2,stride=2,padding=1x0,dilation=1x2)",
        "MaxPool2d(kernel_size=(2, 2), stride=2, padding=(1, 0), dilation=(1, 2), ceil_mode=False)"
      ),
      ("net avgpool(2x3)", "AvgPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0)"),
      ("net avgpool(2,padding=1)", "AvgPool2d(kernel_size=2, stride=2, padding=1)"),
    ])
  func printsAsPyTorchDoes(cell: String, layer: String) {
    var notebook = Notebook()
    let shown = notebook.shown(cell)
    #expect(
      shown == (cell.hasPrefix("net") ? "Sequential(\n  (0): \(layer)\n)" : layer))
  }

  @Test(
    arguments: [
      ("conv 1 2 3 5", "conv: '5' is one argument too many", "write: 3x5"),
      ("conv 1 2 3 padding=1 0", "conv: '0' is one argument too many", "write: padding=1x0"),
      ("maxpool 2 3", "maxpool: '3' is one argument too many", "write: 2x3"),
      (
        "conv 1 2 3x5x7", "conv: K must be a whole number or a pair of them, not '3x5x7'",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      (
        "conv 1 2 (3, 5, 7)", "conv: K must be a whole number or a pair of them, not (3, 5, 7)",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      (
        "conv 1 2 (3,)", "conv: K must be a whole number or a pair of them, not (3,)",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      (
        "conv (1, 2, 3)", "conv: IN must be a number, not (1, 2, 3)",
        "blanks stand between arguments, without parentheses"
      ),
      (
        "maxpool [1, 2, 3]", "maxpool: K must be a whole number or a pair of them, not a literal",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      (
        "conv 1 2 (3, 2.0)", "conv: K must be a whole number, not 2.0",
        "write: 2"
      ),
      (
        "conv 1 2 3x", "conv: K must be a whole number or a pair of them, not '3x'",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      (
        "conv 1 2 [3, 2.5]", "conv: K must be a whole number, not 2.5",
        "write digits only, such as 3"
      ),
      ("conv 1 2 [3.0, 5]", "conv: K must be a whole number, not 3.0", "write: 3"),
      ("conv 1 2 3 stride=[1, 2e0]", "conv: stride must be a whole number, not 2e0", "write: 2"),
      ("conv 1 2 [3000000000, 1]", "conv: K must be at most 2147483648, not 3000000000", nil),
      (
        "conv 1 2 tensor([3, 5])",
        "conv: K must be a whole number or a pair of them, not a literal",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      ("conv 1 2 0x3", "conv: K must be at least 1, not 0", nil),
      (
        "conv 1 2 3 padding=smae",
        "conv: padding must be a whole number, a pair of them, same or valid, not 'smae'",
        "a pair is 3x5 or (3, 5): rows, then columns"
      ),
      (
        "conv 1 2 3 padding=same stride=1x2", "conv: padding=same needs a stride of 1, not 1x2",
        "leave out stride, or give the padding as numbers"
      ),
    ] as [(String, String, String?)])
  func saysWhatToType(cell: String, message: String, remedy: String?) throws {
    var notebook = Notebook()
    let failure = try #require(notebook.run(cell).failure)
    #expect(failure.message == message)
    #expect(failure.remedy == remedy)
  }

  /// Sizes that once were computed with without a check.
  @Test(
    arguments: [
      ("conv 1 1 1 stride=2147483648; input 2 1 1 1", "torch.Size([2, 1, 1, 1])"),
      ("conv 3 16 3 stride=2147483647; input 2 3 3 16", "torch.Size([2, 16, 1, 1])"),
      ("conv 8 1 1 stride=100000; input 2 8 4 4", "torch.Size([2, 1, 1, 1])"),
      (
        "conv 8 2 2 dilation=1000000 padding=500000; input 2 8 4 4", "torch.Size([2, 2, 4, 4])"
      ),
      (
        "conv 1 2 2 dilation=1000000 padding=500000; input 1 1 4 4", "torch.Size([1, 2, 4, 4])"
      ),
      (
        "conv 1 1 1 padding=500000000 stride=500000000; input 1 1 4 4",
        "torch.Size([1, 1, 3, 3])"
      ),
      (
        "conv 9 9 1x3 stride=1000x1 padding=3000x1; input 2 9 4 4",
        "torch.Size([2, 9, 7, 4])"
      ),
    ])
  func extremeSizesRun(cells: String, shape: String) {
    var notebook = Notebook()
    #expect(notebook.run(cells + " requires_grad=true; forward; backward").failure == nil)
    #expect(notebook.shown("output.shape") == shape)
    let mean = notebook.shown("mean grad") ?? "nan"
    #expect(!mean.contains("nan") && !mean.contains("inf"))
  }

  @Test func extremeSizesThatDoNotFitSaySo() throws {
    for (cells, message) in [
      (
        "conv 1 1 1 padding=2147483648 stride=500000000; input 1 1 4 4; forward",
        "forward: the padded input of 4294967300 × 4294967300 has more than 2^31 rows or columns"
      ),
      (
        "conv 1 1 1 padding=1000000; input 1 1 4 4; forward",
        "forward: 1 × 1 × 2000004 × 2000004 is more than 2^31 elements"
      ),
      (
        "maxpool 2147483648 padding=1073741824 [[[[1]]]]",
        "maxpool: the padded input of 2147483649 × 2147483649 has more than 2^31 rows or columns"
      ),
      (
        "avgpool 1x2147483648 [[[[1]]]]",
        "avgpool: the kernel reaches over 1 × 2147483648, more than the padded input of 1 × 1"
      ),
    ] {
      var notebook = Notebook()
      let failure = try #require(notebook.run(cells).failure)
      #expect(failure.message == message)
    }
  }

  /// An image alone is masked, measured and explained as a batch of one.
  @Test func anImageAloneIsExplainedToo() throws {
    var alone = Notebook()
    var batch = Notebook()
    for cell in [
      "conv 1 2 3x2 padding=same as m", "mask 0.5", "input arange 1 4 5", "forward", "relu",
      "backward;",
    ] {
      #expect(alone.run(cell).failure == nil)
      #expect(batch.run(cell.replacing("arange 1 4", with: "arange 1 1 4")).failure == nil)
    }
    for cell in [
      "grad", "filters", "why grad[0,0,0,0]", "why grad[0,0,2,1]", "compare 0.5", "ablate 0.5",
      "scores",
    ] {
      // In a batch, places have one index more.
      let shown = alone.shown(cell)
      let expected = batch.shown(cell)?.replacing("Backward0 [0, ", with: "Backward0 [")
      #expect(shown != nil && shown == expected, "\(cell)")
    }
    #expect(alone.shown("view output")?.contains("masked") == true)
    #expect(alone.run("gradcheck").failure == nil)
    // The column that padding=same adds on the right is padding, not a zero of the input.
    #expect(alone.shown("why grad[1,0,1,1]")?.contains("padding") == true)
  }
}
