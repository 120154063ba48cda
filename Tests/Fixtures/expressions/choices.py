"""What every kind of random expression is made of: operands, numbers, dimensions, spellings."""
import dataclasses
import math

import torch

import cells

ACTIVATIONS = set('relu leaky_relu sigmoid tanh softmax log_softmax mse_loss cross_entropy'.split())
COMPARISONS = '== != < <= > >='.split()


@dataclasses.dataclass
class Node:
    source: str
    value: object
    near: bool = False
    atom: bool = True

    @property
    def primary(self):
        return self.source if self.atom else f'({self.source})'

    @property
    def rank(self):
        return self.value.dim()

    @property
    def shape(self):
        return tuple(self.value.shape)

    @property
    def dtype(self):
        return self.value.dtype


class Unfit(Exception):
    """No arguments fit; another function is tried."""


def number(value):
    """A number as Python writes it."""
    text = repr(value)
    return text[:-1] if text.endswith('.0') else text


def literal(values):
    if isinstance(values, list):
        return '[' + ', '.join(map(literal, values)) + ']'
    return str(values).lower() if isinstance(values, bool) else number(values)


def fits_shape(shape, onto):
    """Whether a shape broadcasts with another to no more than 200 elements."""
    try:
        return math.prod(torch.broadcast_shapes(shape, onto)) <= 200
    except RuntimeError:
        return False


class Choices:
    """Chooses operands among a session's names, and arguments that fit them; with `wild` any."""

    def __init__(self, random, session, near):
        self.r, self.session, self.near = random, session, near
        self.wild = False

    # Choices

    def chance(self, share):
        return self.r.random() < share

    def truth(self, value):
        return (str(value) if self.chance(0.5) else str(value).lower())

    def boolean(self):
        return self.truth(self.chance(0.5))

    def evaluate(self, source):
        state = torch.get_rng_state()
        try:
            return self.session.evaluate(source, self.session.names)
        finally:
            torch.set_rng_state(state)

    def node(self, source, near, atom=True):
        value = self.evaluate(source)
        types = cells.Session.types(value)
        if not types <= {torch.float32, torch.int64, torch.bool}:
            raise Unfit
        return Node(source, value, near and cells.Session.is_float(value), atom)

    def operand(self, depth, fits=lambda node: True, *, jump=False):
        """A tensor: a name's, or an expression. A jump takes none that is near."""
        for _ in range(8):
            if depth > 0 and self.chance(0.35):
                found = self.expression(depth - 1)
            else:
                found = self.r.choice(self.tensors())
            if not isinstance(found.value, torch.Tensor) or jump and found.near:
                continue
            if self.wild and self.chance(0.5) or fits(found):
                return found
        raise Unfit

    def tensors(self):
        return [Node(name, value, name in self.near)
                for name, value in self.session.names.items() if isinstance(value, torch.Tensor)]

    def float(self, depth, least=0, **keys):
        return self.operand(depth, lambda n: n.dtype == torch.float32 and n.rank >= least, **keys)

    def partner(self, depth, node, **keys):
        """Something that broadcasts with a node."""
        def fits(other):
            try:
                size = torch.broadcast_shapes(node.shape, other.shape)
                return math.prod(size) <= 200
            except RuntimeError:
                return False
        unfit = [n for n in self.tensors() if not fits(n)]
        if self.wild and unfit and self.chance(0.7):
            return self.r.choice(unfit)
        return self.operand(depth, fits, **keys)

    def scalar(self):
        return self.r.choice([0, 1, 2, 3, -1, -2, 10, 0.5, 0.1, 1.5, -0.5, 2., 1e-3, 3., -1.25])

    def dim(self, rank):
        if self.wild and self.chance(0.5):
            return self.r.choice([rank, -rank - 1, 5, 1])
        return self.r.randrange(-max(rank, 1), max(rank, 1))

    def dims(self, rank):
        """Several dimensions, as a tuple or a list."""
        count = self.r.randint(1, max(1, rank))
        chosen = self.r.sample(range(max(rank, 1)), count)
        if self.wild and self.chance(0.5):
            chosen = self.r.choice([[0, 0], [rank], [0, -rank]])
        mixed = [d - max(rank, 1) if d < rank and self.chance(0.3) else d for d in chosen]
        text = ', '.join(map(str, mixed))
        if self.chance(0.3):
            return f'[{text}]'
        return f'({text},)' if len(mixed) == 1 else f'({text})'

    def size(self, shape):
        text = ', '.join(map(str, shape))
        return self.r.choice([f'[{text}]', f'({text}{"," if len(shape) == 1 else ""})'])

    def reduction(self, rank, *, several=True, none=True, keep=True, last=()):
        """The arguments dim and keepdim of a reduction."""
        last = list(last)
        if none and self.chance(0.35):
            return last
        dim = self.dims(rank) if several and self.chance(0.35) else str(self.dim(rank))
        named = self.chance(0.5)
        word = 'axis=' if self.chance(0.15) else 'dim='
        found = [word + dim if named else dim]
        if keep and self.chance(0.4):
            flag = self.boolean()
            found.append(flag if not named and self.chance(0.3) else f'keepdim={flag}')
        return found + last

    # Spelling

    def call(self, name, first, arguments=()):
        homes = []
        if hasattr(torch.Tensor, name):
            homes += ['method'] * 4
        if hasattr(torch, name) and name not in ('float', 'long', 'bool'):
            homes += ['torch.', ''] * 2
        elif name not in ('float', 'long', 'bool', 'repeat') and self.chance(0.2):
            homes.append('')
        if name in ACTIVATIONS:
            homes += ['F.', 'F.', '']
            if self.chance(0.2):
                homes.append('torch.nn.functional.')
        if self.wild and self.chance(0.1):
            homes = ['torch.', 'F.', 'method']
        home = self.r.choice(homes)
        arguments = [a for a in arguments if a]
        if self.wild and self.chance(0.1):
            arguments = arguments[:-1] if self.chance(0.5) else [*arguments, self.r.choice(
                ['2', '0.5', 'dims=1', 'foo=2', 'True'])]
        if home == 'method':
            return f'{first.primary}.{name}({", ".join(arguments)})'
        begin = f'input={first.source}' if self.chance(0.02) and all(
            '=' in a for a in arguments) else first.source
        return f'{home}{name}({", ".join([begin, *arguments])})'
