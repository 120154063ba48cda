#!/usr/bin/env python3
"""Records what PyTorch's pruning functions make of random layers, pruned up to three times.

    python3 record_toolbox.py                      with the torch 2.15.0 wheel; a second run gives the same bytes
    python3 record_toolbox.py SEED COUNT FILE      other layers, which DPU_PRUNING=FILE gives to the test

A line is a case: cells of dpu separated by ' / ', and after a tab, for each cell that prunes, a digest
of all masks and weights, or 'error' where PyTorch refuses it; then the generator's next number.
"""
import math
import pathlib
import random
import struct
import sys

import torch
import torch.nn as nn
import torch.nn.utils.prune as prune

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent))

from exact import hexadecimal

FIVE = [-1.0, -0.5, 0.0, -0.0, 0.5]
NORMS = [1, 1, 2, 2, 'fro', 3, 0, 0.5, 1.5, 2.5, -1, -2, math.inf, -math.inf]

torch.set_num_threads(1)


def words(tensor):
    """The bits of all elements; NaNs are all alike."""
    for value in tensor.detach().reshape(-1).tolist():
        yield 0x7fc00000 if math.isnan(value) else struct.unpack('<I', struct.pack('<f', value))[0]


def digest(layers):
    """FNV-1a over the words of each layer's mask, if it has one, and weight; its low 48 bits."""
    result = 0xcbf29ce484222325
    for layer in layers.values():
        tensors = [layer.weight_mask] if hasattr(layer, 'weight_mask') else []
        for tensor in tensors + [layer.weight]:
            for word in words(tensor):
                result = (result ^ word) * 0x100000001b3 % 2 ** 64
    return f'{result % 2 ** 48:012x}'


def sizes(r):
    """OUT, IN and a kernel's sides, all different where there is room."""
    if r.random() < 0.06:
        return r.sample([13, 24, 37], 2) + r.sample([1, 3, 5, 7], 2)
    height, width = r.sample(range(1, 6), 2)
    return r.sample([size for size in range(1, 9) if size not in (height, width)], 2) + [height, width]


class Case:
    def __init__(self, r):
        self.r = r
        self.cells, self.answers, self.layers = [], [], {}
        seed = r.randrange(10000)
        torch.manual_seed(seed)
        self.cells.append(f'seed {seed}')
        for name in 'abc'[:r.choice([1, 1, 1, 2, 3])]:
            self.make(name)

    def make(self, name):
        r = self.r
        if r.random() < 0.6:
            out, channels, height, width = sizes(r)
            self.layers[name] = nn.Conv2d(channels, out, (height, width), bias=False)
            self.cells.append(f'conv {channels} {out} {height}x{width} bias=false as {name}')
        else:
            out, channels = r.sample(r.choice([range(1, 10), range(1, 70)]), 2)
            self.layers[name] = nn.Linear(channels, out, bias=False)
            self.cells.append(f'linear {channels} {out} bias=false as {name}')
        weight = self.layers[name].weight
        shape = tuple(weight.shape)
        kind = r.random()
        with torch.no_grad():
            if kind < 0.5:
                weight.copy_(torch.tensor(FIVE)[torch.randint(0, 5, shape)])
                self.cells.append(
                    f'{name}.weight = tensor([-1, -0.5, 0, -0., 0.5])[randint(0, 5, {shape})]')
            elif kind < 0.75 and max(shape) < 12:
                # Channels of the same numbers in other orders: only rounding tells them apart.
                dim = r.randrange(len(shape))
                order = [dim] + [d for d in range(len(shape)) if d != dim]
                moved = [shape[d] for d in order]
                length = math.prod(moved[1:])
                back = [order.index(d) for d in range(len(shape))]
                values = torch.randn(length)
                rows = torch.stack([values[torch.randperm(length)] for _ in range(moved[0])])
                weight.copy_(rows.view(moved).permute(back))
                permuted = ', '.join([f'v[randperm({length})]'] * moved[0])
                self.cells.append(
                    f'v = randn({length}); '
                    f'{name}.weight = stack([{permuted}]).view({moved}).permute({back})')
            if r.random() < 0.15:
                place = [r.randrange(size) for size in shape]
                weight[tuple(place)] = math.nan
                self.cells.append(f'{name}.weight{place} = nan')

    def amount(self, left):
        """How many, as it is written; rarely one more than there are."""
        r = self.r
        if r.random() < 0.02:
            return left + r.randint(1, 3)
        if r.random() < 0.4:
            return r.randint(0, left) if r.random() < 0.6 else min(left, r.randint(0, 3))
        return r.choice([0.0, 0.25, 0.5, 0.5, 0.75, 1.0, round(r.random(), 2), round(r.random() / 3, 3)])

    def left(self, name, dim=None):
        layer = self.layers[name]
        mask = getattr(layer, 'weight_mask', torch.ones_like(layer.weight)) != 0
        if dim is None:
            return int(mask.sum())
        dim %= mask.dim()
        return int(mask.sum(dim=[d for d in range(mask.dim()) if d != dim]).count_nonzero())

    def step(self):
        """Prunes; returns whether PyTorch refused."""
        r = self.r
        name = r.choice(list(self.layers))
        layer = self.layers[name]
        shape = tuple(layer.weight.shape)
        dim = r.randrange(-len(shape), len(shape))
        choice = r.random()
        if len(self.layers) > 1 and choice < 0.5:
            names = r.sample(list(self.layers), r.randint(1, len(self.layers)))
            amount = self.amount(sum(self.left(n) for n in names))
            is_random = r.random() < 0.4
            cell = f'global_unstructured {amount} {" ".join(names)}'
            cell += ' pruning_method=random_unstructured' if is_random else ''
            method = prune.RandomUnstructured if is_random else prune.L1Unstructured
            call = lambda: prune.global_unstructured(
                [(self.layers[n], 'weight') for n in names], pruning_method=method, amount=amount)
        elif choice < 0.1 or choice > 0.96:
            share = r.choice([0.2, 0.5, 0.9])
            cell = f'(rand{shape} < {share}) {name}'
            call = lambda: prune.custom_from_mask(layer, 'weight', torch.rand(shape) < share)
        elif choice < 0.13:
            cell = f'identity {name}'
            call = lambda: prune.identity(layer, 'weight')
        elif choice < 0.16 and getattr(layer, 'weight_mask', None) is not None:
            cell = f'remove {name}'
            call = lambda: prune.remove(layer, 'weight')
        elif choice < 0.36:
            amount = self.amount(self.left(name))
            cell = f'l1_unstructured {amount} {name}'
            call = lambda: prune.l1_unstructured(layer, 'weight', amount)
        elif choice < 0.5:
            amount = self.amount(self.left(name))
            cell = f'random_unstructured {amount} {name}'
            call = lambda: prune.random_unstructured(layer, 'weight', amount)
        elif choice < 0.64:
            amount = self.amount(self.left(name, dim))
            cell = f'random_structured {amount} dim={dim} {name}'
            call = lambda: prune.random_structured(layer, 'weight', amount, dim)
        else:
            n = r.choice(NORMS)
            amount = self.amount(self.left(name, dim))
            cell = f'ln_structured {amount} n={n} dim={dim} {name}'
            call = lambda: prune.ln_structured(layer, 'weight', amount, n, dim)
        self.cells.append('prune ' + cell)
        try:
            call()
        except ValueError:
            self.answers.append('error')
            return True
        self.answers.append(digest(self.layers))
        return False

    def line(self):
        # After a refusal PyTorch has forgotten its hook.
        for _ in range(self.r.choice([1, 2, 3, 3])):
            if self.step():
                break
        following = hexadecimal(torch.rand(1).item())
        return ' / '.join(self.cells) + '\t' + ' '.join(self.answers + [following])


def main(seed=20261127, count=1000, path=HERE / 'toolbox.txt'):
    assert torch.__version__.startswith('2.15.0'), torch.__version__
    r = random.Random(int(seed))
    lines = [f'# torch {torch.__version__}'] + [Case(r).line() for _ in range(int(count))]
    text = '\n'.join(lines) + '\n'
    pathlib.Path(path).write_text(text)
    print(f'{path}: {len(text)} bytes')


if __name__ == '__main__':
    main(*sys.argv[1:])
