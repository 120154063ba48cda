#!/usr/bin/env python3
"""Records masks.json: groups and scores by numpy, choices by torch.topk, of random layers.

    python3 record.py [SEED COUNT] > masks.json

Weights are whole multiples of a power of two, few enough that every sum is exact in float32 and does
not depend on its order; half of the layers have weights of five values, so that scores are equal. A
layer is known by its seed, from which `splitmix64` makes the same numbers here and in the test; of
scores and masks digests are kept (FNV-1a, of the scores' float32 bytes and of a byte for each group).
"""
import json
import sys

import numpy as np
import torch

BITS = (1 << 64) - 1
FIVE = [-1.0, -0.5, -0.0, 0.25, 0.5]
AXES = {
    'filter': (1, 2, 3), 'channel': (0, 2, 3), 'kernel': (2, 3), 'shape': (0,), 'stripe': (1,),
    'kernel_row': (3,), 'kernel_column': (2,), 'slice_row': (1, 3), 'slice_column': (1, 2),
    'spatial': (0, 1), 'connection': (), 'depth': (0, 1, 2, 3)}
LINEAR = ['filter', 'channel', 'connection']
SCORES = ['l1', 'l2', 'linf', 'random', 'taylor', 'snip', 'gradient', 'batchnorm', 'fpgm']


class Numbers:
    """splitmix64."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = self.state + 0x9e3779b97f4a7c15 & BITS
        mixed = self.state
        mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9 & BITS
        mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb & BITS
        return mixed ^ mixed >> 31

    def below(self, count):
        return (self.next() >> 33) % count

    def pick(self, values):
        return values[self.below(len(values))]


def weights(seed, shape, five, nan=False):
    numbers = Numbers(seed)
    count = int(np.prod(shape))
    values = [FIVE[numbers.below(5)] if five else (numbers.below(257) - 128) / 64
              for _ in range(count)]
    if nan:
        values[numbers.below(count)] = float('nan')
    return np.array(values, dtype=np.float32).reshape(shape)


def gradients(seed, shape):
    numbers = Numbers(seed)
    values = [(numbers.below(17) - 8) / 8 for _ in range(int(np.prod(shape)))]
    return np.array(values, dtype=np.float32).reshape(shape)


def grouped(array, structure):
    """The array with its groups' elements in the last dimension, the groups' shape before it."""
    rank = array.ndim
    name, _, size = structure.partition('=')
    if name in AXES:
        inside = tuple(axis for axis in AXES[name] if axis < rank)
    elif name == 'block':
        rows, columns = map(int, size.split('x'))
        array = array.reshape(
            array.shape[0] // rows, rows, int(np.prod(array.shape[1:])) // columns, columns)
        inside = (1, 3)
    elif name == 'vector':
        array = array.reshape(array.shape[0] // int(size), int(size), *array.shape[1:])
        inside = (1,)
    else:
        inside = ()
    outside = [axis for axis in range(array.ndim) if axis not in inside]
    moved = array.transpose(*outside, *inside)
    return moved.reshape(*[array.shape[axis] for axis in outside], -1)


def scores(score, weight, gradient, gamma, structure, seed):
    groups = grouped(weight, structure)
    slopes = grouped(gradient, structure)
    with np.errstate(invalid='ignore'):
        if score == 'l1':
            return np.abs(groups).sum(-1, dtype=np.float32)
        if score == 'l2':
            return np.sqrt((groups * groups).sum(-1, dtype=np.float32))
        if score == 'linf':
            return np.abs(groups).max(-1)
        if score == 'taylor':
            return (groups * slopes).sum(-1, dtype=np.float32) ** 2
        if score == 'snip':
            return np.abs(groups * slopes).sum(-1, dtype=np.float32)
        if score == 'gradient':
            return np.abs(slopes).sum(-1, dtype=np.float32)
        if score == 'batchnorm':
            return np.abs(gamma)
        if score == 'random':
            torch.manual_seed(seed)
            return torch.rand(groups.shape[:-1]).numpy()
        rows = groups.reshape(-1, groups.shape[-1])
        sums = []
        for row in rows:
            total = 0.0
            for other in rows:
                squares = 0.0
                for a, b in zip(row, other):
                    squares += float(np.float32(a - b)) ** 2
                total += squares ** 0.5
            sums.append(total)
        return np.array(sums, dtype=np.float32).reshape(groups.shape[:-1])


def lowest(values, count):
    """1 for what stays where so many of the lowest go."""
    kept = torch.ones(values.size, dtype=torch.uint8)
    kept[torch.from_numpy(values.reshape(-1)).topk(count, largest=False).indices] = 0
    return kept.numpy()


def chosen(values, structure, case):
    name, _, size = structure.partition('=')
    if name == 'keep':
        stays, of = map(int, size.split(':'))
        lines = torch.from_numpy(np.moveaxis(values, 1, -1).copy())
        lines = lines.reshape(-1, of)
        kept = torch.ones(lines.shape, dtype=torch.uint8)
        kept.scatter_(1, lines.topk(of - stays, dim=1, largest=False).indices, 0)
        moved = np.moveaxis(values, 1, -1)
        return np.moveaxis(kept.numpy().reshape(moved.shape), -1, 1).reshape(-1)
    return lowest(values, removed(values.size, case))


def removed(groups, case):
    if 'count' in case:
        return min(case['count'], groups)
    share = case['rate'] * groups
    return round(share) if case.get('round') == 'even' else int(share)


def digest(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 & BITS
    return f'{value:016x}'


def clean(values):
    """One kind of NaN, so that digests agree."""
    values = np.array(values, dtype=np.float32)
    values[np.isnan(values)] = np.float32('nan')
    return np.where(np.isnan(values), np.float32(12345), values).astype('<f4').tobytes()


def shape_for(numbers, structure, linear):
    name, _, size = structure.partition('=')
    out, inner = numbers.pick([2, 3, 4, 5, 6, 8, 12]), numbers.pick([1, 2, 3, 4, 5, 7])
    if name == 'block':
        rows, columns = map(int, size.split('x'))
        out, inner = rows * (1 + numbers.below(4)), columns * (1 + numbers.below(3))
    elif name == 'vector':
        out = int(size) * (1 + numbers.below(4))
    elif name == 'keep':
        inner = int(size.split(':')[1]) * (1 + numbers.below(3))
    if linear:
        return [out, inner]
    if out == inner:
        out += {'block': int(size.split('x')[0]) if name == 'block' else 1,
                'vector': int(size) if name == 'vector' else 1}.get(name, 1)
    # A mask with two axes exchanged has another shape, or the wrong number of groups.
    sizes = [size for size in (1, 2, 3, 4, 5) if size not in (out, inner)]
    return [out, inner, numbers.pick(sizes), numbers.pick(sizes)]


def structure_for(numbers, linear):
    kinds = list(LINEAR) if linear else list(AXES)[:-1]
    kinds += ['block', 'vector', 'keep']
    name = numbers.pick(kinds)
    if name == 'block':
        return f'block={numbers.pick([1, 2, 3])}x{numbers.pick([1, 2, 3])}'
    if name == 'vector':
        return f'vector={numbers.pick([1, 2, 3, 4])}'
    if name == 'keep':
        return numbers.pick(['keep=1:2', 'keep=2:4', 'keep=1:4', 'keep=3:4', 'keep=2:3'])
    return name


def case(seed):
    numbers = Numbers(seed)
    linear = numbers.below(5) == 0
    structure = structure_for(numbers, linear)
    score = numbers.pick(SCORES)
    if score == 'batchnorm' and structure != 'filter':
        score = 'l1'
    result = {'seed': seed, 'structure': structure, 'score': score,
              'five': numbers.below(2) == 0, 'nan': numbers.below(12) == 0}
    if structure.startswith('keep'):
        result['rate'] = 0
    elif numbers.below(6) == 0:
        result['count'] = numbers.below(7)
    else:
        result['rate'] = numbers.pick([0, 0.1, 0.25, 0.29, 0.34, 0.5, 0.5, 0.6, 0.75, 0.9])
        if numbers.below(3) == 0:
            result['round'] = 'even'
    if numbers.below(8) == 0:
        result['normalize'] = True
    layers = 3 if numbers.below(6) == 0 and not structure.startswith('keep') else 1
    result['shapes'] = [shape_for(numbers, structure, linear) for _ in range(layers)]
    mixed = numbers.below(8) == 0 and layers == 1 and score in ('l1', 'l2', 'linf')
    if mixed:
        other = numbers.pick(LINEAR if linear else list(AXES)[:-1])
        result['mixed'] = [other, numbers.pick([0.25, 0.4, 0.5])]
    return answered(result)


def answered(result):
    seed, structure = result['seed'], result['structure']
    tensors = []
    for index, shape in enumerate(result['shapes']):
        tensors.append((
            weights(seed * 4 + index, shape, result['five'], result['nan'] and index == 0),
            gradients(seed * 4 + index + 7, shape),
            weights(seed * 4 + index + 11, [shape[0]], False)))

    def scored(structure):
        found = []
        for index, (weight, gradient, gamma) in enumerate(tensors):
            # One stream of random numbers runs through all layers.
            if result['score'] == 'random' and index > 0:
                shape = grouped(weight, structure).shape[:-1]
                values = torch.rand(shape).numpy()
            else:
                values = scores(result['score'], weight, gradient, gamma, structure, seed)
            if result.get('normalize'):
                size = weight.size // max(1, values.size)
                values = values / np.float32(size)
            found.append(values.astype(np.float32))
        return found

    values = scored(structure)
    result['groups'] = [list(value.shape) for value in values]
    result['scores'] = digest(b''.join(clean(value) for value in values))
    if len(values) > 1:
        flat = np.concatenate([value.reshape(-1) for value in values])
        kept = lowest(flat, removed(flat.size, result))
    else:
        kept = chosen(values[0], structure, result)
    if 'mixed' in result:
        other, rate = result['mixed']
        weight = tensors[0][0]
        first = spread(kept.reshape(values[0].shape), weight.shape, structure)
        other_values = scored(other)[0]
        second = lowest(other_values, int(other_values.size * rate)).reshape(other_values.shape)
        kept = (first * spread(second, weight.shape, other)).reshape(-1)
    result['kept'] = int(kept.sum())
    result['mask'] = digest(kept.astype(np.uint8).tobytes())
    return result


def spread(mask, shape, structure):
    """A mask in the weight's shape: each element's group found by its number."""
    numbers = np.arange(mask.size, dtype=np.int64)
    places = grouped(np.arange(int(np.prod(shape))).reshape(shape), structure)
    result = np.zeros(int(np.prod(shape)), dtype=np.uint8)
    for number, elements in zip(numbers, places.reshape(mask.size, -1)):
        result[elements] = mask.reshape(-1)[number]
    return result


def main():
    first, count = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (130001, 1500)
    cases = [case(seed) for seed in range(first, first + count)]
    print('{"torch": "%s", "numpy": "%s", "cases": [' % (torch.__version__, np.__version__))
    print(',\n'.join(json.dumps(found, separators=(',', ':')) for found in cases))
    print(']}')


main()
