"""Writes shapes.txt: what PyTorch gives for random chains of views and indices, and for the strides of
what is computed from views.

Run with PyTorch 2.15.0 (OMP_NUM_THREADS=1): python record_shapes.py > shapes.txt
"""

import random
import warnings

import torch
from torch import cat, stack

warnings.simplefilter("ignore")
random.seed(1)


class Tensors:
    """t[0, 1] is a tensor of int64 or bool."""

    def __getitem__(self, items):
        return torch.tensor(list(items) if isinstance(items, tuple) else [items])


t = Tensors()


def dims(rank, valid=0.95):
    if random.random() > valid:
        return random.choice([rank, -rank - 1])
    return random.randrange(-max(rank, 1), max(rank, 1))


def factors(count):
    sizes = []
    while count > 1 and len(sizes) < 4:
        divisors = [d for d in range(1, count + 1) if count % d == 0]
        size = random.choice(divisors)
        sizes.append(size)
        count //= size
    sizes.append(count)
    random.shuffle(sizes)
    if random.random() < 0.3:
        sizes[random.randrange(len(sizes))] = -1
    if random.random() < 0.05:
        sizes[random.randrange(len(sizes))] += 1
    return sizes


def text(items, kind="()"):
    items = [str(item) for item in items]
    if kind == "()" and len(items) == 1:
        return "(" + items[0] + ",)"
    return kind[0] + ", ".join(items) + kind[1]


def nested(shape, element):
    if not shape:
        return str(element())
    return "[" + ", ".join(nested(shape[1:], element) for _ in range(shape[0])) + "]"


def index_tensor(size, shape):
    def element():
        if size == 0 or random.random() < 0.02:
            return size
        return random.randrange(-size, size)

    return "t" + nested(shape, element)


def indices(shape):
    rank = len(shape)
    items, place, ellipsis = [], 0, False
    count = random.randint(1, rank + 1)
    common = random.choice([[2], [3], [2, 3], [1], [2, 1]])
    while len(items) < count:
        kind = random.random()
        size = shape[place] if place < rank else 1
        if kind < 0.05 and not ellipsis:
            items.append("...")
            ellipsis = True
            place = min(rank, place + random.randint(0, rank))
            continue
        if kind < 0.12:
            items.append("None")
            continue
        if kind < 0.15:
            items.append(random.choice(["True", "False"]))
            continue
        if place >= rank and random.random() < 0.9:
            break
        if kind < 0.4:
            wrong = size == 0 or random.random() < 0.03
            items.append(str(size if wrong else random.randrange(-size, size)))
            place += 1
        elif kind < 0.65:
            bounds = [random.choice(["", str(random.randint(-size - 1, size + 1))]) for _ in range(2)]
            step = random.choice(["", "", ":1", ":2", ":3"])
            items.append(bounds[0] + ":" + bounds[1] + step)
            place += 1
        elif kind < 0.75:
            items.append(":")
            place += 1
        elif kind < 0.85:
            width = random.randint(1, 2)
            masked = shape[place : place + width]
            if not masked or 0 in masked:
                continue
            if random.random() < 0.05:
                masked = [masked[0] + 1] + masked[1:]
            items.append("t" + nested(masked, lambda: random.random() < 0.4))
            place += len(masked)
        else:
            pick = common if random.random() < 0.8 else random.choice([[1], [2], [3]])
            items.append(index_tensor(size, pick) if random.random() < 0.7
                         else nested(pick[:1], lambda: random.randrange(-size, size) if size else 0))
            place += 1
    return "[" + ", ".join(items or ["..."]) + "]"


def step(value):
    """A random step from a value, as text."""
    shape = list(value.shape)
    rank = len(shape)
    kind = random.choice(
        "view reshape reshape reshape flatten flatten permute permute transpose t T squeeze unsqueeze"
        " expand repeat flip index index index index cat stack".split()
    )
    if kind in ("view", "reshape"):
        return f".{kind}{text(factors(value.numel()))}"
    if kind == "flatten":
        return f".flatten({dims(rank)}, {dims(rank)})" if random.random() < 0.7 else ".flatten()"
    if kind == "permute":
        order = list(range(rank))
        random.shuffle(order)
        order = [random.choice([d, d - rank]) for d in order]
        if random.random() < 0.05:
            order = order[1:] if random.random() < 0.5 else order[1:] + order[1:2]
        return f".permute({text(order)})"
    if kind == "transpose":
        return f".transpose({dims(rank)}, {dims(rank)})"
    if kind == "t":
        return ".t()" if rank <= 2 else ".transpose(0, 1)"
    if kind == "T":
        return ".T"
    if kind == "squeeze":
        chosen = random.sample(range(max(rank, 1)), random.randint(0, max(rank, 1)))
        return random.choice([".squeeze()", f".squeeze({dims(rank)})", f".squeeze({text(chosen)})"])
    if kind == "unsqueeze":
        return f".unsqueeze({dims(rank + 1)})"
    if kind == "expand":
        sizes = [random.choice([2, 3, size, -1]) if size == 1 else random.choice([size, -1])
                 for size in shape]
        if random.random() < 0.06:
            sizes = [size + 1 for size in sizes]
        if random.random() < 0.5:
            sizes = [random.randint(1, 3)] + sizes
        return f".expand({text(sizes)})"
    if kind == "repeat":
        counts = [random.choice([0, 1, 1, 1, 2, 2, 3]) for _ in range(rank + random.randint(0, 1))]
        if random.random() < 0.05:
            counts = counts[1:]
        return f".repeat({text(counts)})"
    if kind == "flip":
        chosen = random.sample(range(max(rank, 1)), random.randint(0, max(rank, 1)))
        return f".flip({text(chosen)})"
    if kind in ("cat", "stack"):
        return f" {kind} {dims(rank + (kind == 'stack'))}"
    return indices(shape)


def names(value):
    found, function = [], value.grad_fn
    while function is not None:
        name = function.name()
        if not name.endswith("AccumulateGrad"):
            found.append(name)
        function = function.next_functions[0][0] if function.next_functions else None
    return " ".join(found)


def numbers(tensor):
    return " ".join(str(int(value)) for value in tensor.detach().flatten().tolist())


def leaf(kind, shape):
    x = torch.arange(torch.Size(shape).numel()).view(shape)
    if kind == "bool":
        return x % 3 == 0
    return x.float().requires_grad_() if kind == "float32" else x


def chains(count):
    while count:
        kind = random.choice(["float32", "float32", "int64", "bool"])
        shape = [random.choice([0, 1, 1, 2, 2, 3, 4]) if random.random() < 0.95 else 5
                 for _ in range(random.randint(0, 4))]
        if torch.Size(shape).numel() == 0 and random.random() < 0.8:
            continue
        x = leaf(kind, shape)
        expression, value, refused = "x", x, False
        for _ in range(random.randint(1, 5)):
            next_step = step(value)
            if next_step.startswith(" "):
                name, dim = next_step.split()
                expression = f"{name}([{expression}, {expression}], {dim})"
            else:
                expression += next_step
            try:
                value = eval(expression, globals(), {"x": x})
            except (RuntimeError, IndexError, ValueError, TypeError):
                refused = True
                break
            if value.numel() > 150 or value.dim() > 6:
                break
        if not refused and (value.numel() > 150 or value.dim() > 8):
            continue
        print(f"{kind} {text(shape, '[]')} {expression}")
        count -= 1
        if refused:
            print("! refused")
            continue
        print(f"= {text(value.shape, '[]')} {text(value.stride(), '[]')} {names(value)}".rstrip())
        print(f"> {numbers(value)}".rstrip())
        if value.requires_grad and value.grad_fn is not None:
            (value * (torch.arange(value.numel()).view(value.shape) + 1)).sum().backward()
            print(f"g {numbers(x.grad)}".rstrip())


def strides(count):
    """Sums of views of other shapes."""
    while count:
        rank = random.randint(1, 4)
        shape = [random.choice([1, 2, 3]) for _ in range(rank)]
        operands = []
        for _ in range(random.randint(1, 2)):
            own = [size if random.random() < 0.75 else 1 for size in shape]
            order = random.sample(range(rank), rank)
            stored = [own[order.index(d)] for d in range(rank)]
            operand = torch.zeros(stored).permute(order)
            if random.random() < 0.3:
                operand = operand.expand([random.choice([1, size]) if o == 1 else o
                                          for o, size in zip(own, shape)])
            if random.random() < 0.2:
                operand = torch.zeros([2 * size for size in operand.shape])[
                    tuple(slice(None, None, 2) for _ in operand.shape)]
            while operand.dim() and operand.shape[0] == 1 and random.random() < 0.5:
                operand = operand[0]
            operands.append(operand)
        result = sum(operands[1:], operands[0].abs()) if len(operands) == 1 else operands[0] + operands[1]
        print("s " + " ".join(
            text(o.shape, "[]").replace(" ", "") + text(o.stride(), "[]").replace(" ", "")
            for o in operands + [result]))
        count -= 1


print(f"# PyTorch {torch.__version__}, written by record_shapes.py")
chains(700)
strides(200)
