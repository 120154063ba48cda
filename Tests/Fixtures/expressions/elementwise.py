"""Random operators and elementwise functions, products of matrices, losses."""
import torch

from choices import COMPARISONS, Node, Unfit, fits_shape, literal, number


class Elementwise:
    def operator(self, depth, name, jump):
        if name in ('negative', '~'):
            fits = (lambda n: n.dtype != torch.float32) if name == '~' else (
                lambda n: n.dtype != torch.bool)
            a = self.operand(depth, fits)
            return ('~' if name == '~' else '-') + a.primary, a.near, False
        logic = name in '&|^'
        fits = (lambda n: n.dtype != torch.float32) if logic else lambda n: True
        a = self.operand(depth, fits, jump=jump)
        near = a.near
        sort = self.r.random()
        if sort < 0.4:
            value = self.r.choice([0, 1, 3, True]) if logic else self.scalar()
            if self.chance(0.06) and not logic:
                value = True
            b = self.truth(value) if value is True else number(value)
            if self.chance(0.25) and not (name == '**' and value is True):
                b = f'({b})' if b.startswith('-') and name == '**' else b
                return f'{b} {name} {a.primary}', near, False
            return f'{a.primary} {name} {b}', near, False
        if sort < 0.45 and not logic and a.rank and a.shape[-1] < 6:
            b = literal([self.scalar() for _ in range(a.shape[-1])])
            return f'{a.primary} {name} {b}', near, False
        b = self.partner(depth, a, jump=jump)
        return f'{a.primary} {name} {b.primary}', near or b.near, False

    def write_pow(self, depth, name):
        a = self.operand(depth)
        if self.chance(0.6):
            return self.call(name, a, [self.r.choice(['', '', 'exponent=']) + number(
                self.scalar())]), a.near
        if self.chance(0.3):
            home = self.r.choice(['torch.', ''])
            return f'{home}pow({number(self.scalar())}, {a.source})', a.near
        b = self.partner(depth, a)
        return self.call(name, a, [b.source]), a.near or b.near

    def write_round(self, depth, name):
        a = self.operand(depth, jump=True)
        return self.call(name, a, [f'decimals={self.r.choice([0, 1, 2, -1])}'
                                   if self.chance(0.3) else '']), a.near

    def write_clamp(self, depth, name):
        a = self.operand(depth)
        near = a.near
        low, high = sorted([self.scalar(), self.scalar()])
        if self.chance(0.3):
            b = self.partner(depth, a)
            low, near = b.source, near or b.near
            high = f'{b.primary} + {self.r.choice(["1", "0", "0.5"])}'
            arguments = [low, high]
        else:
            arguments = [number(low), number(high)]
        sort = self.r.randrange(4)
        if sort == 0:
            arguments = ['min=' + arguments[0]]
        elif sort == 1:
            arguments = ['max=' + arguments[1]]
        elif sort == 2:
            arguments = ['min=' + arguments[0], 'max=' + arguments[1]]
        return self.call(name, a, arguments), near

    def write_leaky_relu(self, depth, name):
        a = self.float(depth)
        slope = self.r.choice(['', '0.2', 'negative_slope=0.5', '-1', '0'])
        return self.call(name, a, [slope]), a.near

    def write_softmax(self, depth, name):
        a = self.float(depth)
        return self.call(name, a, [self.r.choice(['', 'dim=']) + str(self.dim(a.rank))]), a.near

    write_log_softmax = write_softmax

    def write_maximum(self, depth, name):
        a = self.operand(depth)
        b = self.partner(depth, a)
        return self.call(name, a, [self.r.choice(['', '', 'other=']) + b.source]), a.near or b.near

    write_minimum = write_maximum

    def condition(self, depth, node):
        """A bool tensor that broadcasts with a node."""
        if self.chance(0.5):
            try:
                return self.partner(0, node) if self.wild else self.operand(
                    0, lambda n: n.dtype == torch.bool and fits_shape(n.shape, node.shape))
            except Unfit:
                pass
        a = self.operand(0, lambda n: fits_shape(n.shape, node.shape), jump=True)
        return self.node(f'{a.primary} {self.r.choice(COMPARISONS)} {self.scalar()}', False, False)

    def branch(self, depth, node):
        if self.chance(0.4):
            return Node(number(self.scalar()), None)
        return self.partner(depth, node)

    def write_where(self, depth, name):
        a = self.operand(depth)
        c = self.condition(depth, a)
        if self.chance(0.05):
            return self.call(name, Node(c.source, c.value, False, c.atom)), False
        b = self.branch(depth, a)
        if self.chance(0.3):
            return f'{a.primary}.where({c.source}, {b.source})', a.near or b.near
        first, second = (a, b) if self.chance(0.7) else (b, a)
        home = self.r.choice(['torch.', ''])
        return f'{home}where({c.source}, {first.source}, {second.source})', a.near or b.near

    def write_masked_fill(self, depth, name):
        a = self.operand(depth)
        c = self.condition(depth, a)
        value = number(self.scalar())
        if self.chance(0.2):
            return self.call(name, a, ['mask=' + c.source, 'value=' + value]), a.near
        return self.call(name, a, [c.source, value]), a.near

    def write_matmul(self, depth, name):
        ranks = (2,) if name == 'mm' else (1, 2, 3, 4)
        a = self.operand(depth, lambda n: n.rank in ranks and n.dtype != torch.bool)
        candidates = [n for n in self.tensors() if n.rank and n.dtype == a.dtype]
        candidates += [Node(f'{n.source}.T', n.value.T) for n in candidates if n.rank == 2]
        candidates += [Node(f'{n.source}.transpose(-1, -2)', n.value.transpose(-1, -2))
                       for n in candidates if n.rank > 2]
        if name == 'mm':
            candidates = [n for n in candidates if n.rank == 2]
        if a.rank >= 2:
            flipped = f'{a.primary}.transpose(-1, -2)' if a.rank > 2 else f'{a.primary}.T'
            candidates.append(Node(flipped, a.value.transpose(-1, -2), a.near))
        def fits(n):
            try:
                torch.matmul(a.value.detach(), n.value.detach())
                return True
            except RuntimeError:
                return False
        fitting = [n for n in candidates if fits(n)]
        if not candidates or not fitting and not self.wild:
            raise Unfit
        b = self.r.choice(candidates if self.wild else fitting)
        if name == '@':
            return f'{a.primary} @ {b.primary}', True, False
        return self.call(name, a, [b.source]), True

    write_mm = write_matmul

    def write_mse_loss(self, depth, name):
        a = self.float(depth)
        b = self.operand(depth, lambda n: n.shape == a.shape and n.dtype == torch.float32)
        last = self.r.choice(['', '', 'reduction="sum"', 'reduction="none"', 'reduction="mean"'])
        target = self.r.choice(['', '', 'target=']) + b.source
        return self.call(name, a, [target, last]), a.near or b.near

    def write_cross_entropy(self, depth, name):
        a = self.float(depth, 1)
        if a.rank not in (1, 2) or not a.value.numel():
            raise Unfit
        classes = a.shape[-1]
        if a.rank == 2 and self.chance(0.8):
            target = literal([self.r.randrange(classes + self.wild) for _ in range(a.shape[0])])
        elif a.rank == 1:
            target = str(self.r.randrange(classes + self.wild))
        else:
            raise Unfit
        last = self.r.choice(['', '', 'reduction="sum"', 'reduction="none"'])
        return self.call(name, a, [f'tensor({target})', last]), a.near
