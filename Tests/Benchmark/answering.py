"""How a peer of dpu answers: the same rows, the same answers and the same way to measure as dpu.

A line `name@threads` on standard input, or `name@threads way` for another way to do the same, is
answered by `name<TAB>seconds`, the median time of one step, or by what hinders it.
"""
import os
import sys
import time

SECONDS = float(os.environ.get('DPU_BENCHMARK_SECONDS', '0.2'))


def median(body):
    """The median time of a body, as Row.swift measures it."""
    times = []
    begin = time.perf_counter()
    while not times or time.perf_counter() - begin < (
            max(SECONDS, 1) if len(times) < 3 else SECONDS):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def settle(body):
    """Runs what was compiled until two rounds agree, but not for ever."""
    before, now = median(body), median(body)
    for _ in range(20):
        if abs(now - before) <= 0.05 * before:
            return
        before, now = now, median(body)
    print('after 22 rounds no two that agree within 5 %', file=sys.stderr)


def serve(about, prepare):
    """Answers all lines; `prepare(row, threads, way)` gives what is timed and its number of steps."""
    for line in sys.stdin:
        name = line.strip()
        row, _, rest = name.partition('@')
        threads, _, way = rest.partition(' ')
        try:
            if name == 'about':
                answer = about()
            else:
                body, steps = prepare(row, int(threads or 1), way)
                body()
                answer = median(body) / steps
        except Exception as error:
            words = [line for line in str(error).splitlines() if line.strip()]
            answer = f'cannot: {type(error).__name__}: {words[0] if words else ""}'
        print(f'{name}\t{answer}', flush=True)
