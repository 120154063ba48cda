#!/usr/bin/env python3
"""What sessions/published-notebook.dpu does, in PyTorch: prints the same values."""
import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import prune


class DPU(torch.autograd.Function):
    """The mask on the way forward, the gradient as it is on the way back."""

    @staticmethod
    def forward(ctx, weight, mask):
        return weight * mask.reshape(-1, 1, 1, 1)

    @staticmethod
    def backward(ctx, upstream):
        return upstream, None


class Conv2dWithDPU(nn.Conv2d):
    mask = None

    def scores(self):
        return self.weight.abs().sum(dim=(1, 2, 3))

    def calculate_mask(self, rate):
        self.mask = torch.ones(self.out_channels)
        order = torch.argsort(self.scores().detach())
        self.mask[order[:int(self.out_channels * rate)]] = 0
        return self.mask

    def used(self):
        return self.weight if self.mask is None else DPU.apply(self.weight, self.mask)

    def forward(self, x):
        return F.conv2d(x, self.used(), None, self.stride, self.padding) + 1e-6


def gradient(layer):
    return layer.weight_orig.grad if hasattr(layer, 'weight_orig') else layer.weight.grad


def filters(layer):
    """The table of `filters`."""
    grad = gradient(layer)
    if hasattr(layer, 'weight_mask'):
        mask = layer.weight_mask.amax(dim=(1, 2, 3))
    else:
        mask = layer.mask
    norms = (layer.weight_orig if hasattr(layer, 'weight_orig') else layer.weight).abs()
    norms = norms.sum(dim=(1, 2, 3)).tolist()
    largest = grad.abs().amax(dim=(1, 2, 3)).tolist()
    taps = grad[0].numel()
    zeros = (grad == 0).sum(dim=(1, 2, 3)).tolist()
    kept = [int(value) for value in mask.tolist()]
    print('filter  mask  L1 norm  largest |grad|  zero grads')
    for index, keep in enumerate(kept):
        print(f'{index:6}  {keep:4}  {norms[index]:7.4f}  {largest[index]:14.4f}  '
              f'{f"{zeros[index]} of {taps}":>10}')
    parts = []
    for wanted, name in [(0, 'masked'), (1, 'kept')]:
        chosen = [index for index, keep in enumerate(kept) if keep == wanted]
        parts.append(
            f'{len(chosen)} {name}: {"" if parts else "|grad| "}up to {max(largest[i] for i in chosen):.4f}, '
            f'{sum(zeros[i] for i in chosen)} of {taps * len(chosen)} zero')
    print('; '.join(parts))


def backward(layer, value):
    value.backward(torch.ones_like(value))
    print(gradient(layer))


demo = Conv2dWithDPU(1, 2, 3, padding=1, bias=False)
print(nn.Conv2d.__repr__(demo).replace('Conv2dWithDPU', 'Conv2d'))
demo.weight.data = torch.tensor(
    [[[[0.15889, 0.32499, -0.28819], [0.24769, -0.03029, -0.24519],
       [-0.06409, 0.07329, -0.07319]]],
     [[[-0.17719, 0.24919, -0.25669], [0.12209, 0.18579, -0.28769],
       [-0.16819, -0.30679, -0.07059]]]])
print(demo.weight)
print(demo.scores())
print(demo.calculate_mask(0.5))
print(demo.used())
x = torch.tensor(
    [[[[-0.49214, -0.163888, 0.047251, -0.115947], [-0.985937, -0.136846, 2.477597, 0.725833],
       [-0.119405, 1.326414, -1.284957, 1.451841], [0.901661, 1.491614, -0.780653, -0.502849]]]])
print(x)
output = demo(x)
print(output)
output = F.relu(output)
print(output)
backward(demo, output)
filters(demo)

dense = Conv2dWithDPU(1, 2, 3, padding=1, bias=False)
dense.weight.data = torch.tensor(
    [[[[0.33, 0.18, 0.10], [0.28, 0.17, -0.33], [-0.33, 0.16, 0.33]]],
     [[[0.11, -0.20, 0.05], [0.14, -0.09, 0.21], [-0.18, 0.07, -0.12]]]])
x = torch.tensor(
    [[[[0.056432, 0.663172, 1.634975, 0.761946], [1.048944, -0.60138, -1.59324, -1.182257],
       [2.373509, -1.824928, -0.532872, 0.720992], [0.631938, 0.32859, -0.618451, -0.524553]]]])
ordinary = copy.deepcopy(dense)
prune.ln_structured(ordinary, 'weight', amount=0.5, n=1, dim=0)
print(ordinary.weight_mask)
backward(ordinary, F.relu(ordinary(x)))
filters(ordinary)

dynamic = copy.deepcopy(dense)
print(dynamic.calculate_mask(0.5))
backward(dynamic, F.relu(dynamic(x)))
filters(dynamic)
