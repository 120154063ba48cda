import Foundation
import TestSupport
import Testing

/// What memory cannot hold is an error of its cell and never the end of the program: everything that
/// makes a tensor, on 400 MB under the shell's limit of 1 GB.
@Suite(.disabled(if: Sanitizer.isOn)) struct MemoryLimitTests {
  /// Cells of which at least one needs more than there is.
  static let scripts = [
    "batchnorm 100000000;",
    "conv 1 100000000 1;\nforward;\nbackward;",
    "linear 1 100000000;\ninput 1 1 1 1;\nflatten input;\nforward;\nbackward;",
    "input ones 1 1 10000 10000;\nrelu input;\nrelu;\nbackward;",
    "input ones 1 1 10000 10000;\nleaky_relu input;\nleaky_relu;",
    "input ones 1 1 10000 10000;\nsigmoid input;\ntanh;",
    "input ones 1 1 10000 10000;\nmaxpool 1 input;\nmaxpool 1;",
    "input ones 1 1 10000 10000;\navgpool 1 input;\navgpool 1;",
    "input ones 1 1 10000 10000;\nmse target=0 input;\nmean;",
    "input ones 1 1 10000 10000 requires_grad=true;\nmse target=0 input;\nbackward;",
    "input ones 1 1 10000 10000;\nconv 1 1 3 padding=1;\nforward;\nbackward;\ngradcheck",
    "input ones 1 1 10000 10000;\nbatchnorm 1;\nforward;\nbackward;",
    "input ones 1 1 10000 10000 as x;\ny = x * 2;\nz = y * 2;\nz * 2",
    "conv 1 100000000 1 bias=false;\nmask 0.5;\nprune 0.5;\nscores\npruned",
    "conv 1 100000000 1 bias=false;\nablate 0.5",
    "conv 1 100000000 1 bias=false;\ncompare 0.5",
    "conv 1 100000000 1 bias=false;\ncopy conv1 as other;\nstep 0.1;\nfilters",
    "input ones 1 1 10000 10000 requires_grad=true;\nflatten input;\ncross_entropy target=[1];\nbackward;",
    "linear 10000 10000;\ninput ones 10000 10000 1 1;\nflatten input;\nforward input=output;\nbackward;",
    "input ones 1 1 10000 10000;\nconv 1 8 1;\nforward;\nrelu;\nbackward;",
    "net conv(1,4,3) relu maxpool(2) flatten linear(99960004,1) as n;\ninput ones 1 1 10000 10000;\nforward;",
    "input ones 1 1 10000 10000;\nprintoptions threshold=2000000000\nrelu input;\ninput",
    "input ones 100000000 1 1 1;\nprintoptions threshold=inf\ninput",
    "input ones 1 1 8000 8000 requires_grad=true;\nmean input;\nbackward;\nwhy input.grad\ngradcheck",
    "conv 1 1 1 bias=false;\ninput ones 1 1 6000 6000;\nforward;\nbackward;\nwhy grad[0, 0, 0, 0]",
    "conv 1 20000000 1;\ninput 1 1 1 1;\nforward;\nbackward;\nfilters\ncompare 0.5",
    "linear 3 20000000;\ninput [[1, 2, 3]];\nforward;\nbackward;\nstep 0.1;\ncopy linear1 as other;\ndiff\ninput ones 1 1 10000 10000;",
    "conv 1 1 12001 padding=6000;\ninput 1 1 1 1;\nforward;\nbackward;",
    "input ones 1 1 1 140000000 requires_grad=true as x;\nmaxpool (1,3) x stride=3;",
    "tensor \(String(repeating: "x ", count: 2_000_000));",
    "conv 1 1 1 padding=6000;\ninput 1 1 1 1;\nforward;\nbackward;",
  ]

  @Test(arguments: scripts) func isAnErrorOfTheCell(script: String) throws {
    let run = try Program.run(script: script, ["--keep-going"], addressSpace: 1_000_000)
    #expect(run.status == 1, "\(run.errors.suffix(300))")
    #expect(run.errors.contains(" of memory "), "\(run.errors.prefix(600))")
  }

  /// A file takes memory for what is asked for: the tensors of a network once, of one of them that
  /// one, of a list none.
  @Test func aCheckpointTakesNoMoreThanItsTensors() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/large.safetensors"
    let header = """
      {"a.weight":{"dtype":"F32","shape":[50000,1000],"data_offsets":[0,200000000]},\
      "b.bias":{"dtype":"F32","shape":[4],"data_offsets":[200000000,200000016]}}
      """
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
    bytes += header.utf8
    try Data(bytes).write(to: URL(filePath: path))
    // The rest is a hole, which reads as zeros.
    #expect(truncate(path, bytes.count + 200_000_016) == 0)
    let listed = try Program.run(["-c", "load \(path)"], addressSpace: 180_000)
    #expect(listed.status == 0 && listed.output.contains("2 tensors"), "\(listed.errors)")
    let one = try Program.run(["-c", "load \(path) b.bias as b; b.shape"], addressSpace: 180_000)
    #expect(one.status == 0 && one.output == "torch.Size([4])\n", "\(one.errors)")
    let all = try Program.run(["-c", "load \(path) as n; n"], addressSpace: 380_000)
    #expect(all.status == 0 && all.output.contains("in_features=1000"), "\(all.errors)")
    let tooLarge = try Program.run(["-c", "load \(path) as n"], addressSpace: 180_000)
    #expect(tooLarge.status == 1 && tooLarge.errors.contains(" of memory "))
  }

  /// A map keeps nothing of the elements that need no explanation.
  @Test func aMapOfALargeGradientFits() throws {
    let run = try Program.run(
      script: "input ones 1 1 2000 2000 requires_grad=true;\nmean input; backward;\nwhy input.grad",
      addressSpace: 600_000)
    #expect(run.status == 0, "\(run.errors.suffix(300))")
    #expect(run.output.hasSuffix(" .  4000000  not zero\n"))
  }

  /// Many small ones are looked at as well, and the session goes on once they are given up.
  @Test func manySmallTensorsAreTooMuch() throws {
    let cells = (0..<60).map { "input 1 1 2000 2000 as t\($0);" } + ["tensor [7]"]
    let run = try Program.run(
      script: cells.joined(separator: "\n"), ["--keep-going"], addressSpace: 1_000_000)
    #expect(run.status == 1)
    #expect(run.errors.contains(" of memory are free"))
    #expect(run.output == "tensor([7.])\n")
  }
}
