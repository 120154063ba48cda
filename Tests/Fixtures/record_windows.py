#!/usr/bin/env python3
"""Records PyTorch's answers for windows with rows and columns of their own, for images without a
batch and for padding='same'. The tests compare with them and never run this.

    /usr/bin/python3 record_windows.py    with Debian's python3-torch 1.13.1: windows.json, the digits
    python3 record_windows.py             with the torch 2.15.0 wheel: window-texts.json, the texts

A second run gives the same bytes. Numbers are hexadecimal floats, which hold every bit.
"""
import random
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F

from exact import bits, write

torch.set_num_threads(1)
warnings.simplefilter('ignore')


def pair(r, low, high):
    return [r.randint(low, high), r.randint(low, high)]


def fits(case):
    """Whether the kernel fits into the padded input."""
    for k, s, p, d in zip(case['kernel'], case['size'], case['padding'], case['dilation']):
        if d * (k - 1) + 1 > s + 2 * p:
            return False
    return True


def convolution_case(r, is_reference):
    while True:
        groups = 1 if is_reference else r.choice([1, 1, 2, 3])
        largest = 3 if is_reference else 6
        case = {
            'batch': 1 if is_reference else r.randint(1, 3), 'groups': groups,
            'kernel': pair(r, 1, largest), 'stride': pair(r, 1, 3), 'padding': pair(r, 0, 3),
            'dilation': pair(r, 1, 3), 'bias': r.random() < 0.6, 'size': pair(r, 1, 11),
            'in': groups * r.randint(1, 4), 'out': groups * r.randint(1, 5),
        }
        if fits(case):
            return case


def convolve(case, seed, dtype):
    torch.manual_seed(seed)
    x = torch.randn(case['batch'], case['in'], *case['size'])
    w = torch.randn(case['out'], case['in'] // case['groups'], *case['kernel'])
    b = torch.randn(case['out'])
    x, w, b = (t.to(dtype).requires_grad_() for t in (x, w, b))
    y = F.conv2d(
        x, w, b if case['bias'] else None, stride=case['stride'], padding=case['padding'],
        dilation=case['dilation'], groups=case['groups'])
    torch.manual_seed(seed + 1000000)
    y.backward(torch.randn(y.shape).to(dtype))
    return {**case, 'seed': str(seed), 'shape': list(y.shape),
            'output': bits(y.float()), 'inputGradient': bits(x.grad.float()),
            'weightGradient': bits(w.grad.float()),
            'biasGradient': bits(b.grad.float()) if case['bias'] else None}


def pooling_case(r, is_largest):
    while True:
        case = {'kind': 'maxpool' if is_largest else 'avgpool', 'kernel': pair(r, 1, 4),
                'stride': pair(r, 1, 3), 'size': pair(r, 3, 20),
                'dilation': pair(r, 1, 3) if is_largest else [1, 1]}
        case['padding'] = [r.randint(0, k // 2) for k in case['kernel']]
        if fits(case):
            return case


def pool(case, r):
    leading = [r.randint(1, 3)] if r.random() < 0.3 else pair(r, 1, 3)
    window = (case['kernel'], case['stride'], case['padding'])
    if case['kind'] == 'maxpool':
        x = torch.randint(-2, 3, leading + case['size']).float().requires_grad_()
        y = F.max_pool2d(x, *window, dilation=case['dilation'])
    else:
        x = torch.randn(leading + case['size']).requires_grad_()
        y = F.avg_pool2d(x, *window)
    upstream = torch.randn(y.shape)
    gradient, = torch.autograd.grad(y, [x], upstream)
    return {**case, 'input': bits(x), 'inputShape': list(x.shape), 'shape': list(y.shape),
            'upstream': bits(upstream), 'output': bits(y), 'gradient': bits(gradient)}


class Conv(nn.Conv2d):
    """The notebook's convolution: a constant behind it; it prints as Conv2d."""

    def _get_name(self):
        return 'Conv2d'

    def forward(self, x):
        return super().forward(x) + 1e-6


def written(r, value):
    """A pair as the prompt takes it."""
    a, b = value
    if a == b and r.random() < 0.5:
        return str(a)
    return r.choice([f'({a}, {b})', f'({a},{b})', f'{a}x{b}', f'[{a}, {b}]'])


def script(r, seed):
    """A session of small layers, and what PyTorch prints for it."""
    cells, text = [f'seed {seed}'], []
    torch.manual_seed(seed)

    def show(cell, value):
        cells.append(cell)
        if value is not None:
            text.append(str(value))

    while True:
        case = {'kernel': pair(r, 1, 3), 'stride': pair(r, 1, 2), 'padding': pair(r, 0, 2),
                'dilation': pair(r, 1, 2), 'size': pair(r, 3, 6)}
        if fits(case):
            break
    i, o, bias = r.randint(1, 2), r.randint(1, 3), r.random() < 0.5
    is_same = r.random() < 0.4
    options = {'stride': tuple(case['stride']), 'padding': tuple(case['padding']),
               'dilation': tuple(case['dilation']), 'bias': bias}
    keys = [f'{k}={written(r, case[k])}' for k in ('stride', 'padding', 'dilation')]
    if is_same:
        options.update(stride=(1, 1), padding='same')
        keys = ['padding=same', keys[2]]
    layer = Conv(i, o, tuple(case['kernel']), **options)
    show(f"conv {i} {o} {written(r, case['kernel'])} {' '.join(keys)} bias={str(bias).lower()}",
         layer)
    shape = ([] if r.random() < 0.5 else [1]) + [i] + case['size']
    x = torch.randn(shape, requires_grad=True)
    show(f"input {' '.join(map(str, shape))} requires_grad=true", x)
    y = layer(x)
    show('forward', y)
    for _ in range(r.randint(0, 2)):
        kind = r.choice(['relu', 'maxpool', 'avgpool'])
        if kind == 'relu':
            y = F.relu(y)
            show('relu', y)
            continue
        k = [r.randint(1, min(2, y.shape[-2])), r.randint(1, min(2, y.shape[-1]))]
        if kind == 'maxpool':
            y = F.max_pool2d(y, k, (1, 2), (k[0] // 2, 0))
            show(f'maxpool {written(r, k)} stride=1x2 padding=({k[0] // 2}, 0)', y)
        else:
            y = F.avg_pool2d(y, k)
            show(f'avgpool {written(r, k)}', y)
    y.sum().backward()
    show('backward', layer.weight.grad)
    show('input.grad', x.grad)
    if bias:
        show('bias.grad', layer.bias.grad)
    return {'cells': cells, 'text': text}


def names(value):
    """The grad_fn of a value and of what it was computed from, down to the leaves."""
    found, function = [], value.grad_fn
    while function is not None and 'AccumulateGrad' not in function.name():
        found.append(function.name())
        function = function.next_functions[0][0] if function.next_functions else None
    return found


def graphs():
    """How images pass through layers: cells, and the names from the last value to the first."""
    found = []
    for kernel, padding, shape in [
            ('3', '1', [1, 4, 5]), ('2x3', 'same', [1, 1, 4, 5]), ('2x3', 'same', [1, 4, 5]),
            ('3', 'same', [1, 4, 5]), ('3x1', 'valid', [1, 1, 4, 5])]:
        sizes = [int(k) for k in kernel.split('x')]
        layer = Conv(1, 2, sizes if len(sizes) > 1 else sizes[0],
                     padding=padding if padding.isalpha() else int(padding))
        y = layer(torch.randn(shape, requires_grad=True))
        dims = ' '.join(map(str, shape))
        found.append({
            'cells': [f'conv 1 2 {kernel} padding={padding}', f'input {dims} requires_grad=true',
                      'forward'],
            'shape': list(y.shape), 'names': names(y)})
    for verb, layer in [('maxpool 2x3', nn.MaxPool2d((2, 3))), ('avgpool 2', nn.AvgPool2d(2))]:
        y = layer(Conv(1, 2, 1)(torch.randn(1, 4, 5, requires_grad=True)))
        found.append({
            'cells': ['conv 1 2 1', 'input 1 4 5 requires_grad=true', 'forward', verb],
            'shape': list(y.shape), 'names': names(y)})
    net = nn.Sequential(Conv(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    y = net(torch.randn(1, 5, 5, requires_grad=True))
    found.append({
        'cells': ['net conv(1,2,3) relu maxpool(2) flatten', 'input 1 5 5 requires_grad=true',
                  'forward'],
        'shape': list(y.shape), 'names': names(y)})
    return found


LAYERS = [
    ('conv(1,2,3)', lambda: nn.Conv2d(1, 2, 3)),
    ('conv(1,2,(3,5),stride=(2,1),padding=(1,0),dilation=(1,2))',
     lambda: nn.Conv2d(1, 2, (3, 5), stride=(2, 1), padding=(1, 0), dilation=(1, 2))),
    ('conv(1,2,[3,5],stride=[2,1])', lambda: nn.Conv2d(1, 2, [3, 5], stride=[2, 1])),
    ('conv(1,2,3x5)', lambda: nn.Conv2d(1, 2, (3, 5))),
    ('conv(1,2,3,padding=(0,0),dilation=(1,1))',
     lambda: nn.Conv2d(1, 2, 3, padding=(0, 0), dilation=(1, 1))),
    ('conv(1,2,(2,4),padding=same,dilation=(1,3))',
     lambda: nn.Conv2d(1, 2, (2, 4), padding='same', dilation=(1, 3))),
    ('conv(2,2,3,padding=valid,groups=2,bias=false)',
     lambda: nn.Conv2d(2, 2, 3, padding='valid', groups=2, bias=False)),
    ('maxpool(2)', lambda: nn.MaxPool2d(2)),
    ('maxpool((2,3))', lambda: nn.MaxPool2d((2, 3))),
    ('maxpool([2,3])', lambda: nn.MaxPool2d([2, 3])),
    ('maxpool(2,stride=(2,2))', lambda: nn.MaxPool2d(2, stride=(2, 2))),
    ('maxpool((2,2),stride=2,padding=(1,0),dilation=(1,2))',
     lambda: nn.MaxPool2d((2, 2), stride=2, padding=(1, 0), dilation=(1, 2))),
    ('maxpool(3,dilation=2)', lambda: nn.MaxPool2d(3, dilation=2)),
    ('avgpool(2)', lambda: nn.AvgPool2d(2)),
    ('avgpool((2,3))', lambda: nn.AvgPool2d((2, 3))),
    ('avgpool([2,3],stride=[1,2],padding=(1,1))',
     lambda: nn.AvgPool2d([2, 3], stride=[1, 2], padding=(1, 1))),
    ('avgpool(2,padding=1)', lambda: nn.AvgPool2d(2, padding=1)),
]


def main():
    r = random.Random(10)
    if torch.__version__.startswith('1.13'):
        exact = [convolve(convolution_case(r, True), 500 + i, torch.float32) for i in range(40)]
        # Elsewhere the order of a float32 sum is no matter of the shape alone, so these are double.
        near = [convolve(convolution_case(r, False), 700 + i, torch.float64) for i in range(25)]
        torch.manual_seed(11)
        pools = [pool(pooling_case(r, i % 2 == 0), r) for i in range(24)]
        scripts = [script(r, i) for i in range(40)]
        write('windows.json', {'exact': exact, 'near': near, 'pools': pools, 'scripts': scripts})
    elif torch.__version__.startswith('2.15.0'):
        layers = [{'stage': stage, 'text': str(make())} for stage, make in LAYERS]
        write('window-texts.json', {'layers': layers, 'graphs': graphs()})
    else:
        raise SystemExit(f'this is torch {torch.__version__}, not 1.13.1 or 2.15.0')


if __name__ == '__main__':
    main()
