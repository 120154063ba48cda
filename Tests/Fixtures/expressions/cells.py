"""Programs of cells, and what a cell means to PyTorch.

A program is a line `# program NAME` and the cells below it, one a line, as dpu takes them. Almost
every cell is Python as it stands, once `sum`, `relu`, … are bare names. What differs is translated:

    tensor [[1, 2]] requires_grad=true as x    x = torch.tensor([[1, 2]], dtype=torch.float32, …)
    seed 3                                     torch.manual_seed(3)
    backward loss                              loss.sum().backward(), after retain_grad of each name
    EXPRESSION as NAME                         NAME = EXPRESSION
    [1, 2] * x                                 a literal with an operator or a dot is a tensor
    ~x  #py torch.logical_not(x)               whatever stands after `#py`
    0 < x < 1  #dpu a chain                    refused by dpu, whatever Python says
"""
import ast
import contextlib
import io
import math
import re
import warnings

import torch
import torch.nn.functional as F

torch.set_num_threads(1)
warnings.simplefilter('ignore')

# dpu's functions and operators: where last places may differ from PyTorch's, and where none may.
NEAR = set('''sum mean var std norm cumsum prod matmul mm @ exp log sigmoid tanh softmax log_softmax
    pow ** mse_loss cross_entropy linspace'''.split())
EXACT = set('''+ - * / // % & ^ | ~ negative == != < <= > >= index abs neg sqrt square sign round
    floor ceil clamp relu leaky_relu median quantile kthvalue max min amax amin argmax argmin all
    any count_nonzero nonzero isnan isinf isfinite view reshape flatten permute transpose t T
    squeeze unsqueeze expand repeat flip maximum minimum where masked_fill cat stack topk sort histc
    detach clone item numel dim size ndim shape dtype requires_grad grad_fn is_leaf allclose equal float
    long bool zeros ones full eye arange rand randn randperm randint zeros_like ones_like full_like
    rand_like randn_like randint_like tensor'''.split())
KNOWN = NEAR | EXACT
# What a last bit of its operand can turn over.
JUMPS = set('''// % == != < <= > >= sign round floor ceil argmax argmin topk sort kthvalue median
    max min histc count_nonzero nonzero all any equal allclose long bool isinf isfinite & | ^ index
    where'''.split())
ATTRIBUTES = set('T shape dtype ndim requires_grad grad_fn is_leaf'.split())
OPERATORS = {
    ast.Add: '+', ast.Sub: '-', ast.Mult: '*', ast.Div: '/', ast.FloorDiv: '//', ast.Mod: '%',
    ast.Pow: '**', ast.MatMult: '@', ast.BitAnd: '&', ast.BitOr: '|', ast.BitXor: '^',
    ast.Eq: '==', ast.NotEq: '!=', ast.Lt: '<', ast.LtE: '<=', ast.Gt: '>', ast.GtE: '>=',
    ast.Invert: '~', ast.USub: 'negative',
}


def bare_names():
    """What a name means that is no variable: torch's function, else F's, else the method."""
    names = {'torch': torch, 'F': F, 'true': True, 'false': False, 'none': None, 'nan': math.nan,
             'inf': math.inf, 'tensor': torch.tensor}
    for name in sorted(KNOWN):
        if not name.isidentifier() or name in ATTRIBUTES | {'float', 'long', 'bool', 'repeat'}:
            continue
        for home in (torch, F):
            if callable(getattr(home, name, None)):
                names[name] = getattr(home, name)
                break
        else:
            names[name] = lambda x, *rest, _name=name, **keys: getattr(x, _name)(*rest, **keys)
    return names


class Literals(ast.NodeTransformer):
    """A literal beside an operator, before a dot or alone is a float32 tensor."""

    @staticmethod
    def is_literal(node):
        if isinstance(node, ast.List):
            return all(Literals.is_literal(item) for item in node.elts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return Literals.is_literal(node.operand)
        return (isinstance(node, ast.Constant) and type(node.value) in (int, float)
                or isinstance(node, ast.Name) and node.id in ('nan', 'inf'))

    @staticmethod
    def tensor(node):
        if isinstance(node, ast.List) and Literals.is_literal(node):
            call = ast.parse('torch.tensor(0, dtype=torch.get_default_dtype())', mode='eval').body
            call.args = [node]
            return call
        return node

    def generic_visit(self, node):
        super().generic_visit(node)
        if isinstance(node, ast.BinOp):
            node.left, node.right = self.tensor(node.left), self.tensor(node.right)
        elif isinstance(node, ast.UnaryOp):
            node.operand = self.tensor(node.operand)
        elif isinstance(node, ast.Compare):
            node.left = self.tensor(node.left)
            node.comparators = [self.tensor(item) for item in node.comparators]
        elif isinstance(node, ast.Attribute):
            node.value = self.tensor(node.value)
        elif isinstance(node, ast.Expression):
            node.body = self.tensor(node.body)
        return node


def statements(cell):
    """The cell's statements in Python: (kind, name or None, source)."""
    text, _, comment = cell.partition('#')
    if comment.startswith('py '):
        text = comment[3:]
    found = []
    for part in text.strip().rstrip(';').split(';'):
        part = part.strip()
        name = None
        given = re.fullmatch(r'(.*\S)\s+as\s+([A-Za-z_]\w*)', part)
        if given:
            part, name = given.groups()
        else:
            given = re.fullmatch(r'([A-Za-z_]\w*)\s*=(?!=)\s*(.+)', part)
            if given:
                name, part = given.groups()
        verb, _, rest = part.partition(' ')
        if verb == 'tensor':
            rest = re.sub(r'\s*requires_grad=(true|True)$', ', requires_grad=True', rest)
            part = f'torch.tensor({rest}' + (
                ')' if 'dtype' in rest else ', dtype=torch.get_default_dtype())')
            found.append(('value', name, part))
        elif verb == 'seed':
            found.append(('seed', name, rest))
        elif verb == 'backward':
            found.append(('backward', name, rest))
        else:
            found.append(('value', name, part))
    return found


def used(cell):
    """The names of the functions and operators in a cell, as the tables count them."""
    found = set()
    for kind, _, source in statements(cell):
        if kind == 'backward':
            found.add('backward')
        try:
            tree = ast.parse(source.strip(), mode='eval')
        except (SyntaxError, ValueError):
            found |= {word for word in re.findall(r'[A-Za-z_]\w*', source) if word in KNOWN}
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.BinOp, ast.UnaryOp)) and type(node.op) in OPERATORS:
                if not (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)):
                    found.add(OPERATORS[type(node.op)])
            elif isinstance(node, ast.Compare):
                found |= {OPERATORS[type(op)] for op in node.ops if type(op) in OPERATORS}
            elif isinstance(node, ast.Subscript):
                found.add('index')
            elif isinstance(node, ast.Attribute):
                if node.attr in KNOWN and isinstance(node.ctx, ast.Load):
                    found.add(node.attr)
                elif node.attr == 'grad':
                    found.add('grad')
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id in KNOWN:
                    found.add(node.func.id)
    if cell.startswith('tensor '):
        found.discard('tensor')
    return found


def variables(cell):
    """The words in a cell that could be names of values."""
    return set(re.findall(r'(?<![.\w])[A-Za-z_]\w*', cell.partition('#')[0]))


class Refused(Exception):
    """PyTorch, or dpu's language, refuses the cell."""


class Session:
    """PyTorch's half of a program: run gives a cell's value, or raises Refused and changes nothing.

    With double precision as its dtype it tells how much of a result hangs on rounding.
    """

    def __init__(self, dtype=torch.float32):
        self.dtype = dtype
        self.names = {}
        self.out = {}
        self.count = 0
        self.last = None
        self.near = set()
        self.functions = bare_names()
        torch.manual_seed(0)

    def evaluate(self, source, names):
        tree = ast.fix_missing_locations(Literals().visit(ast.parse(source.strip(), mode='eval')))
        torch.set_default_dtype(self.dtype)
        try:
            return eval(compile(tree, '<cell>', 'eval'), {
                'Out': self.out, '_': self.last, **self.functions, **names})
        finally:
            torch.set_default_dtype(torch.float32)

    def run(self, cell):
        """(value, whether the cell displays it, the text that it then displays)."""
        self.count += 1
        generator = torch.get_rng_state()
        names = dict(self.names)
        comment = cell.partition('#')[2]
        try:
            if comment.startswith('dpu '):
                raise Refused('dpu: ' + comment[4:])
            value, shown, text = None, False, None
            for kind, name, source in statements(cell):
                if kind == 'seed':
                    torch.manual_seed(int(source))
                    shown = False
                elif kind == 'backward':
                    value, shown = self.evaluate(source, names), True
                    value.sum().backward() if value.dim() else value.backward()
                    value = None
                else:
                    value, shown = self.evaluate(source, names), True
                if name and kind != 'seed':
                    names[name] = value
                    tensor = isinstance(value, torch.Tensor)
                    if tensor and value.requires_grad and not value.is_leaf:
                        value.retain_grad()
            if shown:
                text = self.text(value)
        except Refused:
            torch.set_rng_state(generator)
            raise
        except Exception as error:
            torch.set_rng_state(generator)
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise Refused(lines[0][:160]) from None
        for name in names:
            if names[name] is not self.names.get(name):
                self.near.discard(name)
                if self.is_near(cell) and self.is_float(names[name]):
                    self.near.add(name)
        hidden = cell.partition('#')[0].rstrip().endswith(';')
        if shown and not hidden:
            if self.is_near(cell) and self.is_float(value):
                self.near |= {'_', f'Out{self.count}'}
            else:
                self.near.discard('_')
            self.out[self.count] = self.last = value
        self.names = names
        return value, shown and not hidden, text

    def is_near(self, cell):
        """Whether a sum or the like is among what made a value, so that last places may differ."""
        words = variables(cell) | {f'Out{n}' for n in re.findall(r'Out\[(\d+)\]', cell)}
        functions = used(cell)
        return bool(functions & NEAR or words & self.near
                    or '.grad' in cell and 'grad' in functions)

    @staticmethod
    def text(value):
        """What print shows, without an object's address."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            print(value)
        return re.sub(r' object at 0x[0-9a-f]+', '', out.getvalue()[:-1])

    @staticmethod
    def about(value):
        """Type, shape and grad_fn of a value in one line."""
        if isinstance(value, torch.Tensor):
            words = [str(value.dtype).removeprefix('torch.'),
                     'x'.join(map(str, value.shape)) or 'scalar']
            if value.grad_fn is not None:
                words.append(value.grad_fn.name())
            elif value.requires_grad:
                words.append('leaf')
            return ' '.join(words)
        return type(value).__name__

    @staticmethod
    def types(value):
        """The element types of a value's tensors."""
        if isinstance(value, torch.Tensor):
            return {value.dtype}
        if isinstance(value, (tuple, list)):
            return {t for item in value for t in Session.types(item)}
        return {torch.complex64} if isinstance(value, complex) else set()

    @staticmethod
    def is_float(value):
        return isinstance(value, float) or torch.float32 in Session.types(value)


def read(path):
    """The programs of a file: [(name, [cell])]. Records and blank lines are passed over."""
    programs = []
    for line in open(path, encoding='utf-8'):
        line = line.rstrip('\n')
        if line.startswith('# program '):
            programs.append((line[10:], []))
        elif line.strip() and not line.startswith('#'):
            programs[-1][1].append(line)
    return programs
