#!/usr/bin/env python3
"""Answers programs with PyTorch.

    answer.py PROGRAMS [-o ANSWERS]

Run with the torch 2.15.0 wheel and OMP_NUM_THREADS=1; a second run gives the same bytes. Below each
cell stand:

    #> a line that `print` shows (nothing for a cell that displays no value)
    #= float32 2x3 SumBackward1 near     type, shape or `scalar`, grad_fn or `leaf`; `near` where
                                         numbers may differ by one unit in the last printed place
    #! PyTorch's message: it refuses the cell

cases.answers are those of cases.txt; random.answers of `generate.py 2800 1`; gradients.answers of
`generate.py 400 2 --gradients 1 --length 1 1 --refused 0.05`. Answers are read as programs too.
"""
import argparse
import sys

import torch

import cells


def answer(programs):
    lines = [f'# PyTorch {torch.__version__}']
    for name, program in programs:
        lines.append(f'# program {name}')
        session = cells.Session()
        for cell in program:
            lines.append(cell)
            near = session.is_near(cell)
            try:
                value, shown, text = session.run(cell)
            except cells.Refused as refusal:
                lines.append(f'#! {refusal}')
                continue
            if shown:
                lines += [f'#> {line}'.rstrip() for line in text.split('\n')]
                near = near and session.is_float(value)
                lines.append(f'#= {session.about(value)}' + (' near' if near else ''))
    return lines


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description='Answers programs with PyTorch.')
    parser.add_argument('programs')
    parser.add_argument('-o', dest='answers')
    options = parser.parse_args()
    text = '\n'.join(answer(cells.read(options.programs))) + '\n'
    if options.answers:
        open(options.answers, 'w', encoding='utf-8').write(text)
    else:
        sys.stdout.write(text)
