"""Random reductions, sorting and counting."""
import torch

from choices import Unfit, number


class Reductions:
    def reduced(self, depth, name, operand, **keys):
        return self.call(name, operand, self.reduction(operand.rank, **keys)), operand.near

    def write_sum(self, depth, name):
        return self.reduced(depth, name, self.operand(depth))

    def write_mean(self, depth, name):
        return self.reduced(depth, name, self.float(depth))

    def write_var(self, depth, name):
        a = self.float(depth)
        last = [self.r.choice(
            ['', '', f'unbiased={self.boolean()}', f'correction={self.r.randrange(3)}'])]
        arguments = self.reduction(a.rank, keep=self.chance(0.6), last=last)
        if 'unbiased' in last[0] and any('axis' in x for x in arguments):
            raise Unfit
        return self.call(name, a, arguments), a.near

    write_std = write_var

    def write_norm(self, depth, name):
        a = self.float(depth)
        p = self.r.choice(['', '1', '2', '3', '0', 'inf', '-inf', '0.5', '"fro"'])
        named = self.chance(0.4)
        arguments = self.reduction(a.rank)
        if p:
            arguments = [('p=' if named else '') + p, *arguments]
            if named and len(arguments) > 1 and '=' not in arguments[1]:
                arguments[1] = 'dim=' + arguments[1]
                if len(arguments) > 2 and '=' not in arguments[2]:
                    arguments[2] = 'keepdim=' + arguments[2]
        elif arguments and '=' not in arguments[0]:
            arguments[0] = 'dim=' + arguments[0]
            if len(arguments) > 1 and '=' not in arguments[1]:
                arguments[1] = 'keepdim=' + arguments[1]
        return self.call(name, a, arguments), a.near

    def write_median(self, depth, name):
        a = self.operand(depth, lambda n: n.dtype != torch.bool, jump=True)
        return self.result(self.call(name, a, self.reduction(a.rank, several=False)), a.near)

    def write_max(self, depth, name):
        a = self.operand(depth, lambda n: n.value.numel() > 0, jump=True)
        if self.chance(0.15):
            b = self.partner(depth, a)
            return self.call(name, a, [b.source]), a.near or b.near
        return self.result(self.call(name, a, self.reduction(a.rank, several=False)), a.near)

    write_min = write_max

    def result(self, source, near):
        """A call that may give several results: at times one of them."""
        sort = self.r.random()
        value = self.evaluate(source)
        if isinstance(value, tuple) and sort < 0.6:
            source += self.r.choice(['.values', '.indices', '[0]', '[1]'])
        elif self.wild and sort > 0.95:
            source += '.values'
        return source, near

    def write_amax(self, depth, name):
        return self.reduced(depth, name, self.operand(depth, lambda n: n.value.numel() > 0))

    write_amin = write_amax

    def write_argmax(self, depth, name):
        a = self.operand(depth, lambda n: n.value.numel() > 0 and n.dtype != torch.bool, jump=True)
        return self.reduced(depth, name, a, several=False)

    write_argmin = write_argmax

    def write_all(self, depth, name):
        return self.reduced(depth, name, self.operand(depth, jump=True))

    write_any = write_all

    def write_count_nonzero(self, depth, name):
        return self.reduced(depth, name, self.operand(depth, jump=True), keep=False)

    def write_nonzero(self, depth, name):
        a = self.operand(depth, jump=True)
        arguments = ['as_tuple=' + self.truth(True)] if self.chance(0.1) else []
        return self.call(name, a, arguments), False

    def write_cumsum(self, depth, name):
        a = self.operand(depth)
        return self.reduced(depth, name, a, several=False, none=self.wild, keep=False)

    def write_prod(self, depth, name):
        return self.reduced(depth, name, self.operand(depth), several=False)

    def write_quantile(self, depth, name):
        a = self.float(depth, jump=True)
        q = self.r.choice(['0.5', '0.25', '0.9', '0.', '1.', '0.3', 'tensor([0.25, 0.5])',
                           'tensor([0.1, 0.5, 0.8])'])
        if self.wild and self.chance(0.3):
            q = self.r.choice(['1.5', '-0.1', '2', 'tensor([2.])'])
        arguments = self.reduction(a.rank, several=False)
        if self.chance(0.2):
            arguments.append('interpolation="' + self.r.choice(
                ['lower', 'higher', 'nearest', 'midpoint', 'linear']) + '"')
        if any('axis' in x for x in arguments):
            raise Unfit
        return self.call(name, a, [q, *arguments]), a.near

    def write_kthvalue(self, depth, name):
        a = self.operand(depth, lambda n: n.dtype != torch.bool, jump=True)
        dim = self.dim(a.rank)
        longest = self.extent(a, dim)
        k = self.r.randint(1, max(1, longest))
        if self.wild:
            k = self.r.choice([0, longest + 1, 1])
        arguments = self.along(a, dim)
        named = self.chance(0.2)
        return self.result(self.call(name, a, [('k=' if named else '') + str(k)] + (
            ['dim=' + x if '=' not in x else x for x in arguments[:1]] + arguments[1:]
            if named else arguments)), a.near)

    def extent(self, node, dim):
        try:
            return node.shape[dim] if node.rank else 1
        except IndexError:
            return 1

    def along(self, node, dim):
        """The argument dim, left out at times where it is the last; keepdim."""
        found = []
        last = dim in (-1, node.rank - 1) or not node.rank
        if not last or self.chance(0.5):
            found.append(self.r.choice(['', 'dim=']) + str(dim))
        if self.chance(0.25):
            found.append(f'keepdim={self.boolean()}')
        return found

    def write_topk(self, depth, name):
        a = self.operand(depth, lambda n: n.dtype != torch.bool, jump=True)
        dim = self.dim(a.rank)
        longest = self.extent(a, dim)
        k = self.r.randint(0 if self.chance(0.1) else 1, max(1, longest))
        if self.wild and self.chance(0.5):
            k = self.r.choice([longest + 1, -1, 50])
        arguments = [x for x in self.along(a, dim) if 'keepdim' not in x]
        if self.chance(0.4):
            flag = self.boolean()
            positional = arguments and '=' not in arguments[0] and self.chance(0.5)
            arguments.append(flag if positional else f'largest={flag}')
        return self.result(self.call(name, a, [str(k), *arguments]), a.near)

    def write_sort(self, depth, name):
        a = self.operand(depth, lambda n: all(size <= 16 for size in n.shape), jump=True)
        arguments = [x for x in self.along(a, self.dim(a.rank)) if 'keepdim' not in x]
        if self.chance(0.4):
            flag = self.boolean()
            positional = arguments and '=' not in arguments[0] and self.chance(0.5)
            arguments.append(flag if positional else f'descending={flag}')
        if self.chance(0.1):
            arguments = [x if '=' in x else 'dim=' + x for x in arguments
                         if x.lower() not in ('true', 'false')] + ['stable=' + self.boolean()]
        return self.result(self.call(name, a, arguments), a.near)

    def write_histc(self, depth, name):
        a = self.float(depth, jump=True)
        bins = self.r.choice([1, 2, 3, 4, 5, 10])
        low, high = self.r.choice([(0, 1), (-2, 2), (0, 4), (0, 0), (-1, 3), (0.5, 1.5)])
        if self.wild and self.chance(0.4):
            low, high, bins = self.r.choice([(2, 1, 3), (0, 1, 0), (0, 1, -1)])
        arguments = self.r.choice([
            [str(bins)], [f'bins={bins}'], [str(bins), number(low), number(high)],
            [f'bins={bins}', f'min={low}', f'max={high}'],
            [str(bins), f'min={low}', f'max={high}']])
        return self.call(name, a, arguments), a.near
