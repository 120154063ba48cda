#!/usr/bin/env python3
"""Runs the Python programs that dpu writes, and records those that print what dpu prints.

    DPU_WRITE_PROGRAMS=FILE swift test --filter PythonProgramTests
    python3 record_programs.py FILE    with the torch 2.15.0 wheel

The first line writes the programs of the commands' examples. With DPU_PROGRAMS_OF=FOLDER it writes
those of the session files in that folder instead; then `record_programs.py FILE --check` only says
which differ. A second run gives the same bytes.
"""
import contextlib
import difflib
import io
import json
import os
import pathlib
import sys
import traceback
import warnings

import torch

from exact import write

torch.set_num_threads(1)
warnings.simplefilter('ignore')


def printed(program):
    """What a program prints, and what it fails with."""
    torch.set_printoptions(profile='default', sci_mode=None)
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        try:
            exec(compile(program, 'program', 'exec'), {'__name__': '__main__'})
        except Exception:
            output.write(traceback.format_exc(limit=-1))
    return output.getvalue()


def lines(text):
    return [line.rstrip() for line in text.rstrip('\n').split('\n')]


def main(path, check):
    path = pathlib.Path(path).absolute()
    # There lie the files that come with dpu.
    os.chdir(pathlib.Path(__file__).absolute().parents[2] / 'sessions')
    assert torch.__version__.startswith('2.15.0'), torch.__version__
    programs = json.loads(path.read_text())
    differing = 0
    for program in programs:
        found = printed(program['text'])
        if lines(found) != lines(program['shown']):
            differing += 1
            print(f'--- {program["name"]}')
            print('\n'.join(difflib.unified_diff(
                lines(program['shown']), lines(found), 'dpu', 'PyTorch', lineterm='', n=1)))
    print(f'{len(programs) - differing} of {len(programs)} programs print the same')
    if not check:
        assert differing == 0
        write('programs.json', {'programs': programs}, indent=1)


if __name__ == '__main__':
    main(sys.argv[1], '--check' in sys.argv)
