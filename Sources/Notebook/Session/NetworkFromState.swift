import Files
import Functions
import Layers
import Tensors

/// A network that a state_dict can be of: its layers one after the other, as far as names and shapes
/// tell.
///
/// What has no tensors, such as activations and pooling, and what no shape shows, such as strides and
/// padding, is not in a file. Only a flatten is put where none could be left out.
struct NetworkFromState {
  /// One layer.
  struct Stage {
    /// What the file calls it.
    let prefix: String
    /// How `net` makes it: `conv(1,6,5)`.
    let text: String
    /// What the network calls it: `conv1`.
    let name: String
    /// The shape of its weight.
    let shape: Shape
    let tensors: [String: FileTensor]
  }

  /// The layers, in order.
  private(set) var stages: [Stage] = []
  /// Whether a convolution seems to have groups, which its shape alone does not say.
  private(set) var guessesGroups = false
  /// What belongs to no kind of layer that there is.
  private(set) var left: [String] = []

  /// Finds the layers of a state_dict.
  init(_ entries: [TensorFile.Entry]) {
    var counts: [String: Int] = [:]
    var channels: Int?
    for group in StateGroup.groups(of: entries) {
      guard let (verb, arguments) = Self.layer(group, after: channels) else {
        left += group.tensors.keys.sorted().map {
          group.prefix.isEmpty ? $0 : "\(group.prefix).\($0)"
        }
        continue
      }
      let shape = group.weight?.shape ?? []
      channels = shape.rank > 0 ? shape[0] : nil
      counts[verb, default: 0] += 1
      if arguments.contains(where: { $0.hasPrefix("groups=") }) { guessesGroups = true }
      stages.append(
        Stage(
          prefix: group.prefix, text: "\(verb)(\(arguments.joined(separator: ",")))",
          name: "\(verb)\(counts[verb] ?? 1)", shape: shape, tensors: group.tensors))
    }
  }

  /// The line that makes the network, of random values.
  func line(naming name: String) -> String {
    var words: [String] = []
    var wasKernel = false
    for stage in stages {
      // No linear layer follows a convolution without one.
      if wasKernel, stage.shape.rank == 2 { words.append("flatten") }
      wasKernel = stage.shape.rank != 2
      words.append(stage.text)
    }
    return "net \(words.joined(separator: " ")) as \(name)"
  }

  /// The state by the network's own names.
  ///
  /// - Throws: `ShapeError` where memory cannot hold it, `Cancelled`.
  func values() throws -> [String: Tensor] {
    var values: [String: Tensor] = [:]
    for stage in stages {
      for (attribute, tensor) in stage.tensors {
        values["\(stage.name).\(attribute)"] = try TensorValue(tensor).floats().tensor
      }
    }
    return values
  }

  /// The verb of a layer's stage, and its arguments; nil where the tensors are of no layer.
  private static func layer(
    _ group: StateGroup, after channels: Int?
  ) -> (verb: String, arguments: [String])? {
    guard let shape = group.weight?.shape else { return nil }
    let names = Set(group.tensors.keys)
    let hasBias = names.contains("bias")
    let withoutBias = hasBias ? [] : ["bias=false"]
    if let bias = group.tensors["bias"], bias.shape != [shape[0]] { return nil }
    switch shape.rank {
    case 4 where names.subtracting(["weight", "bias"]).isEmpty && shape.count > 0:
      let (rows, columns) = (shape[2], shape[3])
      let kernel = rows == columns ? "\(rows)" : "\(rows)x\(columns)"
      // Fewer input channels than the layer before has outputs: each group of filters reads a part of
      // them. A single point is rather the shortcut of a block, which reads the block's input.
      let ratio = (channels ?? 1) / max(1, shape[1])
      let hasGroups =
        rows * columns > 1 && ratio > 1 && channels == ratio * shape[1]
        && shape[0].isMultiple(of: ratio)
      let groups = hasGroups ? ratio : 1
      return (
        "conv",
        ["\(shape[1] * groups)", "\(shape[0])", kernel] + (groups > 1 ? ["groups=\(groups)"] : [])
          + withoutBias
      )
    case 2 where names.subtracting(["weight", "bias"]).isEmpty && shape.count > 0:
      return ("linear", ["\(shape[1])", "\(shape[0])"] + withoutBias)
    case 1 where hasBias && names.contains("running_mean") && names.contains("running_var"):
      let fits = group.tensors.values.allSatisfy { $0.shape == shape }
      return fits && group.tensors.count == 4 ? ("batchnorm", ["\(shape[0])"]) : nil
    default: return nil
    }
  }
}
