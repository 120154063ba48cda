#!/usr/bin/env python3
"""PyTorch's half of the benchmark: measures the rows that standard input names.

Ways, for the rows of ROWS_WITH_WAYS: as PyTorch comes (no word), `channels_last`, `compile`, both.
"""
import functools
import logging
import os

# Compiling in other processes would disturb what is measured.
os.environ['TORCHINDUCTOR_COMPILE_THREADS'] = '1'

import torch
import torch.nn.functional as F
from torch import nn
from torch._inductor.cpu_vec_isa import pick_vec_isa

from answering import serve, settle

PUBLISHED_INPUT = torch.tensor([
    -0.49214, -0.163888, 0.047251, -0.115947, -0.985937, -0.136846, 2.477597, 0.725833,
    -0.119405, 1.326414, -1.284957, 1.451841, 0.901661, 1.491614, -0.780653, -0.502849,
]).reshape(1, 1, 4, 4)


class Way:
    """How PyTorch is used."""

    def __init__(self, words):
        self.compiles = 'compile' in words
        self.layout = torch.channels_last if 'channels_last' in words else torch.contiguous_format

    def laid(self, value):
        """A tensor of images or a model in the layout of this way."""
        return value.to(memory_format=self.layout)

    def compiled(self, body, whole=True):
        """What returns all that it computes, as the rest would be left out; an error in parts."""
        return torch.compile(body, dynamic=False, fullgraph=whole) if self.compiles else body


def small_step():
    layer = nn.Conv2d(1, 2, 3, padding=1, bias=False)

    def body():
        for _ in range(200):
            layer.weight.grad = None
            F.relu(layer(PUBLISHED_INPUT)).sum().backward()
    return body, 200


def tensors(way, layer, masked=0):
    batch, in_channels, out_channels, side, *rest = (int(size) for size in layer.split(','))
    kernel = rest[0] if rest else 3
    torch.manual_seed(0)
    x = torch.randn(batch, in_channels, side, side)
    weight = torch.randn(out_channels, in_channels, kernel, kernel)
    weight[[f for f in range(out_channels) if f * 37 % 100 < masked]] = 0
    upstream = torch.randn_like(F.conv2d(x, weight, padding=padding(weight)))
    return way.laid(x), way.laid(weight), way.laid(upstream)


def padding(weight):
    """1 for kernels of 3 × 3, none for others."""
    return int(weight.shape[-1] == 3)


def backward(upstream, x, weight, wanted):
    return torch.ops.aten.convolution_backward(
        upstream, x, weight, None, [1, 1], [padding(weight)] * 2, [1, 1], False, [0, 0], 1, wanted)


def convolution(way, layer, part):
    x, weight, upstream = tensors(way, layer)
    bodies = {
        'forward': lambda: F.conv2d(x, weight, padding=padding(weight)),
        'input-gradient': lambda: backward(upstream, x, weight, [True, False, False]),
        'weight-gradient': lambda: backward(upstream, x, weight, [False, True, False]),
    }
    return torch.no_grad()(way.compiled(bodies[part])), 1


def masked(way, layer, percent):
    x, weight, upstream = tensors(way, layer, int(percent))

    def body():
        return (F.conv2d(x, weight, padding=1),
                backward(upstream, x, weight, [True, False, False]))
    return torch.no_grad()(way.compiled(body)), 1


def planes(way):
    torch.manual_seed(0)
    return way.laid(torch.randn(16, 128, 28, 28))


def operation(way, name):
    """One operation by itself."""
    x, y = planes(way), planes(way)
    ones, zeros = torch.ones(128), torch.zeros(128)

    def norm():
        return torch.ops.aten.native_batch_norm(x, ones, zeros, None, None, True, 0.1, 1e-5)
    if name == 'cross-entropy':
        scores = torch.randn(1024, 1000, requires_grad=True)
        classes = torch.arange(1024) % 1000
        loss = way.compiled(lambda: F.cross_entropy(scores, classes))

        def body():
            scores.grad = None
            loss().backward()
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
    return torch.no_grad()(way.compiled(bodies[name])), 1


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


def lenet(way):
    torch.manual_seed(0)
    network = way.laid(nn.Sequential(*lenet_layers()))
    images = way.laid(torch.randn(64, 1, 28, 28))
    classes = torch.arange(64) % 10
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
    loss = way.compiled(lambda: F.cross_entropy(network(images), classes))
    # The optimizer's step is written in parts.
    step = way.compiled(optimizer.step, whole=False)

    def body():
        optimizer.zero_grad()
        loss().backward()
        step()
    return body, 1


def compact(way, name):
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
    network, images = way.laid(nn.Sequential(*layers)), way.laid(images)
    return torch.no_grad()(way.compiled(lambda: network(images))), 1


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
    'small-step': small_step, 'linear': linear, 'print': printing, 'cells': cells,
    'expression': expression,
}
ROWS_WITH_WAYS = {
    'conv': convolution, 'masked': masked, 'pass': operation, 'lenet': lenet, 'compact': compact,
}


def prepare(row, threads, way):
    torch.set_num_threads(threads)
    return (compiled if 'compile' in way else build)(row, threads, way)


def build(row, threads, way):
    kind, *arguments = row.split('/')
    if kind in ROWS_WITH_WAYS:
        return ROWS_WITH_WAYS[kind](Way(way), *arguments)
    return ROWS[kind](*arguments)


def about():
    """The version, and the vectors of what comes with it and of what is compiled."""
    # None where the linker finds the libraries of another PyTorch; the rest is slow then.
    try:
        compiled_for = str(pick_vec_isa())
    except Exception as error:
        compiled_for = type(error).__name__
    return (f'{torch.__version__}, {torch.backends.cpu.get_cpu_capability()}; '
            f'torch.compile: {compiled_for}')


@functools.lru_cache(maxsize=4)
def compiled(row, threads, way):
    """What is measured in all rounds: compiling takes seconds."""
    body, steps = build(row, threads, way)
    settle(body)
    return body, steps


if __name__ == '__main__':
    torch._logging.set_logs(all=logging.ERROR)
    # Rows share their code, which would be compiled eight times and then no more.
    torch._dynamo.config.recompile_limit = torch._dynamo.config.accumulated_recompile_limit = 10_000
    serve(about, prepare)
