import Language
import Tensors

/// `seed N`: starts the random generator anew.
enum SeedCommand: Command {
  static let name = "seed"
  static let hasValue = false
  static let summary = "start the random generator anew"
  static let details = """
    The same seed gives the same numbers on every machine, bit for bit those of PyTorch on the CPU
    (Mersenne Twister; the low 32 bits of the seed count). A fresh session behaves as if seed 0 had
    been run.
    """
  static let example = """
    seed 7
    input 1 1 2 2
    #> tensor([[[[-0.1468,  0.7861],
    #>           [ 0.9468, -1.1143]]]])
    """

  static let seed = Argument<UInt64>(
    "N", kind: .integer(Int.min...Int.max), fits: { $0.number != nil },
    decode: { value, _ in
      guard let word = value.word, let number = Double(literal: word) else {
        throw ArgumentError.notANumber("N", value.quoted)
      }
      if let seed = UInt64(word) { return seed }
      if let seed = Int64(word) { return UInt64(bitPattern: seed) }
      throw !number.isFinite || word.contains(where: { ".eE".contains($0) })
        ? ArgumentError.notWhole("N", word) : ArgumentError.noSeed(word)
    })
  static let forms = [Form(seed)]

  static func run(_ call: Call, in evaluation: inout Evaluation) throws -> Value? {
    evaluation.session.generator = Generator(seed: try call[seed])
    return nil
  }

  static func python(_ call: Call, in scope: inout PythonScope) throws -> PythonCode? {
    let number = try scope.text(computedAt: call.range(of: seed)) ?? "\(try call[seed])"
    return PythonCode(["torch.manual_seed(\(number))"])
  }
}
