#!/usr/bin/env python3
"""Asks `gradcheck` and `why` about the gradients of random expressions.

    explain.py DPU PROGRAMS [--program NAME] [--all]

PROGRAMS is what `generate.py 1500 SEED --gradients 1 --length 1 1 --refused 0` writes. Of each loss
`gradcheck` must find nothing wrong, and of every element of every gradient, of leaves and of what
has a name, `why` must give PyTorch's value, and lines that add up: each product, and each sum of
terms, within the rounding of what is printed. Where dpu and PyTorch print different gradients,
compare.py says so.
"""
import argparse
import collections
import itertools
import math
import re
import sys

import torch

import cells
import compare

NUMBER = r'-?(?:\d+\.?\d*(?:e[-+]\d+)?|inf|nan)'
HEAD = re.compile(rf'(?P<name>\S+?\.grad)(?P<place>\[.*\])? = (?P<value>{NUMBER})')
STEP = re.compile(rf'({NUMBER}) = ({NUMBER})(?:, straight| \* ({NUMBER})) through .*')
SUM = re.compile(rf'({NUMBER}) = sum of (\d+) terms? through .*')
ROW = re.compile(rf' +(?:\[.*\] +| +)({NUMBER})  \*  +({NUMBER})  =  +({NUMBER})')
REST = re.compile(rf'  \.\.\. (\d+) more, which sum to ({NUMBER})')
ZEROS = re.compile(r'  (\d+) (?:is|are) 0: .*')


def half(number):
    """How far the number may be from what it was before it was printed."""
    return 0.0 if number in ('inf', '-inf', 'nan') else 0.51 * compare.place(number)


def agrees(value, slack, other):
    value, other = float(value), float(other)
    if math.isnan(value) or math.isnan(other):
        return math.isnan(value) and math.isnan(other)
    return value == other or abs(value - other) <= slack + 1e-6 * abs(value) + 1e-37


def product(upstream, factor):
    return float(upstream) * float(factor), (
        half(upstream) * abs(float(factor)) + half(factor) * abs(float(upstream))
        if math.isfinite(float(upstream)) and math.isfinite(float(factor)) else 0.0)


def contradiction(text, expected):
    """What does not add up in an explanation, or None."""
    lines = text.split('\n')
    head = HEAD.fullmatch(lines[0])
    if not head:
        return 'no value'
    value = head['value']
    if not agrees(value, half(value), expected) and abs(float(value) - expected) > 1e-5:
        return f'PyTorch has {expected}'
    counts, terms = None, None

    def incomplete():
        return counts is not None and counts[0] != counts[1]

    for line in lines[1:]:
        if step := STEP.fullmatch(line):
            found, upstream, factor = step.groups()
            if not agrees(found, half(found) + half(value), value):
                return f'{line}: does not go on from {value}'
            if factor is not None:
                made, slack = product(upstream, factor)
                # What chooses lets no infinity through.
                if not agrees(made, slack + half(found), found) and not (
                        float(factor) == 0 == float(found)):
                    return line
            elif found != upstream:
                return line
            value = upstream
        elif total := SUM.fullmatch(line):
            found, count = total.groups()
            if not agrees(found, half(found) + half(value), value) or incomplete():
                return line
            terms = terms or [0.0, 0.0, 0.0]
            counts = [int(count), 0]
        elif row := ROW.fullmatch(line):
            upstream, factor, term = row.groups()
            made, slack = product(upstream, factor)
            if not agrees(made, slack + half(term), term):
                return line
            counts[1] += 1
            # Factors such as 1 - y are as coarse as the 1 in them, so upstream counts as well.
            terms = [terms[0] + float(term), terms[1] + half(term),
                     terms[2] + abs(float(term)) + abs(float(upstream))]
        elif rest := REST.fullmatch(line):
            counts[1] += int(rest[1])
            terms = [terms[0] + float(rest[2]), terms[1] + half(rest[2]), math.inf]
        elif (zeros := ZEROS.fullmatch(line)) and counts:
            counts[1] += int(zeros[1])
    if incomplete():
        return f'{counts[1]} of {counts[0]} terms'
    if terms:
        largest = 0.0 if terms[2] == math.inf else 1e-6 * terms[2]
        if not agrees(terms[0], terms[1] + half(value) + largest, value):
            return f'the terms sum to {terms[0]}, not to {value}'
    return None


def questions(program):
    """[(cell, PyTorch's value of the element it asks about or None)]"""
    session = cells.Session()
    found = [('gradcheck loss', None)]
    for cell in program:
        try:
            session.run(cell)
        except cells.Refused:
            if cell.startswith('backward'):
                return found
    for name, value in session.names.items():
        if not isinstance(value, torch.Tensor) or not value.requires_grad or value.grad is None:
            continue
        if value.dim():
            found.append((f'why {name}.grad', None))
        for place in itertools.product(*map(range, value.shape)):
            index = f'[{", ".join(map(str, place))}]' if place else ''
            found.append((f'why {name}.grad{index}', value.grad[place].item()))
    return found


def main():
    parser = argparse.ArgumentParser(
        description='Asks gradcheck and why about the gradients of random expressions.')
    parser.add_argument('dpu')
    parser.add_argument('programs')
    parser.add_argument('--program', default='', help='only programs whose name holds this')
    parser.add_argument('--all', action='store_true', help='every failure, not ten of a kind')
    options = parser.parse_args()
    programs = [p for p in cells.read(options.programs) if options.program in p[0]]
    asked = [questions(program) for _, program in programs]
    written = [program + ['printoptions precision=8'] + [cell for cell, _ in more]
               for (_, program), more in zip(programs, asked)]
    counts, shown = collections.Counter(), collections.Counter()

    def report(kind, name, cell, reason, text=''):
        counts[kind] += 1
        shown[kind] += 1
        if options.all or shown[kind] <= 10:
            print(f'{kind}: {name}: {cell}: {reason}')
            if text:
                print(compare.indented(text, 40))

    dpu = compare.Dpu(options.dpu, seconds=120)
    for (name, program), more, answers in zip(programs, asked, dpu.run(written)):
        for (cell, expected), answer in zip(more, answers[len(program) + 1:]):
            verb = cell.split(' ')[0]
            if answer.refusal == 'crash':
                report('crash', name, cell, program)
            elif answer.refusal and 'no difference can be measured' in answer.refusal:
                counts['gradcheck, not finite'] += 1
            elif answer.refusal and 'PyTorch has no derivative' in answer.refusal:
                counts['gradcheck, no derivative'] += 1
            elif answer.refusal:
                report(f'{verb} refuses', name, cell, answer.refusal)
            elif expected is not None and (wrong := contradiction(answer.text, expected)):
                report('why does not add up', name, cell, wrong, answer.text)
            else:
                counts[verb] += 1
    for kind, count in sorted(counts.items()):
        print(f'{count:7} {kind}')
    return 1 if shown else 0


if __name__ == '__main__':
    sys.exit(main())
