#!/usr/bin/env python3
"""Records what PyTorch prints beside the cells that shall show the same, and running statistics.

    python3 record_shown.py    with the torch 2.15.0 wheel

A second run gives the same bytes. Numbers of statistics.json are hexadecimal floats.
"""
import random
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.utils.prune as prune

from exact import bits, write

torch.set_num_threads(1)
# Broadcasting a target warns.
warnings.simplefilter('ignore')
CASES = []


def case(cells, value):
    """What the last cell shows is what print shows for the value."""
    CASES.append({'cells': cells, 'shown': str(value)})


def leaf(values):
    return torch.tensor(values, dtype=torch.float32).requires_grad_()


def representations():
    for cell, module in [
            ('conv 1 2 3', nn.Conv2d(1, 2, 3)),
            ('conv 4 6 5 stride=2 padding=1 dilation=2 groups=2 bias=false',
             nn.Conv2d(4, 6, 5, 2, 1, 2, 2, False)),
            ('linear 4 2', nn.Linear(4, 2)), ('linear 4 2 bias=false', nn.Linear(4, 2, False)),
            ('batchnorm 3', nn.BatchNorm2d(3))]:
        case([cell], module)
    case(['net conv(1,2,3) batchnorm(2) relu leaky_relu leaky_relu(0.2) sigmoid tanh maxpool(2) '
          'maxpool(3,stride=1,padding=1) avgpool(2) avgpool(3,stride=2,padding=1) flatten '
          'linear(2,1)'],
         nn.Sequential(
             nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.LeakyReLU(), nn.LeakyReLU(0.2),
             nn.Sigmoid(), nn.Tanh(), nn.MaxPool2d(2), nn.MaxPool2d(3, 1, 1), nn.AvgPool2d(2),
             nn.AvgPool2d(3, 2, 1), nn.Flatten(), nn.Linear(2, 1)))


IMAGE = [[[[1, -2, 3], [0.5, 4, -1], [2, 0, -3]]]]


def names():
    """The grad_fn of each operation."""
    x = leaf(IMAGE)
    given = f'input {IMAGE} requires_grad=true;'
    for cell, value in [
            ('relu input', x.relu()), ('leaky_relu input', F.leaky_relu(x)),
            ('sigmoid input', x.sigmoid()), ('tanh input', x.tanh()), ('mean input', x.mean()),
            ('flatten input', x.flatten(1)), ('maxpool 2 input', F.max_pool2d(x, 2)),
            ('avgpool 2 input', F.avg_pool2d(x, 2)),
            ('mse input', F.mse_loss(x, torch.zeros_like(x))), ('input[0]', x[0]),
            ('input[0, 0, 1, 1]', x[0, 0, 1, 1])]:
        case([given, cell], value)
    layer = nn.BatchNorm2d(1)
    case([given, 'batchnorm 1;', 'forward'], layer(x))
    layer.eval()
    case([given, 'batchnorm 1;', 'forward input=input;', 'eval', 'forward input=input'], layer(x))
    weight = [[[[1, 0.5], [-1, 2]]], [[[0.25, -1], [0, 1]]]]
    layer = nn.Conv2d(1, 2, 2, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weight))
    made = [given, 'conv 1 2 2 bias=false;', f'weight {weight};']
    case(made + ['weight'], layer.weight)
    case(made + ['scores'], layer.weight.abs().sum(dim=(1, 2, 3)))
    case(made + ['epsilon off', 'forward'], layer(x))
    case(made + ['forward'], layer(x) + 1e-6)


def linear():
    weight, bias = [[1, 0.5, -1], [2, -0.25, 0.125]], [0.5, -2]
    rows = [[[[1, 2, 3], [-1, 0.3, 0.7]]], [[[0.1, 0.2, -0.3], [5, -4, 0]]]]
    for has_bias in (True, False):
        for values in (rows[0][0][0], rows[0][0], rows[0], rows):
            layer = nn.Linear(3, 2, bias=has_bias)
            with torch.no_grad():
                layer.weight.copy_(torch.tensor(weight))
                if has_bias:
                    layer.bias.copy_(torch.tensor(bias))
            x = leaf(values)
            made = [f'linear 3 2 bias={str(has_bias).lower()};', f'weight {weight};']
            made += [f'bias {bias};'] if has_bias else []
            made += [f'input {values} requires_grad=true;', 'forward input=input']
            y = layer(x)
            case(made, y)
            y.sigmoid().sum().backward()
            case(made + ['sigmoid; backward'], layer.weight.grad)
            case(made + ['sigmoid; backward', 'input.grad'], x.grad)
            if has_bias:
                case(made + ['sigmoid; backward', 'bias.grad'], layer.bias.grad)


def losses():
    scores = [[1, 2, 0.5, -1], [0.25, -3, 1, 2], [0, 0, 4, 1]]
    places = [[[1, 2, 0], [0.5, -1, 2]], [[3, 0.25, -2], [1, 1, 1]]]
    images = [[[[1, 2], [0, 3]], [[0.5, -1], [2, 2]], [[3, 0], [1, -2]]]]
    for values, target in [
            (scores, [0, 3, 2]), (scores, [0, -100, 2]), (scores, [-100, -100, -100]),
            (scores[0], 1), (scores[0], [3]), (scores[1], -100), (scores[:1], [2]),
            (places, [[1, 0, 1], [0, 0, -100]]), (images, [[[0, 2], [1, -100]]])]:
        x = leaf(values)
        loss = F.cross_entropy(x, torch.tensor(target))
        made = [f'input {values} requires_grad=true;', f'cross_entropy input target={target}']
        case(made, loss)
        # One row with a list of one class: PyTorch's backward refuses what its forward took.
        if x.dim() > 1 or not isinstance(target, list):
            loss.backward()
            case(made + ['backward', 'input.grad'], x.grad)
    value = [[1, 2, 0.5], [0.25, -3, 1]]
    for target in ([0.5, 1, 2], [[0.5, 1, 2]], [[1], [-1]], [2], [[[1, 0, 1], [2, 2, 0.5]]],
                   [[[1, 0, 1]], [[2, 2, 0.5]]]):
        x, t = leaf(value), torch.tensor(target, dtype=torch.float32)
        loss = F.mse_loss(x, t)
        loss.backward()
        made = [f'input {value} requires_grad=true;', f'mse input target={target}']
        case(made, loss)
        case(made + ['backward', 'input.grad'], x.grad)
        # The smaller of the two may want the gradient as well.
        x, t = torch.tensor(value), leaf(target)
        F.mse_loss(x, t).backward()
        case([f'input {target} requires_grad=true;', f'mse {value} target=input;', 'backward',
              'input.grad'], t.grad)


def pruning():
    weight = [[[[0.5, -0.25], [1, 0]]], [[[-1, 0.125], [0.25, -2]]], [[[0.0625, 0.0625], [0, 0]]]]

    def layer():
        made = nn.Conv2d(1, 3, 2, bias=False)
        with torch.no_grad():
            made.weight.copy_(torch.tensor(weight))
        return made

    def pruned(amount):
        made = layer()
        prune.ln_structured(made, 'weight', amount=amount, n=1, dim=0)
        return made

    image = [[[[1, 2], [3, -1]]]]
    start = ['conv 1 3 2 bias=false;', f'weight {weight};', f'input {image};', 'epsilon off']
    for amount in (1.0, 0.5, 0.0):
        case(start + [f'prune {amount}'], pruned(amount).weight_mask)
    twice = pruned(1.0)
    prune.ln_structured(twice, 'weight', amount=0.5, n=1, dim=0)
    case(start + ['prune 1.0;', 'prune 0.5'], twice.weight_mask)
    made = pruned(0.5)
    made(torch.tensor(image, dtype=torch.float32)).sum().backward()
    kept = made.weight_orig.grad
    prune.remove(made, 'weight')
    run = start + ['prune 0.5;', 'forward; backward;', 'prune remove']
    case(run + ['weight'], made.weight)
    # The parameter stays the one it was, its gradient with it.
    assert made.weight.grad is kept
    case(run + ['grad'], made.weight.grad)
    made.zero_grad()
    made(torch.tensor(image, dtype=torch.float32)).sum().backward()
    run += ['zero_grad; forward; backward']
    case(run, made.weight.grad)
    torch.optim.SGD(made.parameters(), lr=0.5).step()
    case(run + ['step 0.5', 'weight'], made.weight)


def statistics(r):
    """A new layer's running statistics after each of two batches; every second pair of 1 × 1."""
    found = []
    for index in range(60):
        c = r.randint(1, 4)
        h, w = (1, 1) if index % 2 else (r.randint(1, 3), r.randint(2, 5))
        layer = nn.BatchNorm2d(c)
        batches = []
        for _ in range(2):
            x = torch.randn(r.randint(2, 9), c, h, w) * r.choice([1, 30, 1e-3])
            x += r.choice([0, 5, 1e-6])
            if index % 3 == 1:
                # A masked filter's channel: a constant, whose mean may round to another number.
                x[:, 0] = r.choice([1e-6, 0.3, 0.7])
            output = layer(x)
            batches.append({'shape': list(x.shape), 'input': bits(x), 'output': bits(output),
                            'mean': bits(layer.running_mean), 'variance': bits(layer.running_var)})
        found.append(batches)
    return found


if __name__ == '__main__':
    assert torch.__version__.startswith('2.15.0'), torch.__version__
    torch.manual_seed(12)
    for record in (representations, names, linear, losses, pruning):
        record()
    write('shown.json', {'cases': CASES}, indent=1)
    torch.manual_seed(13)
    write('statistics.json', {'layers': statistics(random.Random(6))}, indent=1)
