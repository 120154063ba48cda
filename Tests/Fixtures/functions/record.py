"""Writes what PyTorch 2.15.0 answers to the calls of NAME.in to NAME.txt.

    OMP_NUM_THREADS=1 python record.py creation values products

A line of NAME.in is a call by the function's bare name, `name = call`, `backward call` (the gradient of
the elements is 1, 2, 3, …), `name.grad`, or `seed N`. `op("*", x, y)` is an operator, and `bits(x)`
shows every bit of float32. `first(x)` is the first of several results.
"""

import operator
import sys
import warnings

import torch

warnings.simplefilter("ignore")
GRADIENT = __import__("re").compile(r"(<\w+) object at 0x\w+>")


OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow, "&": operator.and_,
    "|": operator.or_, "^": operator.xor, "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge, "@": operator.matmul,
}  # fmt: skip
UNARY = {"-": operator.neg, "+": operator.pos, "~": operator.invert}


def op(sign, *operands):
    value = (OPERATORS if len(operands) == 2 else UNARY)[sign](*operands)
    if isinstance(value, complex) or isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise OverflowError("not a number of 64 bits")
    return value


def bits(x):
    words = x.detach().contiguous().view(torch.int32).flatten().tolist()
    return " ".join("nan" if (w & 0x7FFFFFFF) > 0x7F800000 else f"{w & 0xFFFFFFFF:08x}" for w in words)


def first(results):
    return results[0]


class Names(dict):
    def __missing__(self, name):
        if name in ("nan", "inf"):
            return float(name)
        if name in ("op", "bits", "first"):
            return globals()[name]
        if name == "shape":
            return lambda x: x.shape
        if name in __builtins__.__dict__ and name not in ("float", "bool", "sum", "abs", "round", "pow", "max", "min"):
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
            for leaf in names.values():
                if isinstance(leaf, torch.Tensor) and leaf.is_leaf:
                    leaf.grad = None
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
