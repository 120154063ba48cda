#!/usr/bin/env python3
"""PyTorch's half of the benchmark: measures the rows that standard input names.

The same rows, the same answers and the same way to measure as in Main.swift: a line `name@threads`
in, a line `name<TAB>seconds` out, the median time of one step.
"""
import os
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

SECONDS = float(os.environ.get('DPU_BENCHMARK_SECONDS', '0.2'))
PUBLISHED_INPUT = torch.tensor([
    -0.49214, -0.163888, 0.047251, -0.115947, -0.985937, -0.136846, 2.477597, 0.725833,
    -0.119405, 1.326414, -1.284957, 1.451841, 0.901661, 1.491614, -0.780653, -0.502849,
]).reshape(1, 1, 4, 4)


def small_step():
    layer = nn.Conv2d(1, 2, 3, padding=1, bias=False)

    def body():
        for _ in range(200):
            layer.weight.grad = None
            F.relu(layer(PUBLISHED_INPUT)).sum().backward()
    return body, 200


def tensors(layer, masked=0):
    batch, in_channels, out_channels, side = (int(size) for size in layer.split(','))
    torch.manual_seed(0)
    x = torch.randn(batch, in_channels, side, side)
    weight = torch.randn(out_channels, in_channels, 3, 3)
    weight[[f for f in range(out_channels) if f * 37 % 100 < masked]] = 0
    return x, weight, torch.randn(batch, out_channels, side, side)


def backward(upstream, x, weight, wanted):
    return torch.ops.aten.convolution_backward(
        upstream, x, weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, wanted)


def convolution(layer, part):
    x, weight, upstream = tensors(layer)

    @torch.no_grad()
    def body():
        if part == 'forward':
            F.conv2d(x, weight, padding=1)
        else:
            backward(upstream, x, weight, [part == 'input-gradient', part != 'input-gradient', False])
    return body, 1


def masked(layer, percent):
    x, weight, upstream = tensors(layer, int(percent))

    @torch.no_grad()
    def body():
        F.conv2d(x, weight, padding=1)
        backward(upstream, x, weight, [True, False, False])
    return body, 1


def planes():
    torch.manual_seed(0)
    return torch.randn(16, 128, 28, 28)


def operation(name):
    """One operation by itself."""
    x, y = planes(), planes()
    ones, zeros = torch.ones(128), torch.zeros(128)

    def norm():
        return torch.ops.aten.native_batch_norm(x, ones, zeros, None, None, True, 0.1, 1e-5)
    if name == 'cross-entropy':
        scores = torch.randn(1024, 1000, requires_grad=True)
        classes = torch.arange(1024) % 1000

        def body():
            scores.grad = None
            F.cross_entropy(scores, classes).backward()
        return body, 1
    output, (_, mean, inverse) = F.relu(x), norm()
    bodies = {
        'relu': lambda: F.relu(x),
        'relu-gradient': lambda: torch.ops.aten.threshold_backward(x, output, 0),
        'sgd': lambda: torch.add(x, y, alpha=-0.01),
        'maxpool': lambda: F.max_pool2d(x, 2),
        'batchnorm': norm,
        'batchnorm-gradient': lambda: torch.ops.aten.native_batch_norm_backward(
            x, x, ones, None, None, mean, inverse, True, 1e-5, [True, True, True]),
    }
    return torch.no_grad()(bodies[name]), 1


def linear(sizes, part):
    rows, depth, columns = (int(size) for size in sizes.split(','))
    torch.manual_seed(0)
    x, weight = torch.randn(rows, depth), torch.randn(columns, depth)
    upstream = torch.randn(rows, columns)
    bodies = {
        'forward': lambda: F.linear(x, weight),
        'input-gradient': lambda: upstream @ weight,
        'weight-gradient': lambda: upstream.T @ x,
    }
    return torch.no_grad()(bodies[part]), 1


def lenet_layers():
    return [
        nn.Conv2d(1, 20, 5), nn.MaxPool2d(2), nn.Conv2d(20, 50, 5), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10)]


def lenet():
    torch.manual_seed(0)
    network = nn.Sequential(*lenet_layers())
    images = torch.randn(64, 1, 28, 28)
    classes = torch.arange(64) % 10
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)

    def body():
        optimizer.zero_grad()
        F.cross_entropy(network(images), classes).backward()
        optimizer.step()
    return body, 1


def compact(name, percent, form):
    """The dense network: what a mask or a smaller one is compared with."""
    torch.manual_seed(0)
    if name == 'lenet':
        layers, images = lenet_layers(), torch.randn(64, 1, 28, 28)
    else:
        layers, images = [], torch.randn(16, 3, 32, 32)
        for index, sizes in enumerate([(3, 32), (32, 32), (32, 64), (64, 64), (64, 128), (128, 128)]):
            layers += [nn.Conv2d(*sizes, 3, padding=1), nn.ReLU()]
            layers += [nn.MaxPool2d(2)] if index % 2 else []
        layers += [nn.Flatten(), nn.Linear(2048, 10)]
    network = nn.Sequential(*layers)
    return torch.no_grad()(lambda: network(images)), 1


def printing(kind):
    torch.manual_seed(0)
    tensor = torch.randn(1000, 10_000) if kind == '10M' else torch.randn(100, 100)
    torch.set_printoptions(threshold=1000 if kind == '10M' else float('inf'))
    return lambda: str(tensor), 1


EXPRESSIONS = {
    'add-multiply': lambda x: x * 2 + 1,
    'chain': lambda x: ((x - 0.5).abs() * 3).clamp(0, 1).sqrt(),
    'compare-sum': lambda x: (x > 0.5).sum(),
    'mean-norm': lambda x: x.mean() + x.norm(),
}


def expression(name):
    if name == 'turn':
        small = torch.rand(9)

        def turns():
            for _ in range(10_000):
                small * 2 + 1
        return turns, 10_000
    x = torch.rand(10_000_000)
    return lambda: EXPRESSIONS[name](x), 1


def cells():
    layer = nn.Conv2d(1, 2, 3, padding=1, bias=False)

    def body():
        for _ in range(25_000):
            value = F.relu(layer(PUBLISHED_INPUT) + 1e-6)
            value.backward(torch.ones_like(value))
            layer.zero_grad()
    return body, 1


ROWS = {
    'small-step': small_step, 'conv': convolution, 'masked': masked, 'pass': operation,
    'linear': linear, 'lenet': lenet, 'compact': compact,
    'print': printing, 'cells': cells, 'expression': expression,
}


def measure(name):
    row, _, threads = name.partition('@')
    torch.set_num_threads(int(threads or 1))
    kind, *arguments = row.split('/')
    body, steps = ROWS[kind](*arguments)
    body()
    times = []
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < (
            max(SECONDS, 1) if len(times) < 3 else SECONDS):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2] / steps


def main():
    for line in sys.stdin:
        print(f'{line.strip()}\t{measure(line.strip())}', flush=True)


if __name__ == '__main__':
    main()
