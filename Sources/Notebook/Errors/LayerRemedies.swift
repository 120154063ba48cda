import Language
import Gradients
import Kernels
import Layers
import Pruning
import Running
import Tensors

// What to do where a layer, a loss or a shape is refused.

extension LayerError: Explained {
  public var remedy: String? {
    switch self {
    case .groupsDoNotDivide: "both IN and OUT must be multiples of groups"
    case .inputRank(_, "[N, …]"): nil
    case .inputRank(_, let expected):
      expected.contains("H")
        ? "input 1 1 4 4 draws a batch of one image with one channel, 4 × 4"
        : "flatten makes rows of features; forward input=input runs on the input, not on output"
    case .inputFeatures:
      "flatten makes rows of features, of which linear IN OUT must be told the number"
    case .stage(_, _, let error): error.remedy
    case .inputChannels(_, let expected): "input 1 \(expected) 4 4 draws one that fits"
    case .kernelTooLarge: "take a larger input, a smaller kernel, or more padding"
    case .paddingTooLarge(_, let size):
      "padding=\(Pair(size.rows / 2, size.columns / 2).argument) is the most"
    case .samePaddingWithStride: "leave out stride, or give the padding as numbers"
    case .paddedTooLarge, .scratchTooLarge: "take less padding, a smaller kernel or dilation"
    case .emptyInput, .oneValuePerChannel, .changedShape: nil
    }
  }
}

extension AttributeError: Explained {
  public var remedy: String? {
    switch self {
    case .noMask: "mask RATE makes one: mask 0.5"
    case .maskOfPruning: "it was pruned with prune, whose mask is weight_mask: weight_mask == 0"
    case .notPruned: "prune RATE prunes it: prune 0.5"
    }
  }
}

extension MaskError: Explained {
  public var remedy: String? {
    switch self {
    case .shape(let found, _, let weight):
      AxisStructure.all.first {
        (try? $0.partition(of: weight))?.groups == found && found.rank > 0
      }.map { "structure=\($0.name) takes one number for each \($0.group)" }
        ?? self.filters.map { "one number for each filter: mask \($0)" }
    case .groups: nil
    case .pattern: "structure=connection takes any zeros and ones"
    case .value: "mask RATE chooses the filters itself: mask 0.5"
    }
  }
}

extension MaskError {
  /// A mask of the filters to be typed, where its shape was wrong.
  var filters: String? {
    guard case .shape(_, let filters, _) = self else { return nil }
    let numbers = (0..<min(filters.count, 8)).map { $0 % 2 == 0 ? "0" : "1" }
    return "[" + numbers.joined(separator: ", ") + (filters.count > 8 ? ", …]" : "]")
  }
}

extension BackwardError: Explained {
  public var remedy: String? {
    switch self {
    case .needsNoGradient: "a gradient flows from what forward computed with a layer"
    case .usedUp: "run forward again: each backward uses up the graph that forward recorded"
    case .noDerivative: "detach() takes the value out of the graph"
    }
  }
}

extension LossError: Explained {
  public var remedy: String? {
    switch self {
    case .targetShape: "mse target=NUMBER compares every element with that number"
    case .scoresRank: "flatten makes rows; linear IN C gives a score for each of C classes"
    case .targetCount: "one class number for each row: target=[3] for one image"
    case .probabilities: "here it is class numbers: one for each row, such as target=[0, 2, 1]"
    case .noSuchClass: "classes are counted from 0; -100 leaves a row out"
    case .empty: nil
    }
  }
}
