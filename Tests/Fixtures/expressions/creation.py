"""Random creation functions, and questions about a tensor."""
import torch

from choices import literal, number


class Creation:
    def write_size(self, depth, name):
        a = self.operand(depth)
        if self.chance(0.6):
            return f'{a.primary}.size({self.r.choice(["", "dim="])}{self.dim(a.rank)})', False
        return f'{a.primary}.size()', False

    def write_shape(self, depth, name):
        a = self.operand(depth)
        last = f'[{self.dim(a.rank)}]' if a.rank and self.chance(0.5) else ''
        return f'{a.primary}.shape{last}', False

    def write_allclose(self, depth, name):
        a = self.float(depth, jump=True)
        if self.chance(0.5):
            other = f'{a.primary} + {self.r.choice(["1e-9", "0.01", "1e-6", "1"])}'
        else:
            other = self.partner(depth, a, jump=True).source
        last = self.r.choice([[], ['atol=0.1'], ['rtol=0.1'], ['1e-3', '1e-2'], ['equal_nan=True']])
        return self.call(name, a, [other, *last]), False

    def write_equal(self, depth, name):
        a = self.operand(depth, jump=True)
        b = self.r.choice([f'{a.primary} + 0', a.source, self.partner(depth, a, jump=True).source])
        return self.call(name, a, [b]), False

    def create(self, name, arguments, *, gradient=True):
        if gradient and self.chance(0.1):
            arguments = [*arguments, 'requires_grad=' + self.truth(True)]
        home = self.r.choice(['torch.', ''])
        if self.wild and self.chance(0.4):
            arguments = self.r.choice(
                [arguments[1:], [*arguments, '-1'], ['-2', *arguments], ['2.5']])
        return f'{home}{name}({", ".join(arguments)})', False

    def small(self):
        return [self.r.choice([1, 2, 2, 3, 3, 4, 0] if self.chance(0.2) else [1, 2, 3])
                for _ in range(self.r.choice([1, 1, 2, 2, 3]))]

    def write_zeros(self, depth, name):
        shape = self.small()
        if self.chance(0.15):
            return self.create(name, [f'{self.operand(0).primary}.shape'])
        spread = self.chance(0.6)
        return self.create(name, [str(s) for s in shape] if spread else [self.size(shape)])

    write_ones = write_rand = write_randn = write_zeros

    def write_full(self, depth, name):
        value = self.r.choice(['3', '1.5', 'true', 'nan', 'inf', '-2', '0.', 'False', '1e-7'])
        return self.create(name, [self.size(self.small()), value])

    def write_eye(self, depth, name):
        count = self.r.choice([1, 1, 2])
        return self.create(name, [str(self.r.randint(0, 4)) for _ in range(count)])

    def write_arange(self, depth, name):
        end = self.r.choice([lambda: self.r.randint(-3, 8), lambda: self.r.choice(
            [0.5, 1.5, -1., 2.25, 4., 0.1, 7.])])
        count = self.r.choice([1, 1, 2, 3])
        ends = [end() for _ in range(min(count, 2))]
        if count > 1 and not self.wild:
            ends.sort()
        arguments = [number(e) for e in ends]
        if count == 3:
            arguments.append(self.r.choice(['2', '3', '0.5', '0.3', '1', '0.1']))
        elif self.chance(0.02):
            arguments = [self.r.choice(['1001', '1200.', '2000'])]
        return self.create(name, arguments)

    def write_linspace(self, depth, name):
        a, b = self.scalar(), self.scalar()
        steps = self.r.choice([1, 2, 3, 5, 6, 7, 9, 11, 0])
        return self.create(name, [number(a), number(b),
                                  self.r.choice(['', 'steps=']) + str(steps)])

    def write_randperm(self, depth, name):
        return self.create(name, [str(self.r.choice([0, 1, 2, 5, 6, 10, 20]))], gradient=False)

    def write_randint(self, depth, name):
        low, high = self.r.choice([(0, 2), (0, 10), (-5, 5), (1, 100), (0, 1000), (3, 4)])
        if self.wild:
            low, high = high, low
        arguments = [str(high)] if low == 0 and self.chance(0.5) else [str(low), str(high)]
        return self.create(name, [*arguments, self.size(self.small())], gradient=False)

    def write_zeros_like(self, depth, name):
        a = self.operand(depth)
        arguments = [a.source]
        if name == 'full_like':
            arguments.append(self.r.choice(['3', '1.5', '-2', '0', 'true']))
        if name == 'randint_like':
            arguments += self.r.choice([['10'], ['2'], ['-3', '3']])
        gradient = a.dtype == torch.float32 and name != 'randint_like'
        return self.create(name, arguments, gradient=gradient)

    write_ones_like = write_full_like = write_randint_like = write_zeros_like

    def write_rand_like(self, depth, name):
        a = self.float(depth)
        return self.create(name, [a.source])

    write_randn_like = write_rand_like

    def write_tensor(self, depth, name):
        sort = self.r.choice([lambda: self.r.randint(-5, 9), self.scalar, lambda: self.chance(0.5)])
        count = self.r.randint(0, 4)
        values = sort() if count == 0 else [sort() for _ in range(count)]
        if count and self.chance(0.3):
            values = [values, [sort() for _ in range(count - (self.wild and self.chance(0.5)))]]
        return self.create(name, [literal(values)], gradient=sort == self.scalar)
