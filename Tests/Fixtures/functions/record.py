"""Writes what PyTorch 2.15.0 answers to the calls of NAME.in to NAME.txt.

    OMP_NUM_THREADS=1 python record.py creation values products

A line of NAME.in is a call by the function's bare name, `name = call`, `backward call` (the gradient of
the elements is 1, 2, 3, …), `name.grad`, or `seed N`.
"""

import sys
import warnings

import torch

warnings.simplefilter("ignore")
GRADIENT = __import__("re").compile(r"(<\w+) object at 0x\w+>")


class Names(dict):
    def __missing__(self, name):
        if name in ("nan", "inf"):
            return float(name)
        if name == "shape":
            return lambda x: x.shape
        if name in __builtins__.__dict__ and name not in ("float", "bool", "sum", "abs", "round"):
            raise KeyError(name)
        for home in (torch, torch.nn.functional):
            found = getattr(home, name, None)
            if callable(found) and not isinstance(found, torch.dtype):
                return found
        return lambda x, *rest, **named: getattr(x, name)(*rest, **named)


def answer(line, names):
    if line.startswith("seed "):
        torch.manual_seed(int(line[5:]))
        return ""
    try:
        if line.startswith("backward "):
            value = eval(line[9:], names)
            count = torch.arange(1.0, value.numel() + 1)
            value.backward(count.view(value.shape))
            return ""
        if " = " in line:
            name, call = line.split(" = ", 1)
            names[name] = eval(call, names)
            return ""
        return GRADIENT.sub(r"\1>", str(eval(line, names)))
    except SyntaxError:
        raise
    except Exception:
        return "refused"


for sheet in sys.argv[1:]:
    with open(sheet + ".in") as source, open(sheet + ".txt", "w") as target:
        names = Names(torch=torch)
        print("PyTorch", torch.__version__.split("+")[0], file=target)
        for line in source:
            if line.strip() and not line.startswith("#"):
                line = line.rstrip("\n")
                if line.startswith("seed "):
                    names = Names(torch=torch)
                text = answer(line, names)
                print("In: " + line + ("\n" + text if text else ""), file=target)
