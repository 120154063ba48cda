#!/usr/bin/env python3
"""Records units.json: random units as torch.autograd.Function, forward and backward; and rules that
are no unit's, with the part that is to be refused.

    python3 record.py [SEED] > units.json

A rule is written so that it is the same text in Python and at the prompt.
"""
import json
import random
import sys

import torch

RANDOM = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 14)
FUNCTIONS = ['{}.abs()', 'torch.exp({})', '{}.clamp(-0.5, 0.5)', 'torch.sigmoid({})',
             'torch.tanh({})', '{} ** 2', '{}.sign()', 'torch.relu({})']


def number():
    return RANDOM.choice(['0.1', '0.5', '2', '1', '2e-4', '3', '0.9', '-0.25'])


def free(depth, names=('x', 'mask')):
    """An expression without grad."""
    kind = RANDOM.randrange(8) if depth > 0 else RANDOM.randrange(2)
    if kind == 0:
        return RANDOM.choice(names)
    if kind == 1:
        return number()
    if kind in (2, 3):
        # A number alone has no methods.
        return RANDOM.choice(FUNCTIONS).format(f'({RANDOM.choice(names)} + {free(depth - 1)})')
    if kind == 4:
        return f'torch.where({RANDOM.choice(names)} > {number()}, {tensor(depth)}, {free(depth - 1)})'
    operator = RANDOM.choice(['+', '-', '*'])
    return f'({free(depth - 1)} {operator} {free(depth - 1)})'


def tensor(depth):
    """One that is a tensor for certain."""
    return f'({RANDOM.choice(["x", "mask"])} * {free(depth - 1)})'


def affine(depth):
    kind = RANDOM.randrange(8) if depth > 0 else 0
    if kind == 0:
        return RANDOM.choice(['grad', 'grad', 'grad_output'])
    if kind in (1, 2):
        return f'({affine(depth - 1)} * {free(depth - 1)})'
    if kind == 3:
        return f'({free(depth - 1)} * {affine(depth - 1)})'
    if kind == 4:
        return f'({affine(depth - 1)} {RANDOM.choice("+-")} {free(depth - 1)})'
    if kind == 5:
        return f'({affine(depth - 1)} + {affine(depth - 1)})'
    if kind == 6:
        return f'({affine(depth - 1)} / ({tensor(depth)}.abs() + 1))'
    return f'torch.where({RANDOM.choice(["x", "mask"])} > {number()}, {affine(depth - 1)}, ' \
           f'{affine(depth - 1)})'


def unit(forward, backward):
    scope = {'torch': torch}

    class Unit(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, mask):
            ctx.save_for_backward(x, mask)
            return eval(forward, scope, {'x': x, 'mask': mask})

        @staticmethod
        def backward(ctx, grad):
            x, mask = ctx.saved_tensors
            names = {'x': x, 'mask': mask, 'grad': grad, 'grad_output': grad}
            return eval(backward, scope, names), None
    return Unit


def case():
    while True:
        forward, backward = tensor(2), affine(3)
        weight = [round(RANDOM.uniform(-2, 2), 3) for _ in range(6)]
        mask = [RANDOM.randrange(2) for _ in range(6)]
        upstream = [round(RANDOM.uniform(-3, 3), 3) for _ in range(6)]
        x = torch.tensor([weight], requires_grad=True)
        kept = torch.tensor([mask], dtype=torch.float32)
        try:
            value = unit(forward, backward).apply(x, kept)
            value.backward(torch.tensor([upstream]))
        except (TypeError, RuntimeError):
            continue
        if not (torch.isfinite(value).all() and torch.isfinite(x.grad).all()):
            continue
        return {'forward': forward, 'backward': backward, 'weight': weight, 'mask': mask,
                'upstream': upstream, 'value': value[0].tolist(), 'gradient': x.grad[0].tolist()}


def refused():
    """A backward rule with one part that no unit may have."""
    inner = affine(1)
    part = RANDOM.choice([
        f'torch.exp({inner})', f'({inner}) ** 2', f'({inner}) * grad', f'x / ({inner})',
        f'({inner}).abs()', f'torch.where(({inner}) > 0, x, mask)', f'({inner}) * ({inner})',
        f'torch.maximum({inner}, x)'])
    sum_of = RANDOM.choice(['{}.sum()', 'torch.mean({})', '{}.norm()', '{}.argmax()', '{}.sort()'])
    if RANDOM.randrange(4) == 0:
        word = sum_of.replace('{}', '').replace('torch.', '').strip('.()')
        text = sum_of.format('x')
        rule = f'grad * {text}'
        return {'backward': rule, 'part': word, 'start': rule.index(word)}
    rule = RANDOM.choice(['{}', 'mask * ({})', '({}) + grad', '0.5 * ({})']).format(part)
    return {'backward': rule, 'part': part, 'start': rule.index(part)}


def main():
    def lines(cases):
        return ',\n'.join(json.dumps(found, separators=(',', ':')) for found in cases)

    units, wrong = [case() for _ in range(500)], [refused() for _ in range(100)]
    print(f'{{"torch":"{torch.__version__}","units":[\n{lines(units)}\n],'
          f'"refused":[\n{lines(wrong)}\n]}}')


main()
