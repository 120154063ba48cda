#!/usr/bin/env python3
"""Makes a Jupyter notebook of each program here, with the outputs that PyTorch gives.

    python3 record.py           with the torch 2.15.0 wheel

A program has jupytext's markers: `# %%` before a cell of code, `# %% [markdown]` before one of text.
What `print` writes is a stream, the value of a last expression a result, as IPython records them. A
cell that is marked `# %% raises` ends with an error. A second run gives the same bytes.
"""
import ast
import contextlib
import io
import json
import pathlib
import sys
from unittest.mock import MagicMock

import torch

torch.set_num_threads(1)
# What draws pictures is not needed for the numbers.
sys.modules["matplotlib"] = sys.modules["matplotlib.pyplot"] = MagicMock()
HERE = pathlib.Path(__file__).parent


def cells(text):
    """The kind, the heading and the lines of each cell."""
    result = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            result.append(("markdown" if "[markdown]" in line else "code", line, []))
        else:
            result[-1][2].append(line)
    for kind, heading, lines in result:
        while lines and not lines[-1].strip():
            lines.pop()
        if kind == "markdown":
            lines[:] = [line[2:] for line in lines]
    return result


def run(source, names):
    """What a cell prints, the value that it ends with, and its error."""
    tree = ast.parse(source)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    stream = io.StringIO()
    value = error = None
    with contextlib.redirect_stdout(stream):
        try:
            exec(compile(tree, "cell", "exec"), names)
            if last is not None:
                value = eval(compile(last, "cell", "eval"), names)
        except Exception as raised:
            error = raised
    return stream.getvalue(), value, error


def split(text):
    return text.splitlines(keepends=True)


def notebook(text):
    torch.manual_seed(0)
    torch.set_printoptions(profile="default")
    names = {"__name__": "__main__"}
    made = []
    for place, (kind, heading, lines) in enumerate(cells(text), 1):
        source = "\n".join(lines)
        cell = {"cell_type": kind, "id": f"cell-{place}", "metadata": {}}
        if kind == "code":
            code = "\n".join("" if line[:1] in "%!" and line else line for line in lines)
            printed, value, error = run(code, names)
            if (error is not None) != ("raises" in heading):
                raise SystemExit(f"cell {place}: {error}")
            outputs = []
            if printed:
                outputs.append({"name": "stdout", "output_type": "stream", "text": split(printed)})
            if value is not None and not isinstance(value, MagicMock):
                outputs.append({
                    "data": {"text/plain": split(repr(value))}, "execution_count": place,
                    "metadata": {}, "output_type": "execute_result"})
            if error is not None:
                outputs.append({
                    "ename": type(error).__name__, "evalue": str(error),
                    "output_type": "error", "traceback": []})
            cell |= {"execution_count": place, "outputs": outputs}
        made.append(cell | {"source": split(source)})
    return {
        "cells": made,
        "metadata": {"kernelspec": {
            "display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4, "nbformat_minor": 5}


for path in sorted(HERE.glob("*.py")):
    if path.name != "record.py":
        text = json.dumps(notebook(path.read_text()), indent=1, sort_keys=True) + "\n"
        path.with_suffix(".ipynb").write_text(text)
