#!/usr/bin/env python3
"""Compares dpu with PyTorch, and with JAX where there is one: the same work, in the same run, in turn.

    swift build -c release -Xswiftc -static-executable --product dpu
    swift build -c release -Xswiftc -static-executable --product Benchmark
    python3 Tests/Benchmark/compare.py --torch-python PYTHON [--jax-python PYTHON] [--csv FILE]
        [--quick] [--only TEXT]

Every figure is the median over several rounds, with the least and the most; in each round one
program runs and then the other. A ratio is a peer's time (or memory) over dpu's, above 1 where dpu
is ahead: the median of the rounds' ratios, as a machine's speed may change between rounds. Where a
peer has several ways to do a row, each is measured, and the fastest counts and is named; no word
means as it comes. Where a row counts operations, the share of the peak is dpu's part of what the
threads' cores can do. PYTHON, or the environment's TORCH_PYTHON, is a Python that can import torch.
"""
import argparse
import csv
import math
import os
import pathlib
import platform
import select
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent
SESSION = PACKAGE / 'sessions' / 'published-notebook.dpu'
LAYERS = ['8,16,32,28', '8,64,64,56', '16,128,128,28']
# LeNet's two, and one of 1 × 1: the kernel's side stands behind the image's.
OTHER_LAYERS = ['64,1,20,28,5', '64,20,50,12,5', '16,128,128,28,1']
PARTS = ['forward', 'input-gradient', 'weight-gradient']
LINEAR = '64,800,500'
PASSES = ['relu', 'relu-gradient', 'maxpool', 'batchnorm', 'batchnorm-gradient', 'cross-entropy',
          'sgd']
EXPRESSIONS = ['add-multiply', 'chain', 'compare-sum', 'mean-norm']
TUNED = {'MALLOC_TRIM_THRESHOLD_': '4000000000', 'MALLOC_MMAP_THRESHOLD_': '4000000000'}
ALLOCATORS = {'default': {}, 'tuned': TUNED}
# By the first word of a row's name, how a peer can do it.
TORCH_WAYS = dict.fromkeys(['conv', 'masked', 'pass', 'lenet', 'compact'],
                           ['', 'channels_last', 'compile', 'compile channels_last'])
JAX_WAYS = dict.fromkeys(['conv', 'lenet'], ['', 'nhwc'])
# What stands beside every row of sparsity.
DENSE = 'masked/16,128,128,28/0'


def work_of(layer):
    """10⁹ floating-point operations of a convolution by its definition."""
    batch, inputs, outputs, side, *rest = map(int, layer.split(','))
    kernel = rest[0] if rest else 3
    outputs_side = side if kernel == 3 else side - kernel + 1
    return 2e-9 * batch * inputs * outputs * outputs_side ** 2 * kernel ** 2


def environment(extra):
    result = {key: value for key, value in os.environ.items()
              if key not in TUNED and key not in ('OPENBLAS_CORETYPE', 'OMP_NUM_THREADS')}
    return {**result, **extra}


class Quiet:
    """Waits until nobody else computes, as long as patience lasts, and counts where it did not."""

    patience = 0.0
    measurements = 0
    disturbed = 0

    @classmethod
    def wait(cls):
        # OpenMP's threads spin for a while behind their work and would take a core from the other.
        busy = cls.busy()
        while busy > 0.1 and cls.patience > 0:
            cls.patience -= 0.1
            busy = cls.busy()
        cls.measurements += 1
        cls.disturbed += busy > 0.1

    @staticmethod
    def busy(seconds=0.05):
        """The share of all cores' time that is not idle."""
        def read():
            if not os.path.exists('/proc/stat'):
                return 0, 0
            with open('/proc/stat') as file:
                ticks = [int(field) for field in file.readline().split()[1:9]]
            return sum(ticks), ticks[3] + ticks[4]
        before = read()
        time.sleep(seconds)
        after = read()
        return 1 - (after[1] - before[1]) / max(1, after[0] - before[0])


class CannotRun(Exception):
    """A program's answer to a row that it does not measure."""


class Worker:
    """A program that answers each row's name with its time."""

    def __init__(self, command, allocator, seconds):
        extra = {**ALLOCATORS[allocator], 'DPU_BENCHMARK_SECONDS': str(seconds)}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(extra))

    def ask(self, line):
        try:
            self.process.stdin.write(line + '\n')
            self.process.stdin.flush()
        except BrokenPipeError:
            return 'cannot: the program has ended'
        return self.process.stdout.readline().rstrip('\n').partition('\t')[2]

    def measure(self, row):
        Quiet.wait()
        answer = self.ask(row)
        try:
            return float(answer)
        except ValueError:
            raise CannotRun(f'{row} {answer or "cannot: the program has ended"}')

    def close(self):
        self.process.communicate()


class Program:
    """One of those that are compared; a process for each allocator and number of threads."""

    def __init__(self, name, command, seconds, ways, otherwise):
        """`ways` to do a row by the first word of its name, `otherwise` those of all other rows."""
        self.name, self.command, self.seconds = name, command, seconds
        self.ways, self.otherwise = ways, otherwise
        self.fastest, self.workers = {}, {}

    def worker(self, threads, allocator):
        if (threads, allocator) not in self.workers:
            self.workers[threads, allocator] = Worker(self.command, allocator, self.seconds)
        return self.workers[threads, allocator]

    def measure(self, row, threads, allocator, way=''):
        return self.worker(threads, allocator).measure(f'{row}@{threads} {way}'.rstrip())

    def ways_of(self, *row):
        """The ways to do a row with so many threads and an allocator; once measured, the fastest."""
        if row in self.fastest:
            return [self.fastest[row]]
        return self.ways.get(row[0].partition('/')[0], self.otherwise)

    def close(self):
        for worker in self.workers.values():
            worker.close()


def in_turn(rounds, dpu, peers, row, beside, threads, allocator):
    """The times of a row, and by peer and way those of `beside`, the fastest way first."""
    place = beside, threads, allocator
    ours = []
    theirs = {peer: {way: [] for way in peer.ways_of(*place)} for peer in peers}
    for _ in range(rounds):
        ours.append(dpu.measure(row, threads, allocator))
        for peer, ways in theirs.items():
            for way in list(ways):
                try:
                    ways[way].append(peer.measure(*place, way))
                except CannotRun as problem:
                    print(f'{peer.name}: {problem}', file=sys.stderr)
                    del ways[way]
    ranked = {}
    for peer, ways in theirs.items():
        if ways:
            ranked[peer.name] = sorted(ways.items(), key=lambda way: statistics.median(way[1]))
            peer.fastest[place] = ranked[peer.name][0][0]
    return ours, ranked


def run(command):
    """Wall time in seconds and peak memory in MiB of one process from start to end."""
    Quiet.wait()
    with open(os.devnull, 'r+b') as null:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=null, stdout=null, stderr=null, env=environment({}))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = status
    if status != 0:
        sys.exit(f'{command} failed')
    return seconds, usage.ru_maxrss / 1024


def start_to_prompt(command):
    """Seconds until a terminal shows the first prompt, and the process's peak memory in MiB."""
    Quiet.wait()
    with tempfile.TemporaryDirectory() as home:
        extra = {'TERM': 'xterm', 'HOME': home, 'XDG_STATE_HOME': home}
        start = time.perf_counter()
        # Started as run() starts a process: what Python needs for it is the same on both sides.
        terminal, end = os.openpty()
        process = subprocess.Popen(
            command, stdin=end, stdout=end, stderr=end, env=environment(extra),
            start_new_session=True)
        os.close(end)
        text = b''
        while b'In [1]: ' not in text:
            if not select.select([terminal], [], [], 10)[0]:
                sys.exit('no prompt')
            text += os.read(terminal, 4096)
        seconds = time.perf_counter() - start
        os.write(terminal, b'\x04')
        try:
            while os.read(terminal, 4096):
                pass
        except OSError:
            pass
        _, process.returncode, usage = os.wait4(process.pid, 0)
        os.close(terminal)
    return seconds, usage.ru_maxrss / 1024


class Table:
    """The rows, printed as they come."""

    # GFLOP/s of one core.
    peak = math.nan

    def __init__(self, peers):
        self.peers = peers
        self.head = ['row', 'threads', 'allocator', 'unit', 'dpu', 'dpu least', 'dpu most',
                     'share of the peak']
        for peer in peers:
            self.head += [peer, f'{peer} least', f'{peer} most', f'{peer} ratio', f'{peer} ways']
        self.rows = []

    def begin(self):
        self.line('row', 'threads', 'allocator', 'dpu', 'share of the peak',
                  *[cell for peer in self.peers for cell in (peer, 'ratio')])
        print('|---' * (5 + 2 * len(self.peers)) + '|', flush=True)

    @staticmethod
    def line(*cells):
        print('| ' + ' | '.join(map(str, cells)) + ' |', flush=True)

    def add(self, name, threads, allocator, unit, ours, theirs, scale=1.0, work=None):
        """`theirs` are by peer the ways and their times, the one that counts first; `work` in 10⁹
        operations turns seconds into GFLOP/s."""
        unit = 'GFLOP/s' if work else unit

        def figures(times):
            values = [work / time if work else time * scale for time in times]
            return statistics.median(values), min(values), max(values)

        def text(values):
            return '{} ({}–{}) {}'.format(*map(number, values), unit)
        share = f'{figures(ours)[0] / (self.peak * threads):.0%}' if work else ''
        row = [name, threads, allocator, unit, *figures(ours), share]
        cells = [name, threads, allocator, text(figures(ours)), share]
        ratios = {}
        for peer in self.peers:
            ways = theirs.get(peer, [])
            if not ways:
                row, cells = row + [''] * 5, cells + [''] * 2
                continue
            way, times = ways[0]
            ratios[peer] = statistics.median(t / o for o, t in zip(ours, times))
            row += [*figures(times), ratios[peer], '; '.join(
                f'{way or "as it comes"} {number(figures(times)[0])}' for way, times in ways)]
            cells += [text(figures(times)) + (f', {way}' if way else ''), number(ratios[peer])]
        self.rows.append(row)
        self.line(*cells)
        return ratios

    def mean(self, name, threads, allocator, ratios):
        """The geometric mean of several rows' ratios to each peer."""
        row, cells = [name, threads, allocator, '', '', '', '', ''], [name, threads, allocator, '', '']
        for peer in self.peers:
            mean = ''
            if all(peer in of_row for of_row in ratios):
                mean = math.prod(of_row[peer] for of_row in ratios) ** (1 / len(ratios))
            row += ['', '', '', mean, '']
            cells += ['', mean and number(mean)]
        self.rows.append(row)
        self.line(*cells)

    def write(self, path):
        with open(path, 'w', newline='') as file:
            writer = csv.writer(file)
            writer.writerow(self.head)
            for row in self.rows:
                writer.writerow([f'{v:.6g}' if isinstance(v, float) else v for v in row])


def number(value):
    return f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def processor():
    """The processor's name, with its numbers where a virtual machine shortens it."""
    if not os.path.exists('/proc/cpuinfo'):
        return platform.processor() or platform.machine()
    with open('/proc/cpuinfo') as file:
        lines = [line.partition(':') for line in file]
    fields = {key.strip(): value.strip() for key, _, value in lines}
    numbers = ', '.join(f'{key} {fields[key]}' for key in ('cpu family', 'model') if key in fields)
    return f'{fields.get("model name", platform.machine())} ({numbers}), {os.cpu_count()} cores'


def show_sparsity(times):
    """Time against sparsity: a line for each structure, a column for each share that is masked."""
    percents = sorted({percent for _, percent, _ in times})
    for threads in sorted({threads for _, _, threads in times}):
        print(f'\ndpu in ms and PyTorch, dense, over dpu; masked in %, {threads} threads:\n')
        Table.line('structure', *percents)
        print('|---' * (len(percents) + 1) + '|')
        for structure in dict.fromkeys(structure for structure, _, _ in times):
            cells = [times.get((structure, percent, threads)) for percent in percents]
            Table.line(structure, *[f'{number(cell[0])} ({number(cell[1])})' if cell else ''
                                    for cell in cells])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--torch-python', default=os.environ.get('TORCH_PYTHON'),
                        help='a Python that can import torch')
    parser.add_argument('--jax-python', help='a Python that can import jax, for a second peer')
    parser.add_argument('--build', default=PACKAGE / '.build' / 'release', type=pathlib.Path,
                        help='the folder of dpu and Benchmark')
    parser.add_argument('--csv', help='where to write the table as CSV')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--quick', action='store_true', help='two short rounds')
    parser.add_argument('--only', default='', help='only rows with this text in their name')
    parser.add_argument('--patience', type=float, default=0, metavar='SECONDS',
                        help='wait so long in all for moments when nobody else computes')
    chosen = parser.parse_args()
    if not chosen.torch_python:
        parser.error('--torch-python or TORCH_PYTHON must name a Python with torch')
    return chosen


def main():
    chosen = arguments()
    rounds, seconds = (2, 0.05) if chosen.quick else (max(5, chosen.rounds), 0.1)
    dpu, python = str(chosen.build / 'dpu'), chosen.torch_python
    Quiet.patience = chosen.patience
    benchmark = str(chosen.build / 'Benchmark')
    ours = Program('dpu', [benchmark], seconds, {}, [''])
    peers = [Program('PyTorch', [python, str(HERE / 'torch_rows.py')], seconds, TORCH_WAYS, [''])]
    if chosen.jax_python:
        peers.append(
            Program('JAX', [chosen.jax_python, str(HERE / 'jax_rows.py')], seconds, JAX_WAYS, []))
    table = Table([peer.name for peer in peers])

    def wanted(name):
        return chosen.only in name

    def compare(row, threads, allocator, unit='ms', scale=1e3, work=None, name=None, beside=None):
        """Adds a row, in turn with `beside` in place of it in the peers' programs."""
        times, theirs = in_turn(rounds, ours, peers, row, beside or row, threads, allocator)
        ratios = table.add(name or row, threads, allocator, unit, times, theirs, scale, work)
        return ratios, statistics.median(times)

    # Work in registers: the best of a few is what a core can do.
    table.peak = max(1 / ours.measure('peak', 1, 'default') for _ in range(rounds))
    print(f'{processor()}. One core: {table.peak:.0f} GFLOP/s of fused multiply-add.')
    abouts = [f'{program.name}: {program.worker(1, "default").ask("about") or "cannot be run"}'
              for program in [ours, *peers]]
    print('. '.join(abouts) + '.\n')
    table.begin()

    # Whole processes.
    torch_import = [python, '-c', 'import torch']
    processes = {
        'start to prompt': (lambda: start_to_prompt([dpu]), lambda: run(torch_import)),
        'start, one command': (
            lambda: run([dpu, '-c', 'seed 0']),
            lambda: run([python, '-c', 'import torch; torch.manual_seed(0)'])),
        'published session': (
            lambda: run([dpu, 'replay', str(SESSION)]),
            lambda: run([python, str(HERE / 'published_notebook.py')])),
    }
    for name, (run_ours, run_theirs) in processes.items():
        if not wanted(name):
            continue
        # Once for the file cache.
        run_ours(), run_theirs()
        figures = [(run_ours(), run_theirs()) for _ in range(rounds)]
        for index, (what, unit, scale) in enumerate([('', 'ms', 1e3), (', peak memory', 'MiB', 1)]):
            table.add(name + what, 'all', 'default', unit, [o[index] for o, _ in figures],
                      {'PyTorch': [('', [t[index] for _, t in figures])]}, scale)

    # Rows within running processes.
    if wanted('small step'):
        compare('small-step', 1, 'default', 'µs', 1e6, name='small step')
    for allocator in ALLOCATORS:
        for threads in (1, 2):
            ratios = []
            for layer in LAYERS + (OTHER_LAYERS if allocator == 'tuned' else []):
                for part in PARTS:
                    row = f'conv/{layer}/{part}'
                    if wanted(row):
                        of_row = compare(row, threads, allocator, work=work_of(layer))[0]
                        ratios += [of_row] if layer in LAYERS else []
            if len(ratios) == 9:
                table.mean('convolution, geometric mean', threads, allocator, ratios)
    for threads in (1, 2):
        ratios = {50: [], 90: []}
        for layer in LAYERS:
            dense = None
            for percent in (0, 50, 90):
                row = f'masked/{layer}/{percent}'
                if not wanted(row):
                    continue
                of_row, time_taken = compare(row, threads, 'tuned')
                dense = dense or time_taken
                if percent:
                    ratios[percent].append(of_row)
                    table.mean(f'{row}, against dense in dpu', threads, 'tuned',
                               [{'PyTorch': dense / time_taken}])
        for percent, of_layers in ratios.items():
            if len(of_layers) == len(LAYERS):
                table.mean(f'masked, {percent} %, geometric mean', threads, 'tuned', of_layers)
    sparsity = {}
    listed = subprocess.run([benchmark, '--list'], capture_output=True, text=True).stdout.split()
    for threads in (1, 2):
        for row in listed:
            if row.startswith('sparsity/') and wanted(row):
                _, structure, percent = row.split('/')
                of_row, time_taken = compare(row, threads, 'tuned', beside=DENSE)
                sparsity[structure, int(percent), threads] = (
                    time_taken * 1e3, of_row.get('PyTorch', math.nan))
    for threads in (1, 2):
        for part in PARTS:
            row = f'linear/{LINEAR}/{part}'
            if wanted(row):
                compare(row, threads, 'tuned', work=2e-9 * math.prod(map(int, LINEAR.split(','))))
        for name in PASSES:
            if wanted(f'pass/{name}'):
                compare(f'pass/{name}', threads, 'tuned')
    for allocator in ALLOCATORS:
        for threads in (1, 2):
            if wanted('lenet'):
                compare('lenet', threads, allocator, name='LeNet training step')
    for threads in (1, 2):
        if wanted('lenet/75'):
            compare('lenet/75', threads, 'tuned', beside='lenet',
                    name='LeNet training step, 75 % masked')
    for network in ('lenet', 'vgg'):
        for threads in (1, 2):
            for form in ('0/dense', '50/masked', '50/compacted', '75/masked', '75/compacted'):
                row = f'compact/{network}/{form}'
                if wanted(row):
                    compare(row, threads, 'tuned', beside=f'compact/{network}')
    for row in ('print/10M', 'print/10k-in-full'):
        if wanted(row):
            compare(row, 1, 'default')
    for name in EXPRESSIONS:
        for threads in (1, 2):
            row = f'expression/{name}'
            if wanted(row):
                compare(row, threads, 'tuned')
    if wanted('expression/turn'):
        compare('expression/turn', 1, 'default', 'µs', 1e6)
    if wanted('cells'):
        compare('cells', 1, 'default', 's', 1, name='100,000 cells')
    show_sparsity(sparsity)
    for program in [ours, *peers]:
        program.close()
    if chosen.csv:
        table.write(chosen.csv)
    print(f'\n{Quiet.disturbed} of {Quiet.measurements} measurements began while others computed.')
    print(f'Load average behind the run: {os.getloadavg()[0]:.1f}')


if __name__ == '__main__':
    main()
