#!/usr/bin/env python3
"""JAX's part of the benchmark: the convolutions and LeNet's training step.

Ways: PyTorch's order of dimensions (no word), and `nhwc`. Each is compiled. A process answers for one
number of threads.
"""
import functools
import os

import jax
import jax.numpy as jnp
from jax import lax

from answering import serve, settle


class Layout:
    """In which order a batch and a weight have their dimensions."""

    def __init__(self, name):
        self.dimensions = ('NHWC', 'HWIO', 'NHWC') if name == 'nhwc' else ('NCHW', 'OIHW', 'NCHW')

    def batch(self, images, channels, side):
        sizes = {'N': images, 'C': channels, 'H': side, 'W': side}
        return [sizes[letter] for letter in self.dimensions[0]]

    def weight(self, filters, channels, side):
        sizes = {'O': filters, 'I': channels, 'H': side, 'W': side}
        return [sizes[letter] for letter in self.dimensions[1]]

    def convolve(self, x, weight, padding=0):
        return lax.conv_general_dilated(
            x, weight, (1, 1), [(padding, padding)] * 2, dimension_numbers=self.dimensions,
            precision=lax.Precision.HIGHEST)

    def pool(self, x):
        window = [2 if letter in 'HW' else 1 for letter in self.dimensions[0]]
        return lax.reduce_window(x, -jnp.inf, lax.max, window, window, 'VALID')

    def biased(self, x, bias):
        return x + (bias if self.dimensions[0][-1] == 'C' else bias[:, None, None])


def random(seed, shape, scale=1.0):
    return scale * jax.random.normal(jax.random.key(seed), shape)


def convolution(layout, layer, part):
    batch, inputs, outputs, side, *rest = map(int, layer.split(','))
    kernel = rest[0] if rest else 3
    padding = int(kernel == 3)
    x = random(0, layout.batch(batch, inputs, side))
    weight = random(1, layout.weight(outputs, inputs, kernel))
    upstream = random(2, layout.batch(batch, outputs, side + 2 * padding - kernel + 1))

    def forward(x, weight):
        return layout.convolve(x, weight, padding=padding)
    step = jax.jit({
        'forward': lambda x, weight, upstream: forward(x, weight),
        'input-gradient': lambda x, weight, upstream:
            jax.vjp(lambda x: forward(x, weight), x)[1](upstream),
        'weight-gradient': lambda x, weight, upstream:
            jax.vjp(lambda weight: forward(x, weight), weight)[1](upstream),
    }[part])
    return lambda: jax.block_until_ready(step(x, weight, upstream))


def lenet(layout):
    shapes = [layout.weight(20, 1, 5), layout.weight(50, 20, 5), (800, 500), (500, 10)]
    parameters = [(random(index, shape, 0.05), jnp.zeros(size))
                  for index, (shape, size) in enumerate(zip(shapes, (20, 50, 500, 10)))]
    images, classes = random(9, layout.batch(64, 1, 28)), jnp.arange(64) % 10

    def loss(parameters, images):
        x = images
        for weight, bias in parameters[:2]:
            x = layout.pool(layout.biased(layout.convolve(x, weight), bias))
        x = x.reshape(64, 800)
        (first, first_bias), (last, last_bias) = parameters[2:]
        x = jax.nn.relu(jnp.matmul(x, first, precision='highest') + first_bias)
        scores = jax.nn.log_softmax(jnp.matmul(x, last, precision='highest') + last_bias)
        return -scores[jnp.arange(64), classes].mean()

    @functools.partial(jax.jit, donate_argnums=0)
    def step(parameters, images):
        gradients = jax.grad(loss)(parameters, images)
        return jax.tree.map(lambda value, slope: value - 0.01 * slope, parameters, gradients)

    def body():
        nonlocal parameters
        parameters = jax.block_until_ready(step(parameters, images))
    return body


ROWS = {'conv': convolution, 'lenet': lenet}


CORES = sorted(os.sched_getaffinity(0))
THREADS = set()


@functools.lru_cache(maxsize=4)
def prepare(row, threads, way):
    """What is timed, compiled."""
    THREADS.add(threads)
    if len(THREADS) > 1:
        raise ValueError('one process has one number of threads')
    # XLA has a thread for each core that it finds when it starts.
    os.sched_setaffinity(0, CORES[:threads])
    kind, *arguments = row.split('/')
    body = ROWS[kind](Layout(way), *arguments)
    settle(body)
    return body, 1


if __name__ == '__main__':
    serve(lambda: jax.__version__, prepare)
