import TestSupport
import Testing

@testable import Tensors

struct TensorPrinterTests {
  struct Options: Decodable, Sendable {
    let precision: Int?
    let threshold: Int?
    let edgeitems: Int?
    let linewidth: Int?
    let sci_mode: Bool?

    var printOptions: PrintOptions {
      var options = PrintOptions()
      options.precision = precision ?? options.precision
      options.threshold = threshold ?? options.threshold
      options.edgeItems = edgeitems ?? options.edgeItems
      options.lineWidth = linewidth ?? options.lineWidth
      options.scientific = sci_mode
      return options
    }
  }

  struct Printed: Decodable, Sendable {
    let shape: [Int]
    let values: Floats
    let text: [String]
    let options: Options?
    let requiresGrad: Bool?
    let gradientFunction: String?

    var suffix: GradientSuffix {
      if let gradientFunction { return .gradientFunction(gradientFunction) }
      return requiresGrad == true ? .requiresGrad : .none
    }
  }

  struct Content: Decodable {
    let torch: String
    let tensors: [Printed]
  }

  @Test func printsWhatPyTorchPrints() throws {
    let content: Content = try Fixture.read("printing")
    #expect(content.torch.hasPrefix("2.15.0"))
    #expect(content.tensors.count > 500)
    for (number, printed) in content.tensors.enumerated() {
      let tensor = Tensor(printed.values.values, shape: Shape(printed.shape))
      let options = printed.options?.printOptions ?? PrintOptions()
      let text = try tensor.text(options: options, suffix: printed.suffix)
      #expect(
        TextDifference(text, printed.text.joined(separator: "\n")) == nil,
        "tensor \(number) of shape \(tensor.shape), \(options), \(printed.suffix)")
    }
  }

  /// A random choice must not have left out what a table can name.
  @Test func theFixturesReachEveryOption() throws {
    let content: Content = try Fixture.read("printing")
    func count(_ isMeant: (Printed) -> Bool) -> Int { content.tensors.count(where: isMeant) }
    #expect(count { $0.shape.isEmpty } >= 30)
    #expect(count { $0.shape.contains(0) } >= 15)
    #expect(count { $0.options?.edgeitems == 0 } >= 10)
    #expect(count { $0.options?.precision == 0 } >= 10)
    #expect(count { $0.options?.sci_mode == true } >= 10)
    #expect(count { $0.options?.sci_mode == false } >= 10)
    #expect(count { $0.text.last?.hasPrefix("       requires_grad") == true } >= 5)
    #expect(count { $0.text.last?.hasPrefix("       grad_fn") == true } >= 5)
    #expect(count { $0.text.contains { $0.contains("...") } } >= 20)
  }
}
