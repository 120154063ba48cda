#!/usr/bin/env python3
"""Compares a dpu program with PyTorch, cell by cell, and tabulates by function.

    compare.py DPU ANSWERS [--only F,…] [--without F,…] [--list N] [--all]

ANSWERS is what answer.py wrote; a file of programs without answers is answered first. Every cell
counts for each function and operator in it:

    equal    the text is PyTorch's
    near     numbers within one unit of the last printed place or 1e-6 of the largest, where
             answer.py says `near`
    noise    the same with the largest number of the whole program: what cancels out
    both     refused by both
    wrong    the text is another
    dpu-ref  refused by dpu alone
    torch-r  refused by PyTorch alone
    crash    dpu ends or hangs in the cell
    after    not counted: the cell uses a value of one that failed

The last two columns are of the cells that compute without sums, products of matrices and
transcendental functions, whatever else a function's cells began with: how many, and the share equal.
"""
import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

import answer
import cells

KINDS = 'equal near noise both wrong dpu-ref torch-r crash after'.split()
BAD = {'wrong', 'dpu-ref', 'torch-r', 'crash'}
NUMBER = re.compile(
    r'(?<![\w.])-?(?:\d+\.?\d*(?:e[-+]\d+)?|inf|nan)(?![\w.])|-?\b\d+\.(?=[,\]\s)])')

Cell = collections.namedtuple('Cell', 'source text refusal near')


def parse(lines):
    """The programs of a file and their cells with their records."""
    programs, shown, refusal, near, source = [], [], None, False, None

    def close():
        if source is not None:
            text = '\n'.join(shown) if shown else None
            programs[-1][1].append(Cell(source, text, refusal, near))

    for line in lines:
        if line.startswith('# program '):
            close()
            source = None
            programs.append((line[10:], []))
        elif line.startswith('#> ') or line == '#>':
            shown.append(line[3:])
        elif line.startswith('#! ') or line == '#!':
            refusal = (refusal + ' ' if refusal else '') + line[3:]
        elif line.startswith('#= '):
            near = line.endswith(' near')
        elif line.strip() and not line.startswith('#'):
            close()
            source, shown, refusal, near = line, [], None, False
    close()
    return programs


class Dpu:
    """Runs programs through `dpu record`, which writes below each cell what it showed."""

    def __init__(self, path, seconds=20):
        self.path, self.seconds = path, seconds
        self.folder = tempfile.TemporaryDirectory()

    def files(self, programs):
        for number, program in enumerate(programs):
            path = pathlib.Path(self.folder.name) / f'{number}.dpu'
            path.write_text('# dpu session 1\n' + '\n'.join(program) + '\n', encoding='utf-8')
            yield path

    def record(self, programs):
        """The cells of each program, or None where dpu crashed or took too long."""
        paths = list(self.files(programs))
        try:
            result = subprocess.run([self.path, 'record', '--yes', *map(str, paths)],
                                    capture_output=True, timeout=self.seconds + len(paths))
        except subprocess.TimeoutExpired:
            return None
        if result.returncode < 0 or result.returncode in (70, 132, 133, 134, 139):
            return None
        found = []
        for path, program in zip(paths, programs):
            lines = path.read_text(encoding='utf-8').split('\n')
            recorded = parse(['# program x'] + lines[1:])[0][1]
            if len(recorded) != len(program):
                return None
            found.append(recorded)
        return found

    def run(self, programs, batch=40):
        """Yields the cells of each program; the refusal of one where dpu crashed is `crash`."""
        for start in range(0, len(programs), batch):
            group = programs[start:start + batch]
            found = self.record(group)
            if found is not None:
                yield from found
            else:
                for program in group:
                    yield self.one(program)

    def one(self, program):
        """A program in which some cells may crash: these are left out; after twenty, the rest."""
        crashed = set()
        while True:
            kept = [i for i in range(len(program)) if i not in crashed]
            found = self.record([[program[i] for i in kept]])
            if found is not None or not kept:
                break
            low, high = 0, len(kept)  # the first `low` cells run, the first `high` do not
            while high - low > 1:
                middle = (low + high) // 2
                if self.record([[program[i] for i in kept[:middle]]]) is None:
                    high = middle
                else:
                    low = middle
            crashed.update(kept[high - 1:] if len(crashed) == 20 else [kept[high - 1]])
        result = [Cell(source, None, 'crash', False) for source in program]
        for i, cell in zip(kept, found[0] if found else []):
            result[i] = cell
        return result


def place(number):
    """One unit in the last printed place."""
    mantissa, _, exponent = number.partition('e')
    digits = len(mantissa.partition('.')[2])
    return 10.0 ** (int(exponent or 0) - digits)


def is_near(mine, theirs, scale=0.0):
    """Whether two texts are the same but for the last places of their numbers."""
    a, b = NUMBER.findall(mine), NUMBER.findall(theirs)
    if len(a) != len(b):
        return False
    skeletons = [re.sub(r'\s+', '', NUMBER.sub('0', text)) for text in (mine, theirs)]
    if skeletons[0] != skeletons[1]:
        return False
    numbers = [(float(x), float(y)) for x, y in zip(a, b)]
    finite = [abs(y) for _, y in numbers if abs(y) < float('inf')]
    largest = max(finite + [scale])
    for (x, y), s, t in zip(numbers, a, b):
        if x == y or x != x and y != y:
            continue
        whole = s.isdigit() and t.isdigit()  # an index, a size
        if whole or not abs(x - y) <= max(1.01 * max(place(s), place(t)), 1e-6 * largest):
            return False
    return True


def largest(program):
    numbers = [abs(float(n)) for cell in program if cell.text for n in NUMBER.findall(cell.text)]
    return max([n for n in numbers if n < float('inf')] + [0.0])


def without_address(text):
    return re.sub(r' object at 0x[0-9a-f]+', '', text)


def judge(mine, theirs, scale):
    if mine.refusal == 'crash':
        return 'crash'
    if mine.refusal is not None or theirs.refusal is not None:
        if mine.refusal is not None and theirs.refusal is not None:
            return 'both'
        return 'dpu-ref' if mine.refusal is not None else 'torch-r'
    a, b = without_address(mine.text or ''), theirs.text or ''
    if a == b:
        return 'equal'
    if theirs.source.startswith('backward'):
        return 'equal'  # shows the gradient of a layer's weight: there is none
    if theirs.near and is_near(a, b):
        return 'near'
    if theirs.near and is_near(a, b, scale):
        return 'noise'
    return 'wrong'


def words(source):
    return cells.variables(source) | {f'Out{n}' for n in re.findall(r'Out\[(\d+)\]', source)}


def compare(dpu, answers):
    """Yields (program, cell's number, functions, kind, dpu's cell, PyTorch's cell)."""
    programs = [[cell.source for cell in program] for _, program in answers]
    for (name, theirs), mine in zip(answers, dpu.run(programs)):
        scale = largest(theirs)
        lost = set()  # names that hold something else than in PyTorch
        for number, (a, b) in enumerate(zip(mine, theirs), 1):
            kind = judge(a, b, scale)
            needed = words(b.source) | ({'grad'} if '.grad' in b.source else set())
            follows = kind in BAD - {'crash'} and bool(needed & lost)
            made = {target for _, target, _ in cells.statements(b.source) if target}
            if kind in BAD or needed & lost and kind != 'both':
                lost |= made | {'_', f'Out{number}'}
                if 'backward' in b.source:
                    lost.add('grad')
            elif kind != 'both':
                lost -= made
                if a.text is not None:
                    lost.discard('_')
            yield name, number, cells.used(b.source), 'after' if follows else kind, a, b


def table(counts):
    rows = [['', 'cells', *KINDS, 'equal %', 'exact', 'equal %']]
    for function in sorted(counts, key=lambda f: (f != 'all cells', not f[0].isalpha(), f)):
        row = counts[function]
        judged = sum(row[kind] for kind in KINDS if kind != 'after')
        equal = row['equal'] + row['both']
        rows.append([function, judged, *(row[kind] or '' for kind in KINDS),
                     f'{100 * equal / judged:.1f}' if judged else '', row['exact'] or '',
                     f'{100 * row["exact equal"] / row["exact"]:.1f}' if row['exact'] else ''])
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    return '\n'.join('  '.join(
        str(value).ljust(widths[i]) if i == 0 else str(value).rjust(widths[i])
        for i, value in enumerate(row)).rstrip() for row in rows)


def indented(text, lines=6):
    parts = (text if text is not None else '(nothing)').split('\n')
    if len(parts) > lines:
        parts = parts[:lines] + ['…']
    return '\n'.join('        ' + part for part in parts)


def main():
    parser = argparse.ArgumentParser(description='Compares a dpu program with PyTorch.')
    parser.add_argument('dpu')
    parser.add_argument('answers')
    parser.add_argument('--only', default='', help='cells that use one of these functions')
    parser.add_argument('--without', default='', help='not the cells that use one of these')
    parser.add_argument('--program', default='', help='only programs whose name holds this')
    parser.add_argument('--list', type=int, default=3, help='failures shown for each function')
    parser.add_argument('--all', action='store_true', help='every failure, and what is near')
    options = parser.parse_args()
    lines = open(options.answers, encoding='utf-8').read().split('\n')
    if not lines[0].startswith('# PyTorch '):
        lines = answer.answer(cells.read(options.answers))
    answers = [p for p in parse(lines) if options.program in p[0]]
    only = set(filter(None, options.only.split(',')))
    without = set(filter(None, options.without.split(',')))

    counts = collections.defaultdict(collections.Counter)
    failures = []
    for found in compare(Dpu(options.dpu), answers):
        functions, kind = found[2], found[3]
        if only and not functions & only or functions & without:
            continue
        kinds = [kind]
        if not found[5].near and kind != 'after':
            kinds += ['exact'] + ['exact equal'] * (kind in ('equal', 'both'))
        for function in ['all cells', *(functions & only if only else functions)]:
            counts[function].update(kinds)
        if kind in BAD or options.all and kind in ('near', 'noise', 'after'):
            failures.append(found)

    total = {f: sum(row[kind] for kind in KINDS) for f, row in counts.items()}
    groups = collections.defaultdict(list)
    for found in failures:  # each once, at its rarest function
        rarest = min(found[2] & set(total), key=lambda f: (total[f], f), default='(no function)')
        groups[rarest].append(found)
    for function, group in sorted(groups.items()):
        print(f'{function}: {len(group)}')
        for name, number, _, kind, mine, theirs in group[:None if options.all else options.list]:
            print(f'  {kind}  {theirs.source}    ({name}, cell {number})')
            if mine.refusal != 'crash':
                print(f'    dpu{" refuses" if mine.refusal else ""}:')
                print(indented(mine.refusal or mine.text))
            print(f'    PyTorch{" refuses" if theirs.refusal else ""}:')
            print(indented(theirs.refusal or theirs.text))
    print(table(counts))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
