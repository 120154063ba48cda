"""Random changes of shape, and indices."""
import torch

from choices import COMPARISONS, Unfit, literal


class Shapes:
    def factors(self, numel):
        """A shape of so many elements."""
        if numel == 0:
            return self.r.choice([[0], [0, 3], [2, 0], [1, 0, 2]])
        shape, left = [], numel
        for _ in range(self.r.randint(0, 3)):
            d = self.r.choice([d for d in range(1, left + 1) if left % d == 0])
            shape.append(d)
            left //= d
        shape.append(left)
        self.r.shuffle(shape)
        return shape

    def write_view(self, depth, name):
        a = self.operand(depth)
        shape = self.factors(a.value.numel())
        if self.chance(0.4) and a.value.numel():
            shape[self.r.randrange(len(shape))] = -1
        if self.wild:
            shape[0] += self.r.choice([1, 2])
        if self.chance(0.1):
            return self.call(name, a, [f'{self.r.choice(self.tensors()).source}.shape']
                             if self.wild else [f'{a.primary}.shape']), a.near
        if name == 'reshape' and self.chance(0.4):
            return self.call(name, a, [self.size(shape)]), a.near
        spread = [str(s) for s in shape] if self.chance(0.7) else [self.size(shape)]
        return f'{a.primary}.{name}({", ".join(spread)})', a.near

    write_reshape = write_view

    def write_flatten(self, depth, name):
        a = self.operand(depth)
        arguments = []
        if self.chance(0.6):
            start = self.r.randrange(max(a.rank, 1))
            end = self.r.randrange(start, max(a.rank, 1))
            if self.wild:
                start, end = end + 1, start
            arguments = self.r.choice([[str(start)], [f'start_dim={start}'], [str(start), str(end)],
                                       [f'start_dim={start}', f'end_dim={end - max(a.rank, 1)}']])
        return self.call(name, a, arguments), a.near

    def write_permute(self, depth, name):
        a = self.operand(depth, lambda n: n.rank >= 2)
        order = self.r.sample(range(a.rank), a.rank)
        if self.wild and a.rank:
            order[0] = self.r.choice([order[-1], a.rank])
        order = [d - a.rank if self.chance(0.2) else d for d in order]
        if self.chance(0.5):
            return f'{a.primary}.permute({", ".join(map(str, order))})', a.near
        return self.call(name, a, [self.size(order)]), a.near

    def write_transpose(self, depth, name):
        a = self.operand(depth, lambda n: n.rank >= 1)
        return self.call(name, a, [str(self.dim(a.rank)), str(self.dim(a.rank))]), a.near

    def write_squeeze(self, depth, name):
        a = self.operand(depth)
        if self.chance(0.6):
            return self.call(name, a, [self.r.choice(['', 'dim=']) + (
                str(self.dim(a.rank)) if self.chance(0.8) else self.dims(a.rank))]), a.near
        return self.call(name, a), a.near

    def write_unsqueeze(self, depth, name):
        a = self.operand(depth, lambda n: n.rank < 4)
        return self.call(name, a, [self.r.choice(['', 'dim=']) + str(self.dim(a.rank + 1))]), a.near

    def write_expand(self, depth, name):
        a = self.operand(depth, lambda n: n.value.numel() <= 30)
        shape = [self.r.choice([1, 2, 3]) if s == 1 else self.r.choice([s, -1]) for s in a.shape]
        if self.wild and shape:
            shape[-1] = self.r.choice([7, 0, -2])
        shape = [self.r.choice([1, 2])] * self.r.choice([0, 0, 1, 2]) + shape
        if not shape:
            raise Unfit
        if self.chance(0.3):
            return f'{a.primary}.expand({self.size(shape)})', a.near
        return f'{a.primary}.expand({", ".join(map(str, shape))})', a.near

    def write_repeat(self, depth, name):
        a = self.operand(depth, lambda n: n.value.numel() <= 30)
        count = max(1, a.rank + self.r.choice([0, 0, 1]))
        numbers = [1, 1, 2, 3, 0] if self.chance(0.1) else [1, 2]
        times = [self.r.choice(numbers) for _ in range(count)]
        if self.wild:
            times = times[1:] or [-1]
        if self.chance(0.3):
            return f'{a.primary}.repeat({self.size(times)})', a.near
        return f'{a.primary}.repeat({", ".join(map(str, times))})', a.near

    def write_flip(self, depth, name):
        a = self.operand(depth, lambda n: n.rank >= 1)
        if self.chance(0.5):
            return f'{a.primary}.flip({self.dim(a.rank)})', a.near
        return self.call(name, a, [self.r.choice(['', 'dims=']) + self.dims(a.rank)]), a.near

    def write_cat(self, depth, name):
        a = self.operand(depth, lambda n: n.rank >= 1 or name == 'stack')
        dim = self.dim(a.rank + (name == 'stack'))
        nodes = [a]
        for _ in range(self.r.choice([1, 1, 2])):
            if self.chance(0.5):
                nodes.append(self.node(self.r.choice(
                    [f'{a.primary} * 2', f'{a.primary} + 1', f'{a.primary} > 0']), a.near, False))
            else:
                nodes.append(self.operand(depth, lambda n: n.shape == a.shape))
        if any(n.near for n in nodes) and any('>' in n.source for n in nodes):
            raise Unfit
        parts = ', '.join(n.source for n in nodes)
        parts = f'[{parts}]' if self.chance(0.7) else f'({parts})'
        last = [self.r.choice(['', 'dim=']) + str(dim)]
        if self.chance(0.4) and not self.wild:
            last = []
        home = self.r.choice(['torch.', ''])
        return (f'{home}{name}({", ".join([parts, *last])})',
                any(n.near for n in nodes))

    write_stack = write_cat

    def write_index(self, depth, name):
        a = self.operand(depth, lambda n: n.rank >= 1 and n.value.numel() > 0)
        if self.chance(0.12) and not a.near:
            c = f'{a.primary} {self.r.choice(COMPARISONS)} {self.scalar()}'
            return f'{a.primary}[{c}]', a.near
        if self.chance(0.1):
            masks = [n for n in self.tensors() if n.dtype == torch.bool and n.rank
                     and n.shape == a.shape[:n.rank]]
            if masks:
                return f'{a.primary}[{self.r.choice(masks).source}]', a.near
        items, used, picked = [], 0, None
        while used < a.rank and (not items or self.chance(0.6)):
            size = a.shape[used]
            sort = self.r.random()
            if sort < 0.3:
                items.append(str(self.place(size)))
            elif sort < 0.6:
                items.append(self.slice(size))
            elif sort < 0.68:
                items.append(self.r.choice(['None', 'none']))
                continue
            elif sort < 0.76 and '...' not in items:
                items.append('...')
                used = max(used, a.rank - 1 if self.chance(0.7) else used)
                if used == a.rank - 1:
                    size = a.shape[-1]
                continue
            elif sort < 0.92 and size:
                picked = picked or self.r.choice([1, 2, 2, 3])
                places = literal([self.place(size) for _ in range(picked)])
                items.append(places if self.chance(0.4) else f'tensor({places})')
            else:
                mask = literal([self.chance(0.5) for _ in range(size + self.wild)])
                items.append(f'tensor({mask})')
            used += 1
        if self.wild and self.chance(0.3):
            items += ['0'] * (a.rank + 1 - len(items))
        return f'{a.primary}[{", ".join(items)}]', a.near

    def place(self, size):
        if self.wild and self.chance(0.4):
            return self.r.choice([size, -size - 1, 0.5])
        return self.r.randrange(-size, size) if size else 0

    def slice(self, size):
        def end():
            return '' if self.chance(0.45) else str(self.r.randint(-size - 1, size + 1))
        step = self.r.choice(['', '', '', ':2', ':3', ':'])
        if self.wild and self.chance(0.3):
            step = self.r.choice([':-1', ':0'])
        return f'{end()}:{end()}{step}'
