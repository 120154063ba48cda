"""PyTorch's answers to reductions, sorts and picks, for Tests/Functions/ReductionsTests.swift.

    OMP_NUM_THREADS=1 python record_reductions.py > reductions.txt

A case is a line `kind seed [shape] expression` and what follows it: for each result a line
`= type [shape] name numbers`, a line `g numbers` with the gradient for the upstream 0.25, 0.5, 0.75, …
of the (first) result, or `!` alone where PyTorch refuses. Floats are the bits of float32; of more than
32 numbers the line has `#` and a sum over all of bits times 1, 3, 5, … in 64 bits. `~` in the place of
`=` or `g`: bits are near.
Kinds: randn (torch.manual_seed), tied and whole ((i * 7919 + 13 + seed) % 23 - 11, divided by 4),
truth (that is above 0), special (NaN, infinities and zeros).
"""

import random
import struct

import torch


def leaf(kind, seed, shape):
    count = 1
    for size in shape:
        count *= size
    if kind == "randn":
        torch.manual_seed(seed)
        return torch.randn(shape)
    whole = torch.tensor([(i * 7919 + 13 + seed) % 23 - 11 for i in range(count)], dtype=torch.int64).view(shape)
    if kind == "whole":
        return whole
    if kind == "truth":
        return whole > 0
    if kind == "tied":
        return whole / 4
    special = [float("nan"), 0.0, -0.0, float("inf"), -float("inf"), 1.5, -1.5, 0.25, 3.0, 3.0]
    return torch.tensor([special[(i * 7 + seed) % 10] for i in range(count)]).view(shape)


def numbers(tensor):
    if tensor.dtype == torch.float32:
        # What NaN's bits are says nothing.
        flat = tensor.detach().flatten()
        values = flat.contiguous().view(torch.int32).tolist()
        values = [0x7FC00000 if x != x else v & 0xFFFFFFFF for v, x in zip(values, flat.tolist())]
    else:
        values = [int(v) & 0xFFFFFFFFFFFFFFFF for v in tensor.flatten().tolist()]
    if len(values) <= 32:
        return " ".join(f"{v:x}" for v in values)
    return "#%x" % (sum(v * (2 * i + 1) for i, v in enumerate(values)) & 0xFFFFFFFFFFFFFFFF)


def name(tensor):
    return tensor.grad_fn.name() if tensor.grad_fn is not None else "-"


def shape_text(shape):
    return "[" + ",".join(map(str, shape)) + "]"


def case(kind, seed, shape, expression, near=False, gradient=True):
    x = leaf(kind, seed, shape)
    wants = x.dtype == torch.float32
    x.requires_grad_(wants)
    print(kind, seed, shape_text(shape), expression)
    try:
        value = eval(expression, {"torch": torch, "x": x, "inf": float("inf"), "nan": float("nan"),
                                  "t": lambda *v: torch.tensor(v), "none": None})
    except Exception:
        print("!")
        return
    results = value if isinstance(value, tuple) else (value,)
    mark = "~" if near else "="
    for result in results:
        print(mark, str(result.dtype)[6:], shape_text(result.shape), name(result), numbers(result))
    first = results[0]
    if not gradient or not wants or first.grad_fn is None:
        return
    up = torch.arange(1, first.numel() + 1).float().view(first.shape) / 4
    first.backward(up)
    if x.grad is not None:
        print("~" if near else "g", *(["g"] if near else []), numbers(x.grad))


print("# PyTorch", torch.__version__, "by record_reductions.py")
random.seed(1)
SHAPES = [(), (1,), (5,), (2, 3), (4, 1, 3), (3, 4, 2), (2, 3, 2, 3), (0,), (0, 3), (3, 0), (9, 11)]
KINDS = ["tied", "whole", "truth", "special"]


def dims(rank):
    """Some dimensions, as an argument."""
    if rank == 0:
        return random.choice(["0", "-1", "()", "None"])
    one = lambda: random.randrange(-rank, rank)
    pick = random.random()
    if pick < 0.5:
        return str(one())
    if pick < 0.6:
        return random.choice(["None", "()"])
    some = random.sample(range(rank), random.randint(1, rank))
    return "(" + ", ".join(str(d if random.random() < 0.7 else d - rank) for d in some) + ",)"


def one(rank):
    return str(random.randrange(-max(1, rank), max(1, rank)))


keep = lambda: random.choice(["", ", True", ", keepdim=True", ", False"])
for kind in KINDS:
    for shape in SHAPES:
        rank = len(shape)
        seed = random.randrange(23)
        some, single = (lambda: dims(rank)), (lambda: one(rank))
        near_mean = kind == "special"
        go = lambda e, near=False, gradient=True: case(kind, seed, shape, e, near, gradient)
        for f in ["sum", "mean", "amax", "amin", "all", "any"]:
            go(f"x.{f}()")
            go(f"x.{f}({some()}{keep()})")
            go(f"x.{f}({some()}{keep()})")
        for f in ["var", "std"]:
            go(f"x.{f}()", near=True)
            go(f"x.{f}({random.choice(['False', 'correction=0', 'correction=2', 'correction=0.5', 'unbiased=True'])})", near=True)
            go(f"x.{f}({some()}{random.choice(['', ', False', ', correction=0', ', True, True'])})", near=True)
        for f in ["max", "min", "median", "prod"]:
            go(f"x.{f}()")
            go(f"x.{f}({single()}{keep()})")
        go(f"x.prod({single()}, dtype=torch.{random.choice(['int64', 'float32', 'bool'])})")
        go(f"x.sum(dtype=torch.{random.choice(['int64', 'float32', 'bool'])})")
        go(f"x.mean(dtype=torch.float32)")
        for f in ["argmax", "argmin"]:
            go(f"x.{f}()")
            go(f"x.{f}({random.choice([single(), 'None'])}{keep()})")
        go(f"x.cumsum({single()})")
        go(f"x.cumsum({single()}, dtype=torch.{random.choice(['int64', 'float32'])})")
        go("x.count_nonzero()")
        go(f"x.count_nonzero({some()})")
        go("x.nonzero()")
        go("x.nonzero(as_tuple=True)")
        go(f"x.sort({single()}{random.choice(['', ', True', ', descending=True'])})")
        go(f"x.sort(stable=True, dim={single()}{random.choice(['', ', descending=True'])})")
        for _ in range(2):
            go(f"x.topk({random.randint(0 if rank else 1, 3)}, {single()}{random.choice(['', ', False', ', largest=False'])})")
            go(f"x.kthvalue({random.randint(1, 3)}, {single()}{keep()})")
        p = random.choice(["1", "2", "inf", "-inf", "0", "'fro'"])
        go(f"x.norm()")
        go(f"x.norm({p})")
        go(f"x.norm({p}, {some()}{keep()})")
        go(f"x.norm({random.choice(['0.5', '1.5', '3', '-1', '4'])}, {some()}{keep()})", near=True)
        q = random.choice(["0", "0.25", "0.3", "0.5", "0.75", "1"])
        how = random.choice(["linear", "lower", "higher", "midpoint", "nearest"])
        go(f"x.quantile({q}, interpolation='{how}')")
        go(f"x.quantile({q}, {single()}{keep()}, interpolation='{how}')")
        go(f"x.quantile(t(0.1, 0.5, 0.9), {single()}{keep()})")
        go(f"x.histc({random.randint(1, 6)})")
        go(f"x.histc({random.randint(1, 6)}, -1.5, 2)")
# The order of sums.
for seed, shape in enumerate([(7,), (8,), (100,), (1000,), (70000,), (3, 50), (50, 3), (40, 40), (33, 9), (9, 33), (300, 70),
                              (5, 6, 7), (2, 300, 5), (20, 3, 40), (3, 20, 30, 2), (2, 3, 4, 50), (1, 40, 1, 9), (600, 2)]):
    rank = len(shape)
    ways = ["", *[str(d) for d in range(rank)]]
    if rank > 2:
        ways += ["(0, 1)", "(1, 2)", "(0, 2)", "(0, -1)"]
    if rank > 3:
        ways += ["(0, 1, 2)", "(1, 2, 3)", "(1, 3)", "(0, 1, 3)"]
    for way in ways:
        case("randn", seed, shape, f"x.sum({way})")
        case("randn", seed, shape, f"x.mean({way})")
        case("randn", seed, shape, f"x.var({way})")
        case("randn", seed, shape, f"x.std({way})")
        case("randn", seed, shape, f"x.amax({way})")
        dim = way and f", {way}"
        for p in ["1", "2", "inf"]:
            case("randn", seed, shape, f"x.norm({p}{dim})")
        if "(" not in way:
            case("randn", seed, shape, f"x.prod({way})", gradient=False)
            case("randn", seed, shape, f"x.quantile(0.37{dim})")
        if way and "(" not in way:
            case("randn", seed, shape, f"x.cumsum({way})")
    case("randn", seed, shape, "x.histc(20)")
# Which of equal elements is picked.
for kind in ["tied", "whole", "special"]:
    for length in [15, 16, 17, 18, 40, 64, 65, 130, 200, 1000, 3000]:
        shape = random.choice([(length,), (length, 2), (2, length)])
        along = 0 if shape[0] == length else 1
        for order in ["", ", descending=True"]:
            case(kind, length, shape, f"x.sort({along}{order})")
            case(kind, length, shape, f"x.sort(stable=True, dim={along}{order})")
        for k in {1, 2, length // 64, length // 2, length}:
            case(kind, length, shape, f"x.topk({k}, {along})")
            case(kind, length, shape, f"x.topk({k}, {along}, False)")
            case(kind, length, shape, f"x.topk({k}, {along}, sorted=False)")
        for k in {1, length // 3 + 1, length}:
            case(kind, length, shape, f"x.kthvalue({k}, {along})")
        for q in ["0.3", "t(0.2, 0.9)", "t(0.1, 0.2, 0.3, 0.5, 0.9)"]:
            case(kind, length, shape, f"x.quantile({q}, {along})")
            case(kind, length, shape, f"x.quantile({q}, interpolation='nearest')")
        case(kind, length, shape, f"x.median({along})")
        case(kind, length, shape, "x.median()")
        case(kind, length, shape, f"x.max({along})")
        case(kind, length, shape, f"x.argmin({along})")
case("whole", 3, (32768,), "x.sort()")
case("tied", 3, (2, 3), "x.max(x.argmax())")
case("tied", 3, (2, 3), "x.min(x[0])")
case("whole", 3, (32768,), "x.sort(descending=True)")
# Gradients where a variance divides by zero or less: exact, since the means are.
for shape in [(), (1,), (2,), (3,), (2, 1), (1, 2), (2, 2, 1)]:
    ways = ["", ", dim=None", *[f", dim={d}" for d in ((0,) if not shape else range(-1, len(shape) - 1))]]
    for f in ["var", "std"]:
        for way in ways:
            for correction in ["1", "2", "3"]:
                case("tied", 3, shape, f"x.{f}(correction={correction}{way})")
        case("special", 2, shape, f"x.{f}(0, correction=2)")
        case("tied", 3, shape, f"x.{f}(keepdim=True)")
# A number by itself is picked however many are asked for.
for kind in ["tied", "whole", "truth", "special"]:
    for k in ["-1", "0", "0, 0, False", "0, -1, False, False", "1", "2"]:
        case(kind, 0, (), f"x.topk({k})")
