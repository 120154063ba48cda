#!/usr/bin/env python3
"""Records PyTorch's answers, which the tests compare with. The tests themselves never run this.

    /usr/bin/python3 record.py    with Debian's python3-torch 1.13.1: everything but the printing
    python3 record.py             with the torch 2.15.0 wheel: the printing

Run under another version it refuses. Each file says which version made it; a second run gives the
same bytes. Numbers are hexadecimal floats, which hold every bit.
"""
import copy
import math
import random
import struct
import sys

import torch
import torch.nn.utils.prune as prune

from exact import bits, hexadecimal, write

torch.set_num_threads(1)


# Generator


def record_generator():
    seeds = [0, 1, 42, 2**31, 2**32 + 5, 5, 2**64 - 1]
    streams = []
    for seed in seeds:
        torch.manual_seed(seed)
        draws = []
        for count in list(range(1, 16)) + [16, 17, 31, 32, 100, 3, 16, 1, 7, 40, 2]:
            draws.append({'normal': count, 'values': bits(torch.randn(count))})
        streams.append({'seed': str(seed), 'draws': draws})
    for seed in seeds:
        torch.manual_seed(seed)
        draws = []
        for low, high in [(0, 1), (-1, 1), (-0.1, 0.3), (1e-3, 1e3), (-1 / 3, 1 / 3)]:
            values = torch.empty(25).uniform_(low, high)
            limits = struct.unpack('2f', struct.pack('2f', low, high))
            draws.append({'low': hexadecimal(limits[0]), 'high': hexadecimal(limits[1]),
                          'values': bits(values)})
        streams.append({'seed': str(seed), 'draws': draws})
    # Small and large draws side by side; a reseed in the middle discards the kept value.
    chance = random.Random(1)
    for seed in range(20):
        torch.manual_seed(seed)
        draws = []
        for _ in range(12):
            kind = chance.choice(['small', 'small', 'large', 'uniform', 'seed'])
            if kind == 'seed':
                again = chance.randrange(2**32)
                torch.manual_seed(again)
                draws.append({'seed': str(again)})
            elif kind == 'uniform':
                count = chance.randint(1, 5)
                draws.append({'low': '0x0p+0', 'high': '0x1p+0',
                              'values': bits(torch.empty(count).uniform_(0, 1))})
            else:
                count = chance.randint(1, 15) if kind == 'small' else chance.randint(16, 60)
                draws.append({'normal': count, 'values': bits(torch.randn(count))})
        streams.append({'seed': str(seed), 'draws': draws})
    layers = []
    for seed, (i, o, k, groups, bias) in enumerate([
            (1, 2, 3, 1, False), (1, 2, 3, 1, True), (3, 4, 1, 1, True), (4, 6, 2, 2, True),
            (6, 6, 3, 6, True), (2, 3, 5, 1, True), (16, 4, 3, 1, True), (5, 1, 4, 1, False)]):
        torch.manual_seed(seed)
        layer = torch.nn.Conv2d(i, o, k, groups=groups, bias=bias)
        layers.append({'seed': str(seed), 'in': i, 'out': o, 'kernel': k, 'groups': groups,
                       'weight': bits(layer.weight),
                       'bias': bits(layer.bias) if bias else None,
                       'next': bits(torch.randn(3))})
    write('generator.json', {'streams': streams, 'layers': layers})


# Convolution


def convolution_case(chance, is_reference):
    while True:
        case = {
            'batch': 1 if is_reference else chance.randint(1, 3),
            'groups': 1 if is_reference else chance.choice([1, 1, 2, 3, 4]),
            'kernel': [chance.randint(1, 3 if is_reference else 5)] * 2,
            'stride': chance.randint(1, 3), 'padding': chance.randint(0, 3),
            'dilation': chance.randint(1, 3), 'bias': chance.random() < 0.6,
            'height': chance.randint(1, 9), 'width': chance.randint(1, 9),
        }
        if chance.random() < 0.2:
            case['kernel'] = [chance.randint(1, case['kernel'][0]), case['kernel'][1]]
        case['in'] = case['groups'] * chance.randint(1, 4 if is_reference else 2)
        case['out'] = case['groups'] * chance.randint(1, 5 if is_reference else 3)
        reach = [case['dilation'] * (k - 1) + 1 for k in case['kernel']]
        if (reach[0] <= case['height'] + 2 * case['padding']
                and reach[1] <= case['width'] + 2 * case['padding']):
            if is_reference or case['batch'] > 1 or case['groups'] > 1 or max(case['kernel']) > 3:
                return case


def convolve(case, seed, dtype):
    torch.manual_seed(seed)
    x = torch.randn(case['batch'], case['in'], case['height'], case['width'])
    w = torch.randn(case['out'], case['in'] // case['groups'], *case['kernel'])
    b = torch.randn(case['out'])
    x, w, b = (t.to(dtype).requires_grad_() for t in (x, w, b))
    y = torch.nn.functional.conv2d(
        x, w, b if case['bias'] else None, stride=case['stride'], padding=case['padding'],
        dilation=case['dilation'], groups=case['groups'])
    torch.manual_seed(seed + 1000000)
    y.backward(torch.randn(y.shape).to(dtype))
    return {**case, 'seed': str(seed), 'shape': list(y.shape),
            'output': bits(y.float()), 'inputGradient': bits(x.grad.float()),
            'weightGradient': bits(w.grad.float()),
            'biasGradient': bits(b.grad.float()) if case['bias'] else None}


def record_convolution():
    chance = random.Random(2)
    exact = [convolve(convolution_case(chance, True), 100 + i, torch.float32) for i in range(70)]
    # Elsewhere the order of a float32 sum is no matter of the shape alone, so these are double.
    near = [convolve(convolution_case(chance, False), 300 + i, torch.float64) for i in range(70)]
    write('convolution.json', {'exact': exact, 'near': near})


# Sums, elementwise operations, and a step of gradient descent


def record_arithmetic():
    lengths = (list(range(1, 71)) + [127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 1023, 1024,
               1025, 2047, 2049, 4095, 4096, 4097, 8191, 8200, 10000, 16383, 16385, 20000, 32768,
               32777, 50000, 65535, 65536, 65537, 100000, 131072, 131077, 200000, 262143, 262149,
               300000])
    sums = []
    for length in lengths:
        torch.manual_seed(length)
        sums.append({'length': length, 'sum': bits(torch.empty(length).uniform_(-1, 1).sum())})
    rows = []
    for shape in [[2, 1, 3, 3], [5, 3, 3, 3], [7, 2, 1, 1], [3, 4, 5, 5], [4, 16, 3, 3], [1, 1, 1, 1],
                  [6, 7, 2, 2], [3, 64, 3, 3], [2, 128, 5, 5]]:
        torch.manual_seed(sum(shape))
        rows.append({'shape': shape, 'seed': str(sum(shape)),
                     'sums': bits(torch.randn(shape).abs().sum(dim=(1, 2, 3)))})
    special = [0.0, -0.0, 1.5, -1.5, math.nan, -math.nan, math.inf, -math.inf, 1e-45, -1e-45,
               3e38, -3e38]
    upstream = [2.0, 3.0, -4.0, 5.0, 6.0, 7.0, -8.0, 9.0, 10.0, 11.0, -0.0, 13.0]
    elementwise = []
    for name, function in [('relu', torch.relu), ('abs', torch.abs)]:
        x = torch.tensor(special, requires_grad=True)
        y = function(x)
        y.backward(torch.tensor(upstream))
        elementwise.append({'name': name, 'input': bits(x), 'upstream': bits(torch.tensor(upstream)),
                            'output': bits(y), 'gradient': bits(x.grad)})
    steps = []
    for seed in range(6):
        torch.manual_seed(seed)
        p = torch.nn.Parameter(torch.randn(2, 1, 3, 3))
        before = bits(p)
        p.grad = torch.randn(2, 1, 3, 3) * 10
        rate = [0.1, 0.02, 1.0, 1e-3, 0.3, 3.7][seed]
        torch.optim.SGD([p], lr=rate).step()
        steps.append({'rate': rate, 'before': before, 'gradient': bits(p.grad), 'after': bits(p)})
    # Three gradients meet at one leaf; in which order they are added decides the last bits.
    leaf = torch.ones(1, 1, 1, 1, requires_grad=True)
    left, right = leaf * 2.0, leaf * float(2**23 + 1)
    torch.nn.functional.conv2d(left, right, leaf[0][0][0]).sum().backward()
    write('arithmetic.json', {'sums': sums, 'rows': rows, 'elementwise': elementwise,
                              'steps': steps, 'meeting': bits(leaf.grad)})


# Pruning


class DPU(torch.autograd.Function):
    """The paper's Dynamic Pruning Unit."""
    @staticmethod
    def forward(ctx, x, mask):
        return x * mask

    @staticmethod
    def backward(ctx, gradient):
        return gradient.clone(), None


class Conv2d(torch.nn.Conv2d):
    """The paper's Conv2d_with_DPU, beside PyTorch's own pruning."""
    epsilon = 1e-6

    def calculate_mask(self, rate):
        self.mask = dynamic_mask(self.weight.abs().sum(dim=(1, 2, 3)), rate)

    def forward(self, x):
        w, b = self.weight, self.bias
        if hasattr(self, 'mask'):
            w = DPU.apply(w, self.mask.view(-1, 1, 1, 1))
            if b is not None:
                b = DPU.apply(b, self.mask)
        y = self._conv_forward(x, w, b)
        return y if self.epsilon is None else y + self.epsilon


def dynamic_mask(scores, rate):
    mask = torch.ones([len(scores)])
    _, indices = torch.topk(scores, int(len(scores) * rate), largest=False)
    mask[indices] = 0
    return mask


def digits(mask):
    return ''.join('1' if v else '0' for v in mask.tolist())


def structured(weight, rates):
    layer = torch.nn.Conv2d(weight.shape[1], weight.shape[0], tuple(weight.shape[2:]), bias=False)
    with torch.no_grad():
        layer.weight.copy_(weight)
    masks = []
    for rate in rates:
        prune.ln_structured(layer, 'weight', amount=rate, n=1, dim=0)
        mask = layer.weight_mask.reshape(weight.shape[0], -1)
        assert torch.equal(mask.amin(1), mask.amax(1))
        masks.append(digits(mask[:, 0]))
    return masks


def record_pruning():
    chance = random.Random(3)
    dynamic = []
    static = []
    rates = [0, 0.1, 0.25, 0.29, 0.3, 0.5, 0.6, 0.7, 0.75, 0.9, 0.99]
    def record_scores(scores, rate):
        tensor = torch.tensor([float(s) for s in scores])
        dynamic.append({'scores': ' '.join(scores), 'rate': rate,
                        'mask': digits(dynamic_mask(tensor, rate))})
    for count in [1, 2, 3, 4, 5, 6, 7, 8, 10, 16, 33, 64, 100]:
        for rate in [0.25, 0.29, 0.5, 0.9]:
            record_scores(['1'] * count, rate)
    for _ in range(150):
        count = chance.choice([2, 3, 4, 5, 7, 8, 9, 12, 16, 20, 32, 50])
        top = chance.choice([1, 2, 4, 20])
        record_scores([str(chance.randint(0, top)) for _ in range(count)], chance.choice(rates))
    # Few of many: topk sorts these with another algorithm.
    for count in [63, 64, 65, 100, 127, 128, 130, 191, 192, 200]:
        for k in [1, 2, 3, 4]:
            for top in [1, 10]:
                scores = [str(chance.randint(0, top)) for _ in range(count)]
                record_scores(scores, (k + 0.5) / count)
    for _ in range(30):
        count = chance.choice([2, 4, 5, 8, 16])
        scores = [chance.choice(['nan', 'nan', 'inf', '0', '1', '2']) for _ in range(count)]
        record_scores(scores, chance.choice(rates))
    # The product OUT · rate just below an integer, and halves.
    for count, rate in [(100, 0.29), (100, 0.57), (10, 0.7), (5, 0.5), (5, 0.3), (7, 0.5), (3, 0.5),
                        (50, 0.14), (200, 0.145)]:
        record_scores([str((i * 37) % count) for i in range(count)], rate)

    def record_structured(values, shape, rates):
        weight = torch.tensor([float(v) for v in values]).view(shape)
        static.append({'values': ' '.join(values), 'shape': shape, 'rates': rates,
                       'masks': structured(weight, rates)})
    for count, rate in [(5, 0.5), (3, 0.5), (1, 0.5), (7, 0.5), (5, 0.3), (10, 0.25), (10, 0.35),
                        (2, 0.25), (2, 0.75), (6, 0.25), (100, 0.285), (2, 0.99)]:
        record_structured([str((i * 37) % count + 1) for i in range(count)], [count, 1, 1, 1], [rate])
    for _ in range(80):
        count = chance.choice([1, 2, 3, 4, 5, 6, 8, 9, 16, 24, 48])
        top = chance.choice([1, 2, 5, 30])
        values = [str(chance.choice([-1, 1]) * chance.randint(1, top)) for _ in range(count)]
        record_structured(values, [count, 1, 1, 1],
                          [chance.choice(rates) for _ in range(chance.randint(1, 4))])
    for rate in [0.01, 0.015, 0.02, 0.98, 0.985, 0.99, 0.995]:
        for top in [1, 9]:
            record_structured([str(chance.randint(1, top)) for _ in range(200)], [200, 1, 1, 1], [rate])
    for _ in range(15):
        count = chance.choice([2, 4, 5, 8])
        values = [chance.choice(['nan', 'inf', '1', '2', '-2']) for _ in range(count)]
        record_structured(values, [count, 1, 1, 1], [chance.choice([0.25, 0.5, 0.75])])
    # The same numbers in another order in each filter: only the rounding of the norm's sum decides.
    orders = []
    for _ in range(20):
        values = torch.tensor([chance.uniform(-1, 1) for _ in range(27)]).tolist()
        filters = [chance.sample(values, 27) for _ in range(8)]
        weight = torch.tensor(filters).view(8, 3, 3, 3)
        orders.append({'weight': bits(weight), 'structured': structured(weight, [0.5])[0],
                       'scores': bits(weight.abs().sum(dim=(1, 2, 3))),
                       'dynamic': digits(dynamic_mask(weight.abs().sum(dim=(1, 2, 3)), 0.5))})
    write('pruning.json', {'dynamic': dynamic, 'structured': static, 'orders': orders})


# Layers


def record_layers():
    descriptions = []
    for arguments in [dict(), dict(stride=2), dict(padding=1), dict(dilation=2), dict(groups=2),
                      dict(bias=False), dict(stride=2, padding=3, dilation=2, groups=2, bias=False),
                      dict(padding=1, bias=False)]:
        descriptions.append({**arguments, 'text': str(torch.nn.Conv2d(4, 6, 3, **arguments))})
    chance = random.Random(4)
    scenarios = []
    plans = [['mask 0.5', 'forward', 'backward', 'prune 0.5', 'forward', 'backward', 'step 0.1',
              'forward', 'backward'],
             ['prune 0.5', 'mask 0.5', 'forward', 'backward', 'step 0.1', 'mask 0.5', 'forward'],
             ['prune 0.25', 'prune 0.5', 'forward', 'backward', 'prune 0.5', 'forward'],
             ['prune 0.5', 'forward', 'backward', 'step 0.5', 'mask 0.25', 'forward', 'backward'],
             ['mask 0.5', 'epsilon off', 'forward', 'backward', 'step 0.1', 'forward'],
             ['epsilon 0.5', 'prune 0.5', 'forward', 'mask 0.5', 'forward', 'backward']]
    for number in range(24):
        seed = 500 + number
        inputs, outputs, kernel = chance.randint(1, 3), chance.randint(2, 6), chance.randint(1, 3)
        side, bias = chance.randint(3, 5), chance.random() < 0.7
        torch.manual_seed(seed)
        layer = Conv2d(inputs, outputs, kernel, bias=bias)
        x = torch.randn(1, inputs, side, side)
        events = []
        y = None
        for step in plans[number % len(plans)]:
            verb, _, value = step.partition(' ')
            if verb == 'mask':
                layer.calculate_mask(float(value))
                found = {'mask': bits(layer.mask)}
            elif verb == 'prune':
                prune.ln_structured(layer, 'weight', amount=float(value), n=1, dim=0)
                found = {'mask': bits(layer.weight_mask)}
            elif verb == 'epsilon':
                layer.epsilon = None if value == 'off' else float(value)
                found = {}
            elif verb == 'forward':
                y = layer(x)
                found = {'output': bits(y)}
            elif verb == 'backward':
                layer.zero_grad(set_to_none=True)
                torch.relu(y).sum().backward()
                dense = layer.weight_orig if hasattr(layer, 'weight_orig') else layer.weight
                found = {'weightGradient': bits(dense.grad)}
                if bias:
                    found['biasGradient'] = bits(layer.bias.grad)
            elif verb == 'step':
                torch.optim.SGD(layer.parameters(), lr=float(value)).step()
                found = {}
            events.append({'step': step, 'weight': bits(layer.weight), **found})
        scenarios.append({'seed': str(seed), 'in': inputs, 'out': outputs, 'kernel': kernel,
                          'side': side, 'bias': bias, 'events': events})
    write('layers.json', {'descriptions': descriptions, 'scenarios': scenarios})


# Transcripts: scripts in the notebook's language, and what PyTorch prints for them


def script(chance, kind):
    c = chance
    if kind == 'demo':
        i, o, k, side, padding, stride, bias, rate = 1, 2, 3, 4, 1, 1, 'false', 0.5
    elif kind == 'small':
        i, o, k = c.randint(1, 3), c.randint(2, 6), c.choice([1, 2, 3])
        side = c.randint(max(3, k), 7)
        padding = c.randint(0, 1) if k > 1 else 0
        stride, bias = c.choice([1, 1, 2]), c.choice(['true', 'false'])
        rate = c.choice([0, 0.25, 0.5, 0.6, 0.75, 0.9])
    else:
        i, o, k = c.choice([3, 8, 16]), c.choice([8, 16, 32]), 3
        side, padding, stride, bias, rate = c.choice([12, 16, 20]), 1, 1, 'true', c.choice([0.5, 0.75])
    lines = [f'seed {c.randint(0, 2**31)}',
             f'conv {i} {o} {k} stride={stride} padding={padding} bias={bias} as m',
             f'input 1 {i} {side} {side}', 'weight']
    if bias == 'true':
        lines.append('bias')
    lines += ['copy m as normal;', 'use m;', f'mask {rate}', 'scores', 'pruned', 'forward', 'relu',
              'backward', 'grad']
    if bias == 'true':
        lines.append('bias.grad')
    lines += ['use normal', f'prune {rate}', 'weight', 'forward', 'relu', 'backward', 'weight_orig']
    lines += ['use m', 'zero_grad', 'forward;', 'relu;', 'backward', 'forward;', 'relu', 'backward']
    return lines


def stepping_script(chance):
    """Mask, prune and step together, printed with enough digits to tell every float."""
    c = chance
    o, bias = c.randint(2, 6), c.choice(['true', 'false'])
    lines = ['printoptions precision=10', f'seed {c.randint(0, 2**31)}',
             f'conv 2 {o} 3 bias={bias} as m', 'input 1 2 5 5;']
    for _ in range(c.randint(3, 5)):
        lines.append(c.choice([f'mask {c.choice([0.25, 0.5])}', f'prune {c.choice([0.25, 0.5])}',
                               'epsilon 0.001', 'zero_grad']))
        lines += ['forward', 'relu', 'backward', f'step {c.choice([0.1, 0.02, 1.5])}', 'weight']
        if bias == 'true':
            lines += ['bias', 'bias.grad']
    return lines + ['zero_grad', 'grad', 'scores', 'output', 'input ones 1 2 3 3',
                    'forward', 'input arange 1 2 3 4', 'forward']


def run(lines):
    options = dict(precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None)
    torch.set_printoptions(**options)
    layers, current, x, y = {}, None, None, None
    out = []
    for line in lines:
        quiet = line.endswith(';')
        words = line.rstrip(';').split()
        name = None
        if 'as' in words:
            name = words[words.index('as') + 1]
            words = words[:words.index('as')]
        verb = words[0]
        given = [w for w in words[1:] if '=' not in w]
        keys = dict(w.split('=') for w in words[1:] if '=' in w)
        layer = layers.get(current)
        shown = True
        value = None
        if verb == 'seed':
            torch.manual_seed(int(given[0]))
            shown = False
        elif verb == 'printoptions':
            options.update({k: int(v) for k, v in keys.items()})
            torch.set_printoptions(**options)
            shown = False
        elif verb == 'conv':
            bias = keys.pop('bias', 'true') == 'true'
            value = Conv2d(*map(int, given), **{k: int(v) for k, v in keys.items()}, bias=bias)
            current = name
            layers[name] = value
        elif verb == 'input':
            sizes = [int(w) for w in given if w.isdigit()]
            if given[0] == 'ones':
                x = torch.ones(sizes)
            elif given[0] == 'arange':
                x = torch.arange(float(math.prod(sizes))).view(sizes)
            else:
                x = torch.randn(sizes)
            value = x
        elif verb == 'copy':
            current = name
            layers[name] = value = copy.deepcopy(layers[given[0]])
        elif verb == 'use':
            current = given[0]
            value = layers[current]
        elif verb == 'mask':
            layer.calculate_mask(float(given[0]))
            value = layer.mask
        elif verb == 'scores':
            value = layer.weight.abs().sum(dim=(1, 2, 3))
        elif verb == 'pruned':
            value = DPU.apply(layer.weight, layer.mask.view(-1, 1, 1, 1))
        elif verb == 'epsilon':
            layer.epsilon = float(given[0])
            shown = False
        elif verb == 'prune':
            prune.ln_structured(layer, 'weight', amount=float(given[0]), n=1, dim=0)
            value = layer.weight_mask
        elif verb in ('weight', 'bias', 'weight_orig'):
            value = getattr(layer, verb)
        elif verb == 'forward':
            value = y = layer(x)
        elif verb == 'relu':
            value = y = torch.relu(y)
        elif verb == 'output':
            value = y
        elif verb in ('backward', 'grad'):
            if verb == 'backward':
                y.sum().backward()
            value = (layer.weight_orig if hasattr(layer, 'weight_orig') else layer.weight).grad
        elif verb == 'bias.grad':
            value = layer.bias.grad
        elif verb == 'zero_grad':
            layer.zero_grad(set_to_none=True)
            shown = False
        elif verb == 'step':
            torch.optim.SGD(layer.parameters(), lr=float(given[0])).step()
            shown = False
        else:
            raise SystemExit('unknown: ' + line)
        if shown and not quiet:
            out.append(str(value))
    torch.set_printoptions(profile='default')
    return out


def record_transcripts():
    chance = random.Random(5)
    transcripts = []
    for kind, count in [('demo', 60), ('small', 45), ('wide', 3)]:
        for _ in range(count):
            lines = script(chance, kind)
            transcripts.append({'kind': kind, 'cells': lines,
                                'text': '\n'.join(run(lines)).split('\n')})
    for _ in range(12):
        lines = stepping_script(chance)
        transcripts.append({'kind': 'steps', 'cells': lines,
                            'text': '\n'.join(run(lines)).split('\n')})
    write('transcripts.json', {'transcripts': transcripts})


# Printing


def printed_value(chance, kind):
    c = chance
    f32 = lambda v: struct.unpack('f', struct.pack('f', v))[0]
    if kind == 'unit': return f32(c.uniform(-1, 1))
    if kind == 'norm': return f32(c.gauss(0, 1))
    if kind == 'int': return float(c.randint(-50, 50))
    if kind == 'bigint': return float(c.randint(-10**6, 10**6))
    if kind == 'wide': return f32(c.choice([-1, 1]) * 10 ** c.uniform(-8, 8))
    if kind == 'tiny': return f32(c.uniform(-1, 1) * 1e-5)
    if kind == 'zeros': return c.choice([0.0, -0.0])
    if kind == 'special':
        return c.choice([0.0, -0.0, math.nan, math.inf, -math.inf, 1.0, f32(c.gauss(0, 3))])
    if kind == 'intspecial': return c.choice([0.0, 3.0, -17.0, math.nan, math.inf, -math.inf])
    if kind == 'half':
        if c.random() < .5: return c.randint(-20, 20) + 0.5
        return f32(c.randint(-99999, 99999) / 20000)
    if kind == 'huge': return f32(c.uniform(-1, 1) * 3e38)
    if kind == 'denorm': return f32(c.uniform(-1, 1) * 1e-40)
    return f32(c.choice([1e-4, 9.9999e-5, 1000.0, 1e8, 1.0001e8, 0.1, 1.0, -1000.0]))


class Twice(torch.autograd.Function):
    """A function with a long name, for the suffix that it prints."""
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def backward(ctx, gradient):
        return gradient * 2


LongName = type('AFunctionWithARatherLongNameThatWrapsEarlier', (Twice,), {})
DEFAULTS = dict(precision=4, threshold=1000, edgeitems=3, linewidth=80, sci_mode=None)


def printed(tensor, suffix='none', **options):
    torch.set_printoptions(**{**DEFAULTS, **options})
    tensor = tensor.float()
    name = None
    if suffix != 'none':
        tensor = tensor.clone().requires_grad_()
    if suffix == 'short':
        tensor, name = tensor.abs(), 'AbsBackward0'
    elif suffix == 'long':
        tensor = LongName.apply(tensor)
        name = type(tensor.grad_fn).__name__
    text = str(tensor)
    torch.set_printoptions(**DEFAULTS)
    entry = {'shape': list(tensor.shape), 'values': bits(tensor), 'text': text.split('\n')}
    if options:
        entry['options'] = options
    if suffix == 'leaf':
        entry['requiresGrad'] = True
    if name:
        entry['gradientFunction'] = name
    return entry


def record_printing():
    chance = random.Random(6)
    kinds = ['unit', 'norm', 'int', 'bigint', 'wide', 'tiny', 'zeros', 'special', 'intspecial',
             'half', 'huge', 'denorm', 'edge']
    entries = []
    for _ in range(300):
        kind = chance.choice(kinds)
        rank = chance.choice([1, 1, 2, 2, 3, 4, 4, 5])
        shape = [chance.randint(1, 4 if rank > 2 else 12) for _ in range(rank)]
        if chance.random() < .08:
            shape = chance.choice([[1001], [7, 150], [40, 40], [2, 9, 80], [11, 10, 10],
                                   [1, 1, 33, 33], [3, 8, 7, 7]])
        if chance.random() < .05:
            shape = [chance.randint(20, 60)]
        options = {}
        if chance.random() < .3:
            possible = [('precision', chance.randint(0, 8)),
                        ('threshold', chance.choice([5, 50, 1000])),
                        ('edgeitems', chance.choice([0, 1, 2, 3, 5])),
                        ('linewidth', chance.choice([1, 12, 40, 80, 120, 200])),
                        ('sci_mode', chance.choice([True, False, None]))]
            options = dict(chance.sample(possible, chance.randint(1, 4)))
        values = [printed_value(chance, kind) for _ in range(math.prod(shape))]
        suffix = chance.choice(['none'] * 5 + ['leaf', 'short', 'long'])
        entries.append(printed(torch.tensor(values).view(shape), suffix, **options))
    for value in [0.0, -0.0, 1.0, -2.5, 1e-7, 1e9, math.nan, math.inf, -math.inf, 123456.0]:
        for suffix in ['none', 'leaf', 'short']:
            entries.append(printed(torch.tensor(value), suffix))
        entries.append(printed(torch.tensor(value), precision=0))
        entries.append(printed(torch.tensor(value), sci_mode=True))
        entries.append(printed(torch.tensor(value), sci_mode=False, edgeitems=0))
    for shape in [[0], [2, 0], [0, 3], [1, 0, 2], [0, 0, 0, 0]]:
        for suffix in ['none', 'leaf', 'long']:
            entries.append(printed(torch.empty(shape), suffix))
        entries.append(printed(torch.empty(shape), 'long', linewidth=30))
    # A suffix moves to its own line just where the line gets too long.
    for width in range(36, 72, 1):
        entries.append(printed(torch.tensor([0.5, -0.25, 8.0]), 'leaf', linewidth=width))
        entries.append(printed(torch.tensor([[1.0], [2.0]]), 'short', linewidth=width - 8))
    for width in [60, 78, 79, 80, 81, 82, 83, 84, 100]:
        entries.append(printed(torch.tensor([1.0, 2.0]), 'long', linewidth=width))
    grid = torch.arange(36.0).view(6, 6) / 7
    for edge in [0, 1, 2, 3, 4]:
        for threshold in [0, 35, 36]:
            entries.append(printed(grid, threshold=threshold, edgeitems=edge))
            entries.append(printed(grid.view(36), threshold=threshold, edgeitems=edge))
            entries.append(printed(grid.view(2, 3, 6), 'short', threshold=threshold, edgeitems=edge))
    for precision in [0, 1, 7, 10, 20]:
        for mode in [None, True, False]:
            entries.append(printed(torch.tensor([0.5, 1.5, 2.5, -0.0, 1e-3]), precision=precision,
                                   sci_mode=mode))
    write('printing.json', {'tensors': entries})


if torch.__version__.startswith('1.13.'):
    record_generator()
    record_convolution()
    record_arithmetic()
    record_pruning()
    record_layers()
    record_transcripts()
elif torch.__version__.startswith('2.15.'):
    record_printing()
else:
    sys.exit('torch ' + torch.__version__ + ': 1.13.1 or 2.15.0 is needed')
