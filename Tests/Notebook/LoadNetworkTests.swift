import Files
import Foundation
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// `load FILE as NAME` of a state_dict: the layers that it tells, and what networks filled with it
/// give for PyTorch's ten images (`Fixtures/files/record_networks.py`).
struct LoadNetworkTests {
  private struct Recorded: Decodable {
    struct Network: Decodable {
      let images: [Float]
      let outputs: [Float]
    }
    let lenet: Network
    let vgg: Network
    let resnet: Network
  }

  private static let recorded = made { try Fixture.read("files/networks") as Recorded }
  private static let folder = Fixture.tests.appendingPathComponent("Fixtures/files").path

  private static func lines(_ cell: String, in notebook: inout Notebook) -> [Substring] {
    let result = notebook.run(cell.replacing("@", with: folder + "/"))
    return (result.text ?? result.failure?.message ?? "").split(separator: "\n")
  }

  @Test func aStateDictBecomesItsLayers() {
    var notebook = Notebook.after(["seed 3; x = rand(1);", "seed 3;"])
    let lines = Self.lines("load @lenet.pt as n", in: &notebook)
    #expect(
      lines.prefix(5) == [
        "file   layer    stage          weight", "conv1  conv1    conv(1,4,3)    [4, 1, 3, 3]",
        "conv2  conv2    conv(4,6,2)    [6, 4, 2, 2]",
        "fc1    linear1  linear(24,12)  [12, 24]", "fc2    linear2  linear(12,10)  [10, 12]",
      ])
    #expect(lines[5].hasPrefix("n: 8 tensors of 4 layers, crc32 "))
    #expect(
      lines[7] == "  net conv(1,4,3) conv(4,6,2) flatten linear(24,12) linear(12,10) as n")
    #expect(notebook.shown("rand(1) == x") == "tensor([True])", "nothing was drawn")
    #expect(notebook.run("load \(Self.folder)/lenet.pt conv2.weight as w").failure == nil)
    #expect(notebook.shown("equal(n.conv2.weight, w)") == "True")
    #expect(notebook.run("mask 0.5 n; sparsity n").failure == nil)
    #expect(notebook.run("undo 5").failure == nil && notebook.run("n").failure != nil)
  }

  /// Sorted names have lost the order: numbers count as numbers, linear layers stand last.
  @Test func aSortedFileHasItsLayersInOrder() {
    var notebook = Notebook()
    let lines = Self.lines("load @vgg.safetensors as n", in: &notebook)
    #expect(
      lines.dropFirst().prefix(14).map { $0.prefix { $0 != " " } } == [
        "features.0", "features.1", "features.4", "features.5", "features.7", "features.8",
        "features.10", "features.11", "features.13", "features.14", "features.16", "features.17",
        "classifier.0", "classifier.3",
      ])
    #expect(notebook.shown("n.linear2.weight.shape") == "torch.Size([5, 8])")
    #expect(notebook.shown("n.batchnorm6.running_var.shape") == "torch.Size([6])")
  }

  /// Sorted names put batch norms before convolutions, and blocks among them.
  @Test func blocksOfASortedFileAreInOrder() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/r.safetensors"
    let script = Self.networks.last?.net ?? ""
    let names = [
      "conv1", "bn1", "layer1.0.conv1", "layer1.0.bn1", "layer1.0.conv2", "layer1.0.bn2",
      "layer1.1.conv1", "layer1.1.bn1", "layer1.1.conv2", "layer1.1.bn2", "fc",
    ]
    var notebook = Notebook.after(["net \(script) as n", "load \(Self.folder)/resnet.pt into n"])
    // The same tensors under the names of the class, sorted.
    let file = try TensorFile(
      ByteSource(Array(Data(contentsOf: URL(filePath: Self.folder + "/resnet.pt")))),
      limit: 1 << 20)
    let prefix = "state_dict.module."
    let tensors = try file.entries.filter { $0.name.hasPrefix(prefix) }.map {
      (name: String($0.name.dropFirst(prefix.count)), values: try $0.tensor.values())
    }
    try Data(SafetensorsWriter.bytes(tensors)).write(to: URL(filePath: path))
    let lines = Self.lines("load \(path) as s", in: &notebook)
    #expect(lines.dropFirst().prefix(11).map { String($0.prefix { $0 != " " }) } == names)
    #expect(notebook.run("net \(script) as k").failure == nil)
    #expect(notebook.run("load \(path) into k").failure == nil)
    for name in ["[0].weight", "[3][0].weight", "[3][4].running_var", "[5][3].weight", "[9].bias"] {
      #expect(notebook.shown("equal(k\(name), n\(name))") == "True", "\(name)")
    }
  }

  @Test func groupsAreGuessed() throws {
    let folder = try TemporaryFolder()
    var notebook = Notebook.after([
      "net conv(3,8,3) conv(8,16,3,groups=2) conv(16,16,3,groups=16) conv(16,4,1) as n",
      "save \(folder.path)/g.npz n", "load \(folder.path)/g.npz as m",
    ])
    #expect(notebook.shown("m")?.contains("(1): Conv2d(8, 16, kernel_size=(3, 3)") == true)
    #expect(notebook.shown("m") == notebook.shown("n"))
    let text = notebook.shown("load \(folder.path)/g.npz as k") ?? ""
    #expect(text.contains("groups= is a guess"))
    #expect(notebook.run("forward m input=randn(1, 3, 9, 9)").failure == nil)
  }

  @Test func theNetworkOfACheckpointIsFound() {
    var notebook = Notebook()
    let lines = Self.lines("load @resnet.pt as n", in: &notebook)
    #expect(lines[3].hasPrefix("layer1.0.conv1  conv2 "))
    #expect(lines.contains { $0.hasPrefix("n: 27 tensors of 11 layers of 'state_dict', crc32 ") })
    #expect(lines.last?.hasSuffix("/resnet.pt state_dict into n") == true)
    let named = Self.lines("load @resnet.pt state_dict as m", in: &notebook)
    #expect(named.contains { $0.hasPrefix("m: 27 tensors of 11 layers") })
    #expect(notebook.shown("equal(m.conv3.weight, n.conv3.weight)") == "True")
    let text = Self.lines("load @resnet.pt optimizer as o", in: &notebook).joined()
    #expect(text.contains("holds"), "\(text)")
    let net = try? #require(Self.networks.last?.net)
    #expect(notebook.run("net \(net ?? "") as k").failure == nil)
    let filled = Self.lines("load @resnet.pt into k", in: &notebook)
    #expect(
      filled.first?.hasPrefix("27 tensors of 'state_dict' in order into k, crc32 ") == true,
      "\(filled)")
  }

  @Test func whatIsOfNoLayerIsLeftOut() throws {
    let folder = try TemporaryFolder()
    var notebook = Notebook.after([
      "conv 1 2 1 as m", "position = ones(3, 4, 5)",
      "save \(folder.path)/a.npz m.weight m.bias position",
    ])
    let text = notebook.shown("load \(folder.path)/a.npz as n") ?? ""
    #expect(text.contains("left out, of no layer that there is: position"))
    #expect(text.contains("m     conv1  conv(1,2,1)  [2, 1, 1, 1]"))
    #expect(notebook.run("y = ones(2); save \(folder.path)/c.npz position y").failure == nil)
    let refused = notebook.run("load \(folder.path)/c.npz as k").failure
    #expect(refused?.message.contains("2 tensors, none of a convolution") == true)
    #expect(refused?.remedy?.contains("KEY as NAME takes one") == true)
  }

  /// What was loaded by the names of a class is saved by them, after pruning too; a network of another
  /// making by its places.
  @Test func namesOfTheFileComeBack() throws {
    let folder = try TemporaryFolder()
    let names = { (path: String) throws -> Set<String> in
      let data = try Data(contentsOf: URL(filePath: folder.path + path))
      return try Set(TensorFile(ByteSource(Array(data)), limit: 1 << 20).entries.map(\.name))
    }
    func tensor(_ shape: Shape) -> FileTensor.Values {
      .float32(Tensor([Float](repeating: 1, count: shape.count), shape: shape))
    }
    let tensors: [(name: String, values: FileTensor.Values)] = [
      ("conv1.weight", tensor([4, 1, 3, 3])), ("body.fc.weight", tensor([2, 36])),
      ("body.fc.bias", tensor([2])),
    ]
    try Data(SafetensorsWriter.bytes(tensors)).write(
      to: URL(filePath: folder.path + "/a.safetensors"))
    var notebook = Notebook.after([
      "load \(folder.path)/a.safetensors as n", "mask 0.5 n.conv1",
      "save \(folder.path)/b.npz n masked=true", "mask off n.conv1", "prune 0.5 n.conv1",
      "save \(folder.path)/c.npz n",
      "net conv(1,4,3,bias=false) relu flatten linear(36,2) as k",
      "save \(folder.path)/d.npz k", "load \(folder.path)/a.safetensors into k",
      "save \(folder.path)/e.npz k", "copy k as m; save \(folder.path)/f.npz m",
    ])
    let all: Set = ["conv1.weight", "body.fc.weight", "body.fc.bias"]
    for path in ["/b.npz", "/e.npz", "/f.npz"] { #expect(try names(path) == all, "\(path)") }
    #expect(
      try names("/c.npz")
        == all.subtracting(["conv1.weight"]).union(["conv1.weight_orig", "conv1.weight_mask"]))
    #expect(try names("/d.npz") == ["0.weight", "3.weight", "3.bias"])
    #expect(notebook.run("undo 3").failure == nil, "the names are part of the state")
    #expect(notebook.run("save \(folder.path)/g.npz k").failure == nil)
    #expect(try names("/g.npz") == ["0.weight", "3.weight", "3.bias"])
  }

  /// A pruned layer of PyTorch's comes back pruned: weight_orig, weight_mask and their product.
  @Test func prunedLayersComeBack() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/p.safetensors"
    var notebook = Notebook.after([
      "net conv(1,4,3) relu flatten linear(36,2,bias=false) as n", "prune 0.5 n.conv1",
      "prune l1_unstructured 0.5 n.linear1", "save \(path) n", "load \(path) as k",
    ])
    for name in ["conv1.weight_orig", "conv1.weight_mask", "linear1.weight", "conv1.bias"] {
      #expect(notebook.shown("equal(k.\(name), n.\(name))") == "True", "\(name)")
    }
    #expect(notebook.shown("k.conv1.weight")?.hasSuffix("grad_fn=<MulBackward0>)") == true)
    #expect(
      notebook.run("net conv(1,4,3) relu flatten linear(36,2,bias=false) as d").failure == nil)
    let refused = notebook.run("load \(path) into d").failure
    #expect(refused?.remedy?.contains("load FILE as NAME keeps that") == true)
  }

  /// What does not follow the layer before it is said to be something else than a row.
  @Test func shortcutsAreNamed() throws {
    let folder = try TemporaryFolder()
    var notebook = Notebook.after([
      "net conv(4,8,3) batchnorm(8) conv(8,8,3) conv(8,4,1) as n",
      "save \(folder.path)/straight.npz n",
    ])
    let straight = notebook.shown("load \(folder.path)/straight.npz as a") ?? ""
    #expect(straight.contains("What a file does not say:") && !straight.contains("shortcut"))
    func tensor(_ shape: Shape) -> FileTensor.Values {
      .float32(Tensor([Float](repeating: 1, count: shape.count), shape: shape))
    }
    let tensors: [(name: String, values: FileTensor.Values)] = [
      ("conv1.weight", tensor([8, 4, 3, 3])), ("conv2.weight", tensor([8, 8, 3, 3])),
      ("downsample.weight", tensor([8, 4, 1, 1])),
    ]
    try Data(SafetensorsWriter.bytes(tensors)).write(
      to: URL(filePath: folder.path + "/a b.safetensors"))
    let text = notebook.shown("load \"\(folder.path)/a b.safetensors\" as b") ?? ""
    #expect(text.contains("not of the channels of the layer before: conv3"))
    #expect(text.hasSuffix("then: load \"\(folder.path)/a b.safetensors\" into b"))
  }

  /// One wrong size is that, not ten missing names; the part of a checkpoint is named.
  @Test func oneWrongSizeIsNamed() throws {
    let folder = try TemporaryFolder()
    func tensor(_ shape: Shape) -> FileTensor.Values {
      .float32(Tensor([Float](repeating: 1, count: shape.count), shape: shape))
    }
    let layers: [(name: String, values: FileTensor.Values)] = [
      ("conv.weight", tensor([6, 1, 5, 5])), ("fc1.weight", tensor([12, 600])),
      ("fc2.weight", tensor([3, 12])),
    ]
    let tensors = ["model.", "ema."].flatMap { part in
      layers.map { (name: part + $0.name, values: $0.values) }
    }
    let path = folder.path + "/two.safetensors"
    try Data(SafetensorsWriter.bytes(tensors)).write(to: URL(filePath: path))
    let net =
      "net conv(1,6,5,bias=false) flatten linear(600,WIDTH,bias=false) linear(12,3,bias=false)"
    var notebook = Notebook.after([
      net.replacing("WIDTH", with: "12") + " as n", net.replacing("WIDTH", with: "10") + " as k",
    ])
    #expect(
      notebook.shown("load \(path) into n")?.hasPrefix("3 tensors of 'model' in order into n")
        == true)
    let message = notebook.run("load \(path) into k").failure?.message ?? ""
    #expect(
      message.contains(
        "size mismatch for linear1.weight: copying a param with shape torch.Size([12, 600]) from "
          + "checkpoint, the shape in current model is torch.Size([10, 600])."))
    #expect(!message.contains("Missing"), "\(message)")
  }

  private static let vgg =
    [4, 6, 6, 6, 6, 6].enumerated().map { index, width in
      let input = index == 0 ? 3 : index == 1 ? 4 : 6
      return "conv(\(input),\(width),3,padding=1,bias=false) batchnorm(\(width)) relu"
        + (index == 0 ? " maxpool(2)" : "")
    }.joined(separator: " ") + " flatten linear(96,8) relu linear(8,5)"

  private static let block =
    "residual(conv(4,4,3,padding=1,bias=false) batchnorm(4) relu "
    + "conv(4,4,3,padding=1,bias=false) batchnorm(4)) relu"

  private static let networks: [(net: String, file: String, channels: Int)] = [
    (
      "conv(1,4,3) relu maxpool(2) conv(4,6,2) relu flatten linear(24,12) relu linear(12,10)",
      "lenet.pt", 1
    ),
    (vgg, "vgg.safetensors", 3),
    (
      "conv(3,4,3,padding=1,bias=false) batchnorm(4) relu \(block) \(block) avgpool(8) flatten "
        + "linear(4,5)", "resnet.pt state_dict", 3
    ),
  ]

  @Test(arguments: networks)
  func outputsOnTenImagesArePyTorchs(net: String, file: String, channels: Int) throws {
    let recorded = [
      "lenet.pt": Self.recorded.lenet, "vgg.safetensors": Self.recorded.vgg,
      "resnet.pt state_dict": Self.recorded.resnet,
    ]
    let (expected) = try #require(recorded[file])
    var notebook = Notebook()
    #expect(notebook.run("net \(net) as n").failure == nil)
    #expect(notebook.run("load \(Self.folder)/\(file) into n").failure == nil)
    let images = expected.images.map { "\($0)" }.joined(separator: ", ")
    #expect(notebook.run("x = tensor([\(images)]);").failure == nil)
    let result = notebook.run("eval n; forward n input=(x.view(10, \(channels), 8, 8))")
    guard case .tensor(let output)? = result.value else {
      Issue.record("\(result.failure?.message ?? "no output")")
      return
    }
    #expect(
      FloatDifference(output.tensor.elements, near: expected.outputs, tolerance: 2e-6) == nil)
  }
}
