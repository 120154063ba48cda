import Layers

/// What a program imports or defines once, before its first cell.
enum PythonDefinition: CaseIterable {
  case functional, pruning, copying, unit, masked, convolution, linear, residual, copied

  /// What it needs itself.
  var needs: [PythonDefinition] {
    switch self {
    case .functional, .pruning, .copying, .unit, .residual: []
    case .masked: [.unit]
    case .convolution: [.masked]
    case .linear: [.masked, .functional]
    case .copied: [.copying]
    }
  }

  /// What a program calls it.
  var name: String {
    switch self {
    case .functional: "F"
    case .pruning: "prune"
    case .copying: "copy"
    case .unit: "DPU"
    case .masked: "Masked"
    case .convolution: Conv2d.kind
    case .linear: Linear.kind
    case .residual: Residual.kind
    case .copied: "copied"
    }
  }

  /// Whether it is a line among the imports.
  var isImport: Bool { [.functional, .pruning, .copying].contains(self) }

  var text: String {
    switch self {
    case .functional: "import torch.nn.functional as F"
    case .pruning: "import torch.nn.utils.prune as prune"
    case .copying: "import copy"
    case .unit:
      """
      class DPU(torch.autograd.Function):
          # The Dynamic Pruning Unit: the mask works on the way forward only.
          @staticmethod
          def forward(ctx, x, mask):
              return x * mask

          @staticmethod
          def backward(ctx, grad_output):
              return grad_output, None
      """
    case .masked:
      """
      class Masked:
          mask = None
          epsilon = None

          def calculate_mask(self, rate):
              dims = tuple(range(1, self.weight.dim()))
              scores = self.weight.abs().sum(dim=dims)
              count = int(len(scores) * rate)
              self.mask = torch.ones(len(scores))
              self.mask[scores.topk(count, largest=False).indices] = 0

          def used(self):
              if self.mask is None:
                  return self.weight, self.bias
              ones = [1] * (self.weight.dim() - self.mask.dim())
              spread = self.mask.view(*self.mask.shape, *ones)
              weight = DPU.apply(self.weight, spread)
              if self.bias is None or self.mask.dim() > 1:
                  return weight, self.bias
              return weight, DPU.apply(self.bias, self.mask)

          def add_constant(self, output):
              return output if self.epsilon is None else output + self.epsilon
      """
    case .convolution:
      """
      class Conv2d(Masked, torch.nn.Conv2d):
          epsilon = 1e-6

          def forward(self, x):
              return self.add_constant(self._conv_forward(x, *self.used()))
      """
    case .linear:
      """
      class Linear(Masked, torch.nn.Linear):
          def forward(self, x):
              return self.add_constant(F.linear(x, *self.used()))
      """
    case .residual:
      """
      class Residual(torch.nn.Sequential):
          def forward(self, x):
              return x + super().forward(x)
      """
    case .copied:
      """
      def copied(layer):
          # deepcopy refuses the products of pruning, which are made anew.
          products = [(m, m.__dict__.pop('weight')) for m in layer.modules()
                      if hasattr(m, 'weight_orig')]
          result = copy.deepcopy(layer)
          for module, weight in products:
              module.weight = weight
          for module in result.modules():
              for hook in module._forward_pre_hooks.values():
                  hook(module, None)
          return result
      """
    }
  }

  /// These and what they need themselves, in the order in which they are written.
  static func closure(of needed: Set<PythonDefinition>) -> [PythonDefinition] {
    var all = needed
    for definition in allCases.reversed() where all.contains(definition) {
      all.formUnion(definition.needs)
    }
    return allCases.filter(all.contains)
  }
}
