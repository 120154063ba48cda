import Pruning

/// A class of layers with masks: PyTorch's convolution or linear layer with a unit before its weight,
/// and a constant behind it.
struct LayerClass {
  /// Its name, which its layers print.
  let name: String
  /// The full name of the layer that it is made of.
  let base: String
  /// What it adds to its output; nil for nothing.
  let constant: String?
  /// The unit that its mask works by.
  var unit: String
  /// What the layer gives to the unit for a mask, in ``PythonExpression/spelling``.
  let maskSpelling: String
  /// Whether the mask works on the bias, too.
  let masksBias: Bool
  /// Its methods that choose a mask.
  let methods: [String: MaskMethod]
  /// Whether it is the class of the programs that `export` writes.
  var isExported = false

  /// Its name, where its layers print it and not that of PyTorch's layer.
  var unlikeName: String? { base.hasSuffix("." + name) ? nil : name }

  /// Whether its mask has an element for each filter.
  var masksFilters: Bool {
    let ones = base == "torch.nn.Linear" ? 1 : 3
    let (sizes, nones) = (
      String(repeating: ",1", count: ones), String(repeating: ",None", count: ones)
    )
    let spellings = [
      "self.mask.view((-1)\(sizes))", "self.mask.reshape((-1)\(sizes))",
      "self.mask.view(self.out_channels\(sizes))", "self.mask[::\(nones)]",
    ]
    return spellings.contains(maskSpelling)
  }

  /// Reads a class.
  ///
  /// - Parameters:
  ///   - type: the class.
  ///   - base: the full name of its base.
  ///   - line: its line.
  ///   - unit: gives the unit of a name, where it has one.
  /// - Throws: ``Unsayable`` where it is no such layer.
  init(
    _ type: PythonClass, base: String, line: Int, unit: (PythonExpression) -> String?
  ) throws(Unsayable) {
    func beyond(_ reason: String) -> Unsayable {
      Unsayable(line: line, reason: "the class '\(type.name.visible)', \(reason)")
    }
    guard let forward = type.method("forward"), forward.parameters.count == 2 else {
      throw beyond("which has no forward of its own")
    }
    (name, self.base) = (type.name, base)
    var outputs: [Output] = []
    for (hasMask, hasBias) in [(true, true), (true, false), (false, true)] {
      let body = try MethodBody(
        forward, calling: [.named("input")],
        assuming: MethodBody.Assumptions(hasMask: hasMask, hasBias: hasBias))
      guard let result = body.result, let output = Output(result) else {
        throw beyond("whose forward is beyond cells")
      }
      outputs.append(output)
    }
    let (masked, withoutBias, plain) = (outputs[0], outputs[1], outputs[2])
    // A class whose mask is always there does not ask for it.
    guard
      plain.weight.spelling == "self.weight" || plain.weight.spelling == masked.weight.spelling,
      masked.constant == plain.constant, withoutBias.weight.spelling == masked.weight.spelling
    else { throw beyond("whose forward is beyond cells") }
    constant = masked.constant
    if masked.weight.spelling == "self.weight" {
      (self.unit, maskSpelling, masksBias) = (MaskUnits.usual.name, "", false)
    } else {
      guard let (name, mask) = Self.applied(masked.weight, to: "self.weight", unit) else {
        throw beyond("whose weight is beyond cells")
      }
      (self.unit, maskSpelling) = (name, mask)
      if masked.bias.spelling == "self.bias" {
        masksBias = false
      } else {
        guard let (other, mask) = Self.applied(masked.bias, to: "self.bias", unit), other == name,
          mask == "self.mask"
        else { throw beyond("whose bias is beyond cells") }
        masksBias = true
      }
    }
    methods = try Self.methods(type, base, line)
  }

  /// The class of convolutions, or of linear layers, that exported programs have.
  init(exported name: String, base: String, constant: String?) {
    (self.name, self.base, self.constant) = (name, base, constant)
    (unit, maskSpelling, masksBias) = (MaskUnits.usual.name, "", true)
    methods = ["calculate_mask": MaskMethod(parameter: "rate")]
    isExported = true
  }

  private static func methods(
    _ type: PythonClass, _ base: String, _ line: Int
  ) throws(Unsayable) -> [String: MaskMethod] {
    var methods: [String: MaskMethod] = [:]
    for statement in type.body {
      switch statement.kind {
      case .function(let function):
        switch function.name {
        case "forward": break
        case "__init__": try check(initializer: function, statement.line)
        default: methods[function.name] = try MaskMethod(function, base: base)
        }
      case .expression(let expression):
        guard case .text = expression.kind else { fallthrough }
      case .pass: break
      default:
        throw Unsayable(
          line: statement.line, reason: "what a class has besides its methods")
      }
    }
    return methods
  }

  /// Looks whether an initializer does no more than that of the layer itself.
  private static func check(initializer: PythonFunction, _ line: Int) throws(Unsayable) {
    let beyond = Unsayable(line: line, reason: "a class whose layers are made in another way")
    guard initializer.parameters.map(\.name) == ["self", "*args", "**kwargs"] else { throw beyond }
    var isCalled = false
    for statement in initializer.body {
      switch statement.kind {
      case .expression(let expression):
        if case .text = expression.kind { continue }
        let spelling = expression.spelling
        guard spelling.hasPrefix("super("), spelling.hasSuffix(").__init__(*args,**kwargs)") else {
          throw beyond
        }
        isCalled = true
      case .assignment(let targets, let value):
        guard targets.count == 1, targets[0].spelling == "self.mask", value.name == "None" else {
          throw beyond
        }
      default: throw beyond
      }
    }
    guard isCalled else { throw beyond }
  }

  /// The unit that makes a parameter what the layer uses, and the mask that it is given.
  private static func applied(
    _ expression: PythonExpression, to parameter: String, _ unit: (PythonExpression) -> String?
  ) -> (unit: String, mask: String)? {
    switch expression.kind {
    case .call(let callee, let arguments):
      guard case .attribute(let owner, "apply") = callee.kind, let name = unit(owner),
        arguments.count == 2, arguments.allSatisfy({ $0.key == nil && $0.stars.isEmpty }),
        arguments[0].value.spelling == parameter
      else { return nil }
      return (name, arguments[1].value.spelling)
    case .binary("*", let left, let right):
      // A product lets through the gradient where its mask is 1.
      if left.spelling == parameter { return (MaskUnits.ordinary.name, right.spelling) }
      if right.spelling == parameter { return (MaskUnits.ordinary.name, left.spelling) }
      return nil
    default: return nil
    }
  }

  /// What a forward pass gives: a layer's function of weight and bias, and a constant.
  private struct Output {
    let weight: PythonExpression
    let bias: PythonExpression
    let constant: String?

    init?(_ result: PythonExpression) {
      var call = result
      var constant: String?
      if case .binary("+", let left, let right) = result.kind, case .number(let text) = right.kind {
        (call, constant) = (left, text)
      }
      self.constant = constant
      guard case .call(let callee, let arguments) = call.kind,
        arguments.allSatisfy({ $0.key == nil && $0.stars.isEmpty }),
        arguments.first?.value.name == "input"
      else { return nil }
      let own = { (name: String) in
        PythonExpression(
          kind: .attribute(PythonExpression(kind: .name("self"), line: 0), name), line: 0)
      }
      let rest = arguments.dropFirst().map(\.value)
      let name = callee.path?.suffix(2).joined(separator: ".") ?? callee.spelling
      if name.hasSuffix("super().forward") || callee.spelling.hasPrefix("super(") {
        guard rest.isEmpty, callee.spelling.hasSuffix(".forward") else { return nil }
        (weight, bias) = (own("weight"), own("bias"))
      } else if callee.spelling == "self._conv_forward" || name == "F.linear"
        || name == "functional.linear"
      {
        guard rest.count == 2 else { return nil }
        (weight, bias) = (rest[0], rest[1])
      } else if name == "F.conv2d" || name == "functional.conv2d" {
        let geometry = ["stride", "padding", "dilation", "groups"].map { "self.\($0)" }
        guard rest.count == 6, rest[2...].map(\.spelling) == geometry else { return nil }
        (weight, bias) = (rest[0], rest[1])
      } else {
        return nil
      }
    }
  }
}
