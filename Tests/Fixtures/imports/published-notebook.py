# %% [markdown]
# # The published notebook
#
# The notebook of "A Dynamic Pruning Method on Multiple Sparse Structures in Deep Neural Networks"
# (Hu et al., IEEE Access 2023), rewritten, with the inputs that its printed gradients determine.
# %%
import copy

import torch
import torch.nn.utils.prune as prune


class DPU(torch.autograd.Function):
    """A unit between the dense weight and the layer: weights are masked, gradients are not."""

    @staticmethod
    def forward(ctx, input, mask):
        # 1 keeps a filter, 0 switches it off.
        out = input * mask
        return out

    @staticmethod
    def backward(ctx, grad_output):
        grad_input = grad_output.clone()
        return grad_input, None


class Conv2d_with_DPU(torch.nn.Conv2d):
    """A convolution whose filters of lowest L1 norm are masked."""

    def calculate_mask(self, pruning_rate):
        assert 0 <= pruning_rate < 1
        scores = self.weight.abs().sum(dim=(1, 2, 3))
        count = int(self.out_channels * pruning_rate)
        _, lowest = torch.topk(scores, count, largest=False)
        mask = torch.ones([self.out_channels,])
        mask[lowest] = 0
        self.mask = mask

    def forward(self, input):
        weight = self.weight
        bias = self.bias
        if hasattr(self, 'mask'):
            weight = DPU.apply(self.weight, self.mask.view(-1, 1, 1, 1))
            if self.bias is not None:
                bias = DPU.apply(self.bias, self.mask)
        # A masked filter's outputs are a little above 0, where ReLU passes the gradient.
        return self._conv_forward(input, weight, bias) + 1e-6
# %%
# create a Conv2d with filter-wise DPU
module = Conv2d_with_DPU(in_channels=1,
                         out_channels=2,
                         kernel_size=3,
                         stride=1,
                         padding=1,
                         bias=False)
with torch.no_grad():
    module.weight.copy_(torch.tensor(
        [[[[0.15889, 0.32499, -0.28819], [0.24769, -0.03029, -0.24519],
           [-0.06409, 0.07329, -0.07319]]],
         [[[-0.17719, 0.24919, -0.25669], [0.12209, 0.18579, -0.28769],
           [-0.16819, -0.30679, -0.07059]]]]))

# create an input
input = torch.tensor([[[[-0.49214, -0.163888, 0.047251, -0.115947],
                        [-0.985937, -0.136846, 2.477597, 0.725833],
                        [-0.119405, 1.326414, -1.284957, 1.451841],
                        [0.901661, 1.491614, -0.780653, -0.502849]]]])

print(module.weight)
# the mask
module.calculate_mask(pruning_rate=0.5)
print(module.mask)
# the score of each filter
print(module.weight.abs().sum(dim=(1, 2, 3)))
# %%
# One of the filters of W' is zero.
DPU.apply(module.weight, module.mask.view(-1, 1, 1, 1))
# %%
output1 = module(input)
# The masked filter's gradient is not 0.
output2 = torch.nn.functional.relu(output1)
output2.sum().backward()
print(module.weight.grad)
# %% [markdown]
# Ordinary pruning beside the unit.
# %%
import torch
import copy
import torch.nn.utils.prune as prune

module = Conv2d_with_DPU(in_channels=1,
                         out_channels=2,
                         kernel_size=3,
                         stride=1,
                         padding=1,
                         bias=False)
with torch.no_grad():
    module.weight.copy_(torch.tensor(
        [[[[0.33, 0.18, 0.10], [0.28, 0.17, -0.33], [-0.33, 0.16, 0.33]]],
         [[[0.11, -0.20, 0.05], [0.14, -0.09, 0.21], [-0.18, 0.07, -0.12]]]]))

input = torch.tensor([[[[0.056432, 0.663172, 1.634975, 0.761946],
                        [1.048944, -0.60138, -1.59324, -1.182257],
                        [2.373509, -1.824928, -0.532872, 0.720992],
                        [0.631938, 0.32859, -0.618451, -0.524553]]]])
# %%
# ordinary pruning
module_normal_pruning = copy.deepcopy(module)
module_normal_pruning = prune.ln_structured(
    module=module_normal_pruning,
    name='weight',
    amount=0.5,
    n=1,
    dim=0
    )
output1 = module_normal_pruning(input)
output2 = torch.nn.functional.relu(output1)
output2.sum().backward()
print("module_normal_pruning's grad:\n",
      module_normal_pruning.weight_orig.grad)
# %%
# the unit
module_DPU = copy.deepcopy(module)
module_DPU.calculate_mask(pruning_rate=0.5)
output3 = module_DPU(input)
output4 = torch.nn.functional.relu(output3)
output4.sum().backward()
print()
print("module_DPU's grad:\n", module_DPU.weight.grad)
