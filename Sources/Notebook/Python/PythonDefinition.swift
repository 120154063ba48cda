import Layers

/// What a program imports or defines once, before its first cell.
enum PythonDefinition: CaseIterable {
  case functional, pruning, copying, numpy, safetensors, kept, keptOfAll, neighbours, spread, unit,
    masked, convolution,
    linear, residual, copied

  /// What it needs itself.
  var needs: [PythonDefinition] {
    switch self {
    case .functional, .pruning, .copying, .numpy, .safetensors, .kept, .neighbours, .spread, .unit,
      .residual:
      []
    case .keptOfAll: [.kept]
    case .masked: [.unit, .kept, .spread]
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
    case .numpy: "np"
    case .safetensors: "load_file"
    case .kept: "keep_highest"
    case .keptOfAll: "keep_highest_of_all"
    case .neighbours: "n_of_m"
    case .spread: "spread"
    case .unit: "DPU"
    case .masked: "Masked"
    case .convolution: Conv2d.kind
    case .linear: Linear.kind
    case .residual: Residual.kind
    case .copied: "copied"
    }
  }

  /// Whether it is a line among the imports.
  var isImport: Bool { [.functional, .pruning, .copying, .numpy, .safetensors].contains(self) }

  var text: String {
    switch self {
    case .functional: "import torch.nn.functional as F"
    case .pruning: "import torch.nn.utils.prune as prune"
    case .copying: "import copy"
    case .numpy: "import numpy as np"
    case .safetensors: "from safetensors.torch import load_file"
    case .kept:
      """
      def keep_highest(scores, removed):
          # A mask with a 0 for each group of lowest score.
          mask = torch.ones(scores.numel())
          mask[scores.flatten().topk(removed, largest=False).indices] = 0
          return mask.view(scores.shape)
      """
    case .keptOfAll:
      """
      def keep_highest_of_all(scores, removed):
          # The same where the groups of several layers compete.
          mask = keep_highest(torch.cat([s.flatten() for s in scores]), removed)
          masks = mask.split([s.numel() for s in scores])
          return [m.view(s.shape) for m, s in zip(masks, scores)]
      """
    case .neighbours:
      """
      def n_of_m(scores, n, m):
          # Of m neighbours along the inputs n are kept.
          rows = scores.movedim(1, -1)
          neighbours = rows.reshape(-1, m)
          lowest = neighbours.topk(m - n, largest=False).indices
          mask = torch.ones(neighbours.shape).scatter(1, lowest, 0)
          return mask.view(rows.shape).movedim(-1, 1)
      """
    case .spread:
      """
      def spread(mask, dims, shape, view=None):
          # A mask in its weight's shape: groups vary in dims of the weight, or
          # of its view as tiles.
          for dim in dims:
              mask = mask.unsqueeze(dim)
          return mask.expand(view or shape).reshape(shape)
      """
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
          unit = DPU
          mask = None
          epsilon = None

          def calculate_mask(self, rate):
              dims = tuple(range(1, self.weight.dim()))
              scores = self.weight.abs().sum(dim=dims)
              self.set_mask(keep_highest(scores, int(len(scores) * rate)), dims)

          def set_mask(self, mask, dims, view=None, filters=None):
              # The bias goes with its filter, and with nothing else.
              if dims == tuple(range(1, self.weight.dim())):
                  filters = mask
              self.mask, self.dims, self.view = mask, dims, view
              self.filters = filters

          def used(self):
              if self.mask is None:
                  return self.weight, self.bias
              mask = spread(self.mask, self.dims, self.weight.shape, self.view)
              weight = self.unit.apply(self.weight, mask)
              if self.bias is None or self.filters is None:
                  return weight, self.bias
              return weight, self.unit.apply(self.bias, self.filters)

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
