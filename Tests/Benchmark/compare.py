#!/usr/bin/env python3
"""Compares dpu with PyTorch: the same work, in the same run, in turn.

    swift build -c release -Xswiftc -static-executable --product dpu
    swift build -c release -Xswiftc -static-executable --product Benchmark
    python3 Tests/Benchmark/compare.py --torch-python PYTHON [--csv FILE] [--quick] [--only TEXT]

Every figure is the median over several rounds, with the least and the most; in each round one
program runs and then the other. A ratio is PyTorch's time (or memory) over dpu's, above 1 where dpu
is ahead: the median of the rounds' ratios, as a machine's speed may change between rounds. Where a
row counts operations, the share of the peak is dpu's part of what the threads' cores can do. PYTHON, or the environment's TORCH_PYTHON, is a Python that can import torch.
"""
import argparse
import csv
import math
import os
import pathlib
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
PARTS = ['forward', 'input-gradient', 'weight-gradient']
LINEAR = '64,800,500'
PASSES = ['relu', 'relu-gradient', 'maxpool', 'batchnorm', 'batchnorm-gradient', 'cross-entropy',
          'sgd']
EXPRESSIONS = ['add-multiply', 'chain', 'compare-sum', 'mean-norm']
TUNED = {'MALLOC_TRIM_THRESHOLD_': '4000000000', 'MALLOC_MMAP_THRESHOLD_': '4000000000'}
ALLOCATORS = {'default': {}, 'tuned': TUNED}


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


class Worker:
    """A program that answers each row's name with its time."""

    def __init__(self, command, allocator, seconds):
        extra = {**ALLOCATORS[allocator], 'DPU_BENCHMARK_SECONDS': str(seconds)}
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(extra))

    def measure(self, row):
        Quiet.wait()
        self.process.stdin.write(row + '\n')
        self.process.stdin.flush()
        return float(self.process.stdout.readline().split('\t')[1])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


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

    HEAD = ['row', 'threads', 'allocator', 'unit', 'dpu', 'dpu least', 'dpu most', 'PyTorch',
            'PyTorch least', 'PyTorch most', 'ratio', 'share of the peak']

    # GFLOP/s of one core.
    peak = math.nan

    def __init__(self):
        self.rows = []
        print('| row | threads | allocator | dpu | PyTorch | ratio | share of the peak |\n'
              '|---|---|---|---|---|---|---|', flush=True)

    def add(self, name, threads, allocator, unit, ours, theirs, scale=1.0, work=None):
        """`work` in 10⁹ operations turns seconds into GFLOP/s."""
        ratio, share = statistics.median(t / o for o, t in zip(ours, theirs)), ''
        if work:
            ours, theirs, unit = [work / t for t in ours], [work / t for t in theirs], 'GFLOP/s'
            scale = 1
            share = f'{statistics.median(ours) / (self.peak * threads):.0%}'
        figures = []
        for values in (ours, theirs):
            values = [value * scale for value in values]
            figures += [statistics.median(values), min(values), max(values)]
        self.rows.append([name, threads, allocator, unit, *figures, ratio, share])
        texts = ['{} ({}–{})'.format(*map(number, figures[at:at + 3])) for at in (0, 3)]
        print(f'| {name} | {threads} | {allocator} | {texts[0]} {unit} | {texts[1]} {unit} '
              f'| {number(ratio)} | {share} |', flush=True)
        return ratio

    def mean(self, name, threads, allocator, ratios):
        ratio = math.prod(ratios) ** (1 / len(ratios))
        self.rows.append([name, threads, allocator, '', *[''] * 6, ratio, ''])
        print(f'| {name} | {threads} | {allocator} | | | {number(ratio)} | |', flush=True)

    def write(self, path):
        with open(path, 'w', newline='') as file:
            writer = csv.writer(file)
            writer.writerow(self.HEAD)
            for row in self.rows:
                writer.writerow([f'{v:.6g}' if isinstance(v, float) else v for v in row])


def number(value):
    return f'{value:,.0f}' if value >= 100 else f'{value:.3g}'


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--torch-python', default=os.environ.get('TORCH_PYTHON'),
                        help='a Python that can import torch')
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
    table = Table()

    def wanted(name):
        return chosen.only in name

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
    for name, (ours, theirs) in processes.items():
        if not wanted(name):
            continue
        # Once for the file cache.
        ours(), theirs()
        figures = [(ours(), theirs()) for _ in range(rounds)]
        table.add(name, 'all', 'default', 'ms', [o[0] for o, _ in figures],
                  [t[0] for _, t in figures], scale=1e3)
        table.add(name + ', peak memory', 'all', 'default', 'MiB', [o[1] for o, _ in figures],
                  [t[1] for _, t in figures])

    # Rows within running processes.
    workers = {
        allocator: (Worker([str(chosen.build / 'Benchmark')], allocator, seconds),
                    Worker([python, str(HERE / 'torch_rows.py')], allocator, seconds))
        for allocator in ALLOCATORS
    }

    # Work in registers: the best of a few is what a core can do.
    table.peak = max(1 / workers['default'][0].measure('peak@1') for _ in range(rounds))

    def compare(row, threads, allocator, unit='ms', scale=1e3, work=None, name=None):
        pair = workers[allocator]
        figures = [[worker.measure(f'{row}@{threads}') for worker in pair] for _ in range(rounds)]
        ours, theirs = zip(*figures)
        ratio = table.add(name or row, threads, allocator, unit, ours, theirs, scale, work)
        return ratio, statistics.median(ours)

    if wanted('small step'):
        compare('small-step', 1, 'default', 'µs', 1e6, name='small step')
    for allocator in ALLOCATORS:
        for threads in (1, 2):
            ratios = []
            for layer in LAYERS:
                batch, inputs, outputs, side = map(int, layer.split(','))
                work = 2e-9 * batch * inputs * outputs * side * side * 9
                for part in PARTS:
                    row = f'conv/{layer}/{part}'
                    if wanted(row):
                        ratios.append(compare(row, threads, allocator, work=work)[0])
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
                ratio, time_taken = compare(row, threads, 'tuned')
                dense = dense or time_taken
                if percent:
                    ratios[percent].append(ratio)
                    table.mean(f'{row}, against dense in dpu', threads, 'tuned',
                               [dense / time_taken])
        for percent, of_layers in ratios.items():
            if len(of_layers) == len(LAYERS):
                table.mean(f'masked, {percent} %, geometric mean', threads, 'tuned', of_layers)
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
    for network in ('lenet', 'vgg'):
        for threads in (1, 2):
            for form in ('0/dense', '50/masked', '50/compacted', '75/masked', '75/compacted'):
                row = f'compact/{network}/{form}'
                if wanted(row):
                    compare(row, threads, 'tuned')
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
    print(f'\nOne core of this machine: {table.peak:.0f} GFLOP/s of fused multiply-add.')
    for pair in workers.values():
        for worker in pair:
            worker.close()
    if chosen.csv:
        table.write(chosen.csv)
    print(f'{Quiet.disturbed} of {Quiet.measurements} measurements began while others computed.')
    print(f'Load average behind the run: {os.getloadavg()[0]:.1f}')


if __name__ == '__main__':
    main()
