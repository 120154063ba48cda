#!/usr/bin/env python3
"""Records two PyTorch networks for each row of `compare` and `ablate` in a network: copies in which one
convolution is pruned, by PyTorch's ordinary pruning in one, by the paper's unit in the other.

    python3 record_trials.py    with the torch 2.15.0 wheel

A second run gives the same bytes. Numbers are hexadecimal floats.
"""
import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.nn.utils.prune as prune

from exact import bits, write

torch.set_num_threads(1)


class DPU(torch.autograd.Function):
    """The paper's Dynamic Pruning Unit."""
    @staticmethod
    def forward(ctx, x, mask):
        return x * mask

    @staticmethod
    def backward(ctx, gradient):
        return gradient.clone(), None


class Conv2d(nn.Conv2d):
    """The paper's Conv2d_with_DPU."""
    epsilon = 1e-6
    mask = None

    def forward(self, x):
        w, b = self.weight, self.bias
        if self.mask is not None:
            w = DPU.apply(w, self.mask.view(-1, 1, 1, 1))
            b = None if b is None else DPU.apply(b, self.mask)
        y = self._conv_forward(x, w, b)
        return y if self.epsilon is None else y + self.epsilon


def lowest(scores, count):
    mask = torch.ones(len(scores))
    mask[torch.topk(scores, count, largest=False).indices] = 0
    return mask


def spread(mask, weight):
    return mask.view(-1, 1, 1, 1).expand_as(weight).clone()


def network(r, size):
    """Stages as dpu and as PyTorch writes them; convolutions, batch norm and pooling in each."""
    texts, modules, channels = [], [], r.randint(1, 3)
    shape = [r.randint(1, 3), channels, size, size]

    def add(text, module):
        texts.append(text)
        modules.append(module)

    for _ in range(r.choice([1, 2, 2, 3])):
        o, kernel, bias = r.randint(2, 5), r.choice([1, 2, 3]), r.random() < 0.6
        groups = channels if r.random() < 0.2 else 1
        o *= groups
        add(f'conv({channels},{o},{kernel},padding=1,groups={groups},bias={str(bias).lower()})',
            Conv2d(channels, o, kernel, padding=1, groups=groups, bias=bias))
        channels = o
        if r.random() < 0.6:
            add(f'batchnorm({channels})', nn.BatchNorm2d(channels))
        add(*r.choice([('relu', nn.ReLU()), ('relu', nn.ReLU()), ('tanh', nn.Tanh()),
                       ('leaky_relu(0.2)', nn.LeakyReLU(0.2))]))
        if r.random() < 0.6:
            add(*r.choice([('maxpool(2)', nn.MaxPool2d(2)), ('avgpool(2)', nn.AvgPool2d(2))]))
    add(f'batchnorm({channels})', nn.BatchNorm2d(channels))
    add('flatten', nn.Flatten())
    features = nn.Sequential(*modules)(torch.zeros(2, *shape[1:])).shape[1]
    # What ran has gathered statistics.
    for module in modules:
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
    add(f'linear({features},3)', nn.Linear(features, 3))
    return texts, nn.Sequential(*modules), shape


LOSSES = [
    ('cross_entropy target={}', lambda y, t: F.cross_entropy(y, torch.tensor(t))),
    ('tanh; mse target=0.5', lambda y, t: F.mse_loss(y.tanh(), torch.full_like(y, 0.5))),
    ('relu', lambda y, t: y.relu()), ('mean', lambda y, t: y.mean()),
]


def gradient(net, place, x, loss, mask, is_blocked, epsilon):
    """What the dense weight of one layer gets in a copy of the network."""
    net = copy.deepcopy(net)
    layer = net[place]
    layer.mask, layer.epsilon = None, epsilon
    if is_blocked:
        prune.custom_from_mask(layer, 'weight', spread(mask, layer.weight))
    else:
        layer.mask = mask
    loss(net(x)).sum().backward()
    return (layer.weight_orig if is_blocked else layer.weight).grad


def trial(net, place, name, x, loss, rate, rounding):
    layer = net[place]
    scores = layer.weight.detach().abs().sum(dim=(1, 2, 3))
    filters = len(scores)
    mask = lowest(scores, int(filters * rate) if rounding == 'int' else round(filters * rate))
    result = {'layer': name, 'rate': rate, 'round': rounding,
              'mask': mask.int().tolist(), 'norms': bits(scores)}
    for side, is_blocked in [('blocked', True), ('passed', False)]:
        found = gradient(net, place, x, loss, mask, is_blocked, layer.epsilon).reshape(filters, -1)
        result[side] = {'largest': bits(found.abs().amax(1)),
                        'zeros': (found == 0).sum(1).tolist()}
    if rounding == 'int' and int(filters * rate) > 0:
        result['parts'] = bits(torch.stack([
            gradient(net, place, x, loss, mask, is_blocked, epsilon)[mask == 0].abs().max()
            for is_blocked in [True, False] for epsilon in [None, 1e-6]]))
    return result


def record(r, index):
    seed = 1000 + index
    torch.manual_seed(seed)
    texts, net, shape = network(r, r.randint(5, 8))
    # Drawn again without what finding the sizes drew: layers in order, then the input.
    torch.manual_seed(seed)
    for module in net:
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            module.reset_parameters()
    x = torch.randn(shape)
    cells = [f'seed {seed}', f'net {" ".join(texts)} as n', 'input ' + ' '.join(map(str, shape))]
    counts, places = {}, []
    for place, module in enumerate(net):
        verb = texts[place].split('(')[0]
        counts[verb] = counts.get(verb, 0) + 1
        name = f'n.{verb}{counts[verb]}'
        if isinstance(module, Conv2d):
            places.append((place, name))
            # The other layers keep what they have.
            if r.random() < 0.3:
                scores = module.weight.detach().abs().sum(dim=(1, 2, 3))
                module.mask = lowest(scores, int(len(scores) * 0.5))
                cells.append(f'mask 0.5 {name}')
            if r.random() < 0.3:
                module.epsilon = r.choice([None, 0.25])
                cells.append(f'epsilon {module.epsilon or "off"} {name}')
        if isinstance(module, nn.BatchNorm2d) and r.random() < 0.3:
            module.eval()
            cells.append(f'use {name}; eval')
    text, function = LOSSES[index % len(LOSSES)]
    target = [r.randrange(3) for _ in range(shape[0])]
    cells += ['forward n', text.format(target)]
    net(x)
    trials = [trial(net, place, name, x, lambda y: function(y, target),
                    r.choice([0.25, 0.5, 0.5, 0.75]), r.choice(['int', 'int', 'even']))
              for place, name in places]
    return {'cells': cells, 'trials': trials}


chance = random.Random(11)
write('trials.json', {'networks': [record(chance, index) for index in range(12)]})
