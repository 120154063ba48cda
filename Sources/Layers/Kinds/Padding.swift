import Kernels

/// Zeros around the input of a convolution: PyTorch's `padding`.
public enum Padding: Hashable, Sendable {
  /// So many rows above and below, and columns on the left and on the right.
  case zeros(Pair)
  /// As many as give an output of the input's size.
  case same
  /// None.
  case valid
}

extension Padding: CustomStringConvertible {
  /// As PyTorch prints it: `(1, 0)`, `same`, `valid`.
  public var description: String {
    switch self {
    case .zeros(let pair): pair.tuple
    case .same: "same"
    case .valid: "valid"
    }
  }

  /// As it is written in Python: `(1, 0)`, `'same'`, `'valid'`.
  var argument: String {
    switch self {
    case .zeros: description
    case .same, .valid: "'\(description)'"
    }
  }
}

extension Conv2d.Settings {
  /// Distance between the kernel's outer taps, both counted.
  var reach: Pair {
    Pair(
      dilation.rows * (kernelSize.rows - 1) + 1, dilation.columns * (kernelSize.columns - 1) + 1)
  }

  /// The zeros that are on both sides.
  var evenPadding: Pair {
    switch padding {
    case .zeros(let pair): pair
    case .same: Pair((reach.rows - 1) / 2, (reach.columns - 1) / 2)
    case .valid: 0
    }
  }

  /// The zeros that are below or on the right only: `same` has an odd number where the kernel is even
  /// and the dilation odd.
  var extraPadding: Pair {
    padding == .same ? Pair((reach.rows - 1) % 2, (reach.columns - 1) % 2) : 0
  }
}
