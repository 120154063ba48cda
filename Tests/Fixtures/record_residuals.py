#!/usr/bin/env python3
"""Records PyTorch's answers for random networks with residual blocks, which the tests compare with.

    python3 record_residuals.py [COUNT]    with the torch 2.15.0 wheel

A second run gives the same bytes. Numbers are hexadecimal floats, which hold every bit.
"""
import random
import re
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

from exact import bits, write

torch.set_num_threads(1)


class Residual(nn.Sequential):
    """The class that help residual shows."""

    def forward(self, x):
        return x + super().forward(x)


class Conv2d(nn.Conv2d):
    """A convolution with the paper's constant, printed as PyTorch's own."""

    def forward(self, x):
        return super().forward(x) + 1e-6


def activation(r):
    return r.choice(['relu', 'relu', 'leaky_relu(0.2)', 'sigmoid', 'tanh'])


def block(r, c, depth):
    """Stages that keep c channels, or c features where depth is negative, within a block."""
    stages = []
    for _ in range(r.randint(1, 2)):
        hidden = r.randint(1, 4)
        stages += r.choice([
            [f'conv({c},{c},3,padding=1)'],
            [f'conv({c},{c},3,padding=1,bias=false)', f'batchnorm({c})'],
            [f'conv({c},{hidden},1)', activation(r), f'conv({hidden},{c},3,padding=1)'],
            [f'batchnorm({c})', activation(r)],
            ['maxpool(3,stride=1,padding=1)', f'conv({c},{c},1)'],
            [block(r, c, depth + 1)] if depth < 2 else [f'conv({c},{c},1)'],
        ])
    if r.random() < 0.5:
        stages.append(activation(r))
    return f'residual({" ".join(stages)})'


def rows(r, features):
    hidden = r.randint(1, 5)
    return r.choice([
        f'residual(linear({features},{features}) {activation(r)})',
        f'residual(linear({features},{hidden}) {activation(r)} linear({hidden},{features}))',
        f'residual({activation(r)} residual(linear({features},{features},bias=false)))',
    ])


def spec(r):
    """A network that takes an image of 4 x 4, or a row, and gives two scores or more."""
    stages = []
    if r.random() < 0.2:
        c, features = None, r.randint(2, 6)
        shape = (1, features)
    else:
        channels, c = r.randint(1, 2), r.randint(1, 4)
        shape = (1, channels, 4, 4)
        if r.random() < 0.3:
            c = channels
        else:
            stages.append(f'conv({channels},{c},3,padding=1)')
        stages += [block(r, c, 0) for _ in range(r.randint(1, 2))]
        side = 4
        if r.random() < 0.4:
            stages.append(r.choice(['maxpool(2)', 'avgpool(2)']))
            side = 2
        stages.append('flatten')
        features = c * side * side
    if c is None or r.random() < 0.3:
        stages.append(rows(r, features))
    stages.append(f'linear({features},{r.randint(2, 4)})')
    return ' '.join(stages), shape


def build(text):
    """The module of a network as it is written at dpu's prompt."""
    make = {
        'conv': Conv2d, 'linear': nn.Linear, 'batchnorm': nn.BatchNorm2d, 'residual': Residual,
        'maxpool': nn.MaxPool2d, 'avgpool': nn.AvgPool2d, 'flatten': nn.Flatten, 'relu': nn.ReLU,
        'leaky_relu': nn.LeakyReLU, 'sigmoid': nn.Sigmoid, 'tanh': nn.Tanh, 'false': False,
    }
    # Stages with blanks between are arguments with commas between; a word alone is a call.
    text = re.sub(r'\b(relu|sigmoid|tanh|flatten)\b(?!\()', r'\1()', text)
    return eval(f'nn.Sequential({text.replace(" ", ", ")})', {'nn': nn}, make)


def networks(count):
    found = []
    r = random.Random(11)
    while len(found) < count:
        text, shape = spec(r)
        torch.manual_seed(3)
        net = build(text)
        x = torch.randn(shape)
        output = net(x)
        loss = F.cross_entropy(output, torch.tensor([1]))
        loss.backward()
        gradients = [bits(p.grad) for p in net.parameters()]
        norms = [m for m in net.modules() if isinstance(m, nn.BatchNorm2d)]
        statistics = [bits(t) for m in norms for t in (m.running_mean, m.running_var)]
        net.zero_grad(set_to_none=True)
        net.eval()
        evaluated = net(x)
        evaluated.sum().backward()
        found.append({
            'spec': text, 'text': str(net), 'outputName': output.grad_fn.name(),
            'parameters': [bits(p) for p in net.parameters()],
            'output': bits(output), 'loss': bits(loss), 'gradients': gradients,
            'statistics': statistics, 'evaluated': bits(evaluated),
            'evaluatedGradients': [bits(p.grad) for p in net.parameters()],
        })
    return found


if __name__ == '__main__':
    assert torch.__version__.startswith('2.15.0'), torch.__version__
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    write('residuals.json', {'networks': networks(count)}, indent=1)
