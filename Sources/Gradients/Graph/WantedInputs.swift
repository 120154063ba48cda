/// For each input of an operation whether its gradient is needed: PyTorch's `ctx.needs_input_grad`.
///
/// A list would be one more allocation for each node of a graph; hardly any operation has more inputs
/// than a number has bits.
public struct WantedInputs: Sendable {
  private var bits: UInt64 = 0
  private var rest: [Bool] = []

  /// Those of so many inputs for which a condition holds.
  init(_ count: Int, _ isWanted: (Int) -> Bool) {
    for place in 0..<count {
      let isWanted = isWanted(place)
      if place >= UInt64.bitWidth {
        rest.append(isWanted)
      } else if isWanted {
        bits |= 1 << UInt64(place)
      }
    }
  }

  /// Whether none is.
  var isEmpty: Bool { bits == 0 && !rest.contains(true) }

  /// Whether that of one input is.
  public subscript(_ input: Int) -> Bool {
    input < UInt64.bitWidth ? bits >> UInt64(input) & 1 == 1 : rest[input - UInt64.bitWidth]
  }
}
