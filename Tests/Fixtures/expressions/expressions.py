"""Random expressions: every function and operator with arguments that mostly fit.

An expression is built from the inside out beside its value, so that dimensions, sizes and indices
can be chosen to fit; `wild` chooses them without looking.
"""
import torch

import cells
from choices import Choices, Node, Unfit
from creation import Creation
from elementwise import Elementwise
from reductions import Reductions
from shapes import Shapes

FAMILIES = {
    'operators': '+ - * / // % ** == != < <= > >= & | ^ & | ^ ~ negative'.split(),
    'elementwise': '''abs neg exp log sqrt square pow sign round floor ceil clamp relu leaky_relu
        sigmoid tanh softmax log_softmax maximum minimum where masked_fill isnan isinf
        isfinite'''.split(),
    'reductions': '''sum mean var std norm median quantile kthvalue max min amax amin argmax argmin
        cumsum prod all any count_nonzero nonzero topk sort histc mse_loss cross_entropy'''.split(),
    'shapes': '''view reshape flatten permute transpose t T squeeze unsqueeze expand repeat flip cat
        stack detach clone'''.split(),
    'products': 'matmul mm @'.split(),
    'indexing': ['index'],
    'facts': '''item numel dim size ndim shape dtype requires_grad grad_fn is_leaf allclose equal
        float long bool'''.split(),
    'creation': '''zeros ones full eye arange linspace rand randn randperm randint zeros_like
        ones_like full_like rand_like randn_like randint_like tensor'''.split(),
}
WEIGHTS = {'operators': 18, 'elementwise': 22, 'reductions': 26, 'shapes': 12, 'products': 5,
           'indexing': 10, 'facts': 6, 'creation': 8}
# These show a number, a tuple or the like: nothing is built on them.
LAST = set('''item numel dim size ndim shape dtype requires_grad grad_fn is_leaf allclose
    equal'''.split())
ATTRIBUTES = set('T ndim dtype requires_grad grad_fn is_leaf'.split())


class Writer(Elementwise, Reductions, Shapes, Creation, Choices):
    """Writes expressions over the names of a session."""

    def expression(self, depth, family=None, name=None):
        """A Node of one function or operator over operands; Unfit, or what PyTorch raises."""
        if name is None:
            if family is None:
                family = self.r.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            choices = FAMILIES[family]
            if depth < 2:  # an operand of another
                choices = [f for f in choices if f not in LAST] or ['abs']
            name = self.r.choice(choices)
        jump = name in cells.JUMPS
        if name in cells.OPERATORS.values() and name != '@':
            found = self.operator(depth, name, jump)
        else:
            method = getattr(self, 'write_' + {'@': 'matmul'}.get(name, name), None)
            found = method(depth, name) if method else self.plain(depth, name, jump)
        if isinstance(found, Node):
            return found
        source, near, *atom = found
        return self.node(source, near or name in cells.NEAR, *atom)

    def plain(self, depth, name, jump):
        """A function of one tensor."""
        if name in ATTRIBUTES:
            a = self.operand(depth)
            if name == 'T' and a.rank > 2 and not self.wild:
                raise Unfit
            return f'{a.primary}.{name}', a.near
        a = self.operand(depth, jump=jump) if self.chance(0.3) else self.float(depth, jump=jump)
        if name == 'long' and not bool(a.value.float().abs().lt(1e15).all()):
            raise Unfit
        if name == 't' and a.rank > 2 and not self.wild:
            raise Unfit
        if name == 'item' and a.value.numel() != 1 and not self.wild:
            if not a.value.numel():
                raise Unfit
            places = ', '.join(str(self.place(size)) for size in a.shape)
            a = Node(f'{a.primary}[{places}]', None, a.near)
        return self.call(name, a), a.near
