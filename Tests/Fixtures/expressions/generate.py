#!/usr/bin/env python3
"""Writes random programs of expressions.

    generate.py COUNT SEED [--stage FAMILY,…] [--gradients SHARE] [--refused SHARE]
                [--length LEAST MOST] [-o PROGRAMS]

COUNT is the number of expressions, set-up cells not counted. A family of expressions.FAMILIES, or
a function's name, gives the outermost functions; without --stage they are all. PyTorch runs beside
the writing: about --refused of the expressions (0.15) are such that it refuses them. Where a last
bit could turn the result over (comparisons of sums, differences of what is almost equal), another
is tried.
"""
import argparse
import random
import sys

import torch

import cells
import expressions
from choices import COMPARISONS, Unfit, literal, number

POOL = [-2, -1, 0, 0.5, 1, 2, 3, -0.5]
SPECIAL = [0., -0., float('nan'), float('inf'), float('-inf'), 1e-7, 1e8, -3.5, 1., 2.]
SHAPES = [(), (1,), (3,), (4,), (5,), (2, 3), (3, 2), (3, 3), (2, 4), (1, 3), (4, 1), (2, 2, 3),
          (2, 1, 3), (3, 2, 2), (1, 2, 2, 3), (2, 2, 1, 2), (2, 3, 2, 2), (12,), (6, 4), (17,)]


class Program:
    def __init__(self, source, stage, refused):
        self.r, self.stage, self.refused = source, stage, refused
        self.session, self.exact = cells.Session(), cells.Session(torch.float64)
        self.lines, self.near = [], set()
        self.draws = False

    def chance(self, share):
        return self.r.random() < share

    def add(self, line, near=False):
        """Runs a cell in both sessions and keeps it."""
        self.lines.append(line)
        try:
            found = self.session.run(line)
        except cells.Refused:
            found = None
        try:
            self.exact.run(line)
        except cells.Refused:
            pass
        for _, name, _ in cells.statements(line):
            if name and found:
                (self.near.add if near else self.near.discard)(name)
        return found

    # Set-up

    def numbers(self, shape, kind):
        if shape:
            return [self.numbers(shape[1:], kind) for _ in range(shape[0])]
        if kind == 'pool':
            return self.r.choice(POOL)
        if kind == 'special':
            return self.r.choice(SPECIAL)
        if kind == 'scale':
            return float(f'{self.r.gauss(0, 1) * 10 ** self.r.uniform(-5, 5):.4g}')
        if kind == 'whole':
            return self.r.randint(-4, 6)
        return round(self.r.gauss(0, 1.5), self.r.choice([1, 2, 4]))

    def like(self, shape):
        """A shape that broadcasts with another."""
        shape = [1 if self.chance(0.25) else s for s in shape]
        return tuple(shape[self.r.choice([0, 0, 0, 1, 2]):])

    def set_up(self, gradients):
        shape = self.r.choice(SHAPES)
        for name in ['x', 'y', 'w'][:self.r.choice([1, 2, 2, 3])]:
            kind = self.r.choice(['pool', 'pool', 'plain', 'plain', 'special', 'scale', 'whole'])
            values = literal(self.numbers(shape, kind))
            leaf = self.chance(0.6) or gradients and name == 'x'
            if shape == ():
                value = number(float(self.r.choice(POOL)))
                verb = f'{name} = tensor({value}{", requires_grad=true" if leaf else ""})'
            else:
                verb = f'tensor {values}{" requires_grad=true" if leaf else ""} as {name}'
            self.add(verb)
            first = shape if name == 'x' else first
            shape = self.r.choice([self.like(first), first, first, self.r.choice(SHAPES)])
        if self.chance(0.5):
            shape = self.r.choice([first, self.like(first)])
            self.add(f'k = tensor({literal(self.numbers(shape, "whole"))})')
        if self.chance(0.4):
            self.add(f'b = {self.r.choice(list(self.session.names))} '
                     f'{self.r.choice(COMPARISONS)} {self.r.choice(["0", "1", "0.5"])}')
        if self.chance(0.1):
            empty = ['zeros(0)', 'zeros(2, 0)', 'x[:0]' if first else 'zeros(0)']
            self.add('e = ' + self.r.choice(empty))
        if self.chance(0.15):
            self.add(f'seed {self.r.randrange(1000)}')

    # Expressions

    def choose(self, writer, depth):
        if not self.stage:
            return writer.expression(depth)
        stage = self.r.choice(self.stage)
        if stage in expressions.FAMILIES:
            return writer.expression(depth, family=stage)
        return writer.expression(depth, name=stage)

    def fits(self, line, near):
        """Whether a cell does not depend on last bits, is not long and has dpu's types."""
        state = torch.get_rng_state()
        try:
            tree = self.session.evaluate(line, self.session.names)
            types = cells.Session.types(tree)
            text = cells.Session.text(tree)
            if not types <= {torch.float32, torch.int64, torch.bool} or isinstance(tree, complex):
                return False
            if isinstance(tree, torch.Tensor) and tree.dim() > 5 or len(text) > 1500:
                return False
            if near and not self.draws and 'rand' not in line:
                return steady(tree, self.exact.evaluate(line, self.exact.names))
            return True
        except Exception:
            return False
        finally:
            torch.set_rng_state(state)

    def write(self, count, gradients):
        self.set_up(gradients)
        inner = iter('zuvqp')
        for _ in range(count):
            line, near = self.expression()
            target = next(inner, None) if self.chance(0.25) else None
            if target:
                line = f'{target} = {line}' if self.chance(0.7) else f'{line} as {target}'
            if 'rand' in line:
                self.draws = True
            self.add(line, near)
        if gradients:
            self.gradient()
        return self.lines

    def expression(self):
        """(line, near) of an expression that PyTorch accepts, or refuses, as the dice say."""
        refusal = self.chance(self.refused)
        for _ in range(80):
            writer = Recorder(self.r, self.session, self.near)
            writer.wild = refusal
            try:
                node = self.choose(writer, self.r.choice([2, 2, 3]))
            except Unfit:
                continue
            except Exception:
                if refusal and writer.last and len(writer.last) < 160:
                    return writer.last, False
                continue
            if not refusal and self.fits(node.source, node.near) and len(node.source) < 160:
                return node.source, node.near
        return 'x.shape', False

    def gradient(self):
        """A loss, its gradients."""
        for _ in range(80):
            writer = expressions.Writer(self.r, self.session, self.near)
            try:
                node = self.choose(writer, self.r.choice([2, 3, 3]))
            except Exception:
                continue
            value = node.value
            if not isinstance(value, torch.Tensor) or not value.requires_grad:
                continue
            leaves = [name for name, v in self.session.names.items()
                      if isinstance(v, torch.Tensor) and v.requires_grad]
            weight = self.r.choice(['', '', ' * 2', ' ** 2'])
            if value.dim() and self.chance(0.6):
                weight = ' * tensor(' + literal(
                    [self.r.choice([1., 2., -1., 0.5]) for _ in range(value.shape[-1])]) + ')'
                if value.shape[-1] == 0:
                    weight = ''
            inner = f'({node.primary}{weight})' if weight else node.primary
            line = f'{inner}.{self.r.choice(["sum", "sum", "sum", "mean"])}()'
            if not self.fits(line, True):
                continue
            trial = [cells.Session(), cells.Session(torch.float64)]
            body = [f'loss = {line}', 'backward loss', *(f'{name}.grad' for name in leaves)]
            results = []
            for session in trial:
                found = []
                for cell in self.lines + body:
                    try:
                        found.append(session.run(cell)[0])
                    except cells.Refused:
                        found.append('refused')
                results.append(found[-len(body):])
            same = all(a == 'refused' or steady(a, b) for a, b in zip(*results)
                       if not (isinstance(a, str) or isinstance(b, str)))
            if not self.draws and 'rand' not in line and not same:
                continue
            for cell in body:
                self.add(cell, True)
            return


class Recorder(expressions.Writer):
    """Remembers what was evaluated last, which is what PyTorch refused."""
    last = None

    def evaluate(self, source):
        self.last = source
        return super().evaluate(source)


def flat(value):
    if isinstance(value, torch.Tensor):
        return value.detach().double().reshape(-1)
    if isinstance(value, tuple):
        parts = [flat(v) for v in value]
        return torch.cat(parts) if parts else torch.zeros(0, dtype=torch.float64)
    if isinstance(value, (int, float)):
        return torch.tensor([float(value)], dtype=torch.float64)
    return torch.zeros(0, dtype=torch.float64)


def steady(value, exact):
    """Whether a float32 result is that of double precision but for rounding and overflow."""
    a, b = flat(value), flat(exact)
    if a.shape != b.shape:
        return False
    b = torch.where(b.abs() > 3.4e38, torch.sign(b) * float('inf'), b)
    finite = b[b.isfinite()]
    largest = finite.abs().max() if finite.numel() else torch.tensor(0., dtype=torch.float64)
    same = (a == b) | (a.isnan() & b.isnan()) | ((a - b).abs() <= 1e-6 * largest)
    return bool(same.all())


def main():
    parser = argparse.ArgumentParser(description='Writes random programs of expressions.')
    parser.add_argument('count', type=int)
    parser.add_argument('seed', type=int)
    parser.add_argument('--stage', default='')
    parser.add_argument('--gradients', type=float, default=0.3,
                        help='share of programs with a backward')
    parser.add_argument('--refused', type=float, default=0.15, help='share of refused expressions')
    parser.add_argument('--length', type=int, nargs=2, default=(3, 6),
                        help='expressions of a program')
    parser.add_argument('-o', dest='programs')
    options = parser.parse_args()
    stage = [s for s in options.stage.split(',') if s]
    lines, written, number = [], 0, 0
    while written < options.count:
        number += 1
        source = random.Random(f'{options.seed} {number}')
        program = Program(source, stage, options.refused)
        count = min(source.randint(*options.length), options.count - written)
        lines += [f'# program {options.seed}.{number}',
                  *program.write(count, source.random() < options.gradients)]
        written += count
    text = '\n'.join(lines) + '\n'
    if options.programs:
        open(options.programs, 'w', encoding='utf-8').write(text)
    else:
        sys.stdout.write(text)


if __name__ == '__main__':
    main()
