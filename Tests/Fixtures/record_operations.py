#!/usr/bin/env python3
"""Records PyTorch's answers for the operations and the networks, which the tests compare with.

    python3 record_operations.py    with the torch 2.15.0 wheel

A second run gives the same bytes. Numbers are hexadecimal floats, which hold every bit.
"""
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from exact import bits, write

NAN, INF = float('nan'), float('inf')
torch.set_num_threads(1)


def name(value):
    """The grad_fn's name."""
    return value.grad_fn.name()


def case(kind, function, tensors, *, exact=False, **settings):
    """Output, text and gradients of a function, with a random upstream gradient."""
    leaves = [t.clone().requires_grad_() for t in tensors]
    output = function(*leaves)
    upstream = torch.randn(output.shape)
    gradients = torch.autograd.grad(output, leaves, upstream)
    return {
        'kind': kind, 'settings': settings, 'exact': exact,
        'shapes': [list(t.shape) for t in tensors], 'inputs': [bits(t) for t in tensors],
        'upstream': bits(upstream), 'name': name(output), 'output': bits(output),
        'outputShape': list(output.shape), 'gradients': [bits(g) for g in gradients],
    }


def special():
    return torch.tensor([[-0., 0., -1., NAN, 2., INF, -INF, 1e-7, -30., 30., 100., -100.]])


def operations(r):
    found = []
    for shape in [(1, 2, 3, 3), (3, 5), (2, 1, 4, 5), (1, 1)]:
        x = torch.randn(shape) * 2
        for kind, function in [
                ('sigmoid', torch.sigmoid), ('tanh', torch.tanh), ('mean', torch.mean),
                ('flatten', lambda x: torch.flatten(x, 1) if x.dim() > 2 else x * 1)]:
            if kind == 'flatten' and len(shape) == 2:
                continue
            found.append(case(kind, function, [x], exact=kind == 'flatten'))
        for slope in (0.01, 0.5, 0.0):
            found.append(case('leaky_relu', lambda x: F.leaky_relu(x, slope), [x], exact=True,
                              slope=slope))
        found.append(case('mse', F.mse_loss, [x, torch.randn(shape)]))
    for kind, function in [('sigmoid', torch.sigmoid), ('tanh', torch.tanh)]:
        found.append(case(kind, function, [special()]))
    found.append(case('leaky_relu', F.leaky_relu, [special()], exact=True, slope=0.01))
    for _ in range(12):
        n, c, h, w = r.randint(1, 3), r.randint(1, 3), r.randint(3, 9), r.randint(3, 12)
        k = r.randint(1, 3)
        s, p = r.randint(1, 3), r.randint(0, k // 2)
        # Few different values make many ties.
        x = torch.randint(-2, 3, (n, c, h, w)).float()
        if r.random() < 0.3:
            x[0, 0, 1, 1] = NAN
        window = {'kernel': k, 'stride': s, 'padding': p}
        found.append(case('maxpool', lambda x: F.max_pool2d(x, k, s, p), [x], exact=True, **window))
        x = torch.randn(n, c, h, w)
        found.append(case('avgpool', lambda x: F.avg_pool2d(x, k, s, p), [x], **window))
    for _ in range(6):
        n, i, o = r.randint(1, 5), r.randint(1, 20), r.randint(1, 12)
        x, w, b = torch.randn(n, i), torch.randn(o, i), torch.randn(o)
        found.append(case('linear', F.linear, [x, w, b]))
        found.append(case('linear', F.linear, [x, w]))
        found.append(case('log_softmax', lambda x: F.log_softmax(x, 1), [x * 3]))
        targets = [r.randrange(i) for _ in range(n)]
        found.append(case('cross_entropy', lambda x: F.cross_entropy(x, torch.tensor(targets)),
                          [x * 3], targets=targets))
    for _ in range(6):
        n, c, h, w = r.randint(1, 3), r.randint(1, 4), r.randint(2, 5), r.randint(2, 5)
        x = torch.randn(n, c, h, w) * r.choice([1, 30, 1e-3]) + r.choice([0, 5])
        found += both_modes(x)
    constant = torch.full((1, 2, 3, 3), 1e-6)
    found.append(case(
        'batchnorm', lambda x, a, b: F.batch_norm(x, None, None, a, b, training=True),
        [constant, torch.ones(2), torch.zeros(2)]))
    return found


def both_modes(x):
    """Batch norm of x in training mode and in evaluation mode, every bit."""
    c = x.shape[1]
    weight, bias = torch.randn(c), torch.randn(c)
    training = case(
        'batchnorm', lambda x, a, b: F.batch_norm(x, None, None, a, b, training=True),
        [x, weight, bias], exact=True)
    mean, variance = torch.randn(c), torch.rand(c) + 0.1
    return [training, case(
        'batchnorm', lambda x, a, b: F.batch_norm(x, mean, variance, a, b),
        [x, weight, bias], exact=True, mean=bits(mean), variance=bits(variance))]


def normalizations(r):
    """Batch norm over planes shorter, as long and longer than eight lanes, the last ones also with
    values that hardly differ: every bit."""
    found = []
    for h, w in [(1, 1), (1, 2), (1, 7), (2, 4), (3, 3), (2, 8), (4, 5), (5, 7), (11, 13)]:
        n, c = r.randint(2, 4), r.randint(1, 3)
        x = torch.randn(n, c, h, w)
        if h * w > 16:
            x = x * 1e-4 + torch.randn(1, c, 1, 1)
        found += both_modes(x)
    return found


def sums_of_normalized(r):
    """The gradients of a batch norm's sum: PyTorch holds the gradient of the output as one number
    then, and takes another path. So it does through flatten, but not where two paths meet."""
    found = []
    for number in range(24):
        n, c, h, w = r.randint(1, 4), r.randint(1, 3), r.randint(1, 5), r.randint(2, 9)
        x = (torch.randn(n, c, h, w) * 3 + 1).requires_grad_()
        weight, bias = torch.randn(c).requires_grad_(), torch.randn(c).requires_grad_()
        mean, variance = torch.randn(c), torch.rand(c) + 0.1
        training = number % 3 != 0
        path = ['sum', 'flatten', 'two'][number % 4 % 3]
        y = F.batch_norm(x, mean.clone(), variance.clone(), weight, bias, training=training)
        {'sum': lambda: y.sum(), 'flatten': lambda: torch.flatten(y, 1).sum(),
         'two': lambda: y.sum() + torch.relu(y).sum()}[path]().backward()
        found.append({
            'path': path, 'training': training, 'shape': list(x.shape), 'input': bits(x.detach()),
            'weight': bits(weight.detach()), 'bias': bits(bias.detach()), 'mean': bits(mean),
            'variance': bits(variance),
            'gradients': [bits(v.grad) for v in (x, weight, bias)]})
    return found


def score_gradients():
    """The gradients of softmax and its logarithm for a given result: along the last dimension sums
    go in order until a vector is filled, and in lanes from there on; along others in order, fused.
    Rows of 16 are added up alike by vectors of 256 and of 512 bits.
    """
    torch.manual_seed(3)
    found = []
    for shape, dim in [([1], 0), ([2], 0), ([3], 0), ([5], 0), ([7], 0), ([3, 6], 1), ([2, 16], 1),
                       ([3, 2], 0), ([7, 2], 0), ([8, 3], 0), ([2, 11, 2], 1), ([4, 5, 1], 1)]:
        for special in ['', 'zeros', 'infinite']:
            # Exponentials that lie so near a float32 that every good one is rounded to it.
            logarithms = -torch.rand(20000) * 3
            exact = logarithms.double().exp()
            gap = (exact - exact.float().double()).abs() / exact
            logarithms = logarithms[gap < 2e-9][:torch.Size(shape).numel()].view(shape)
            upstream = torch.randn(shape) * 10 ** torch.randn(shape)
            if special == 'zeros':
                upstream = torch.full(shape, -0.)
            elif special == 'infinite':
                logarithms.view(-1)[0] = -INF
                upstream.view(-1)[-1] = INF
            for kind, output in [('softmax', logarithms.exp()), ('log_softmax', logarithms)]:
                gradient = getattr(torch.ops.aten, f'_{kind}_backward_data')(
                    upstream, output, dim, torch.float32)
                found.append({'kind': kind, 'shape': shape, 'dimension': dim,
                              'output': bits(output), 'upstream': bits(upstream),
                              'gradient': bits(gradient)})
    return found


def single_rows():
    """Linear layers on one row with zeros, whose weight gradients have signed zeros."""
    found = []
    for i, o in [(6, 4), (1, 4), (6, 1)]:
        x, w = torch.relu(torch.randn(1, i)), torch.randn(o, i)
        x[0, 0] = 0
        found.append(case('linear', F.linear, [x, w], signs=True))
    return found


def bias_gradients(r):
    """The gradient of a convolution's bias, of which PyTorch's builds fix the order."""
    found = []
    for number in range(50):
        n, c, o = r.randint(1, 3), r.randint(1, 4), r.randint(1, 5)
        groups = r.choice([1, 1, 2, c])
        c = (c + groups - 1) // groups * groups
        if groups > 1:
            o = groups * r.randint(1, 2)
        kernel = [r.choice([1, 2, 3, 4, 5])] * 2
        if number % 5 == 0:
            kernel[1] = r.randint(1, 3)
        settings = {
            'kernel': kernel, 'stride': [r.choice([1, 1, 2, 3]) for _ in kernel],
            'padding': [r.choice([0, 0, 1, 2]) for _ in kernel],
            # Of dilated layers oneDNN sums those with groups alike on every processor.
            'dilation': [r.choice([1, 1, 2]) if groups > 1 else 1] * 2}
        h, w = r.randint(9, 11), r.randint(9, 18)
        if kernel == [1, 1] and groups > 1 and o == groups:
            continue
        x, weight = torch.randn(n, c, h, w), torch.randn(o, c // groups, *kernel)
        bias = torch.zeros(o, requires_grad=True)
        # The weight's gradient is wanted too: the two are calculated together.
        output = F.conv2d(x, weight.requires_grad_(), bias, settings['stride'], settings['padding'],
                          settings['dilation'], groups)
        upstream = torch.randn(output.shape)
        output.backward(upstream)
        found.append({
            'input': list(x.shape), 'outChannels': o, 'groups': groups, **settings,
            'upstream': bits(upstream), 'gradient': bits(bias.grad)})
    return found


def infinite_weight():
    """Padding takes part as zeros: times an infinite weight it is nan."""
    x, weight = torch.randn(1, 1, 4, 4), torch.randn(2, 1, 3, 3)
    weight[1, 0, 0, 2] = INF
    return {'input': bits(x), 'weight': bits(weight),
            'output': bits(F.conv2d(x, weight, padding=1))}


class Conv(nn.Conv2d):
    """The notebook's convolution: a constant behind it; it prints as Conv2d."""

    def _get_name(self):
        return 'Conv2d'

    def forward(self, x):
        return super().forward(x) + 1e-6


NETS = [
    ('conv(1,20,5) relu maxpool(2) conv(20,50,5) relu maxpool(2) flatten linear(800,500) relu '
     'linear(500,10)', (1, 28), lambda: [
         Conv(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2), Conv(20, 50, 5), nn.ReLU(), nn.MaxPool2d(2),
         nn.Flatten(), nn.Linear(800, 500), nn.ReLU(), nn.Linear(500, 10)]),
    ('conv(1,4,3,padding=1,bias=false) batchnorm(4) leaky_relu(0.2) avgpool(3,stride=2,padding=1) '
     'tanh flatten linear(16,3,bias=false)', (1, 4), lambda: [
         Conv(1, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.LeakyReLU(0.2),
         nn.AvgPool2d(3, stride=2, padding=1), nn.Tanh(), nn.Flatten(),
         nn.Linear(16, 3, bias=False)]),
    ('linear(6,5) sigmoid linear(5,4) leaky_relu linear(4,2)', None, lambda: [
        nn.Linear(6, 5), nn.Sigmoid(), nn.Linear(5, 4), nn.LeakyReLU(), nn.Linear(4, 2)]),
    ('batchnorm(2) conv(2,4,3,stride=2,padding=1,groups=2) relu maxpool(3,stride=1,padding=1) '
     'flatten linear(16,2)', (2, 4), lambda: [
         nn.BatchNorm2d(2), Conv(2, 4, 3, stride=2, padding=1, groups=2), nn.ReLU(),
         nn.MaxPool2d(3, stride=1, padding=1), nn.Flatten(), nn.Linear(16, 2)]),
]


def networks():
    """Each network made, run on the input that the notebook draws, and differentiated twice: in
    training mode by cross-entropy, in evaluation mode by its sum."""
    found = []
    for spec, image, make in NETS:
        torch.manual_seed(3)
        net = nn.Sequential(*make())
        x = torch.randn((1, image[0], image[1], image[1]) if image else (1, 6))
        output = net(x)
        loss = F.cross_entropy(output, torch.tensor([1]))
        loss.backward()
        gradients = [bits(p.grad) for p in net.parameters()]
        norms = [m for m in net if isinstance(m, nn.BatchNorm2d)]
        statistics = [bits(t) for m in norms for t in (m.running_mean, m.running_var)]
        net.zero_grad(set_to_none=True)
        net.eval()
        evaluated = net(x)
        evaluated.sum().backward()
        # The big layers' values are many: their sums of squares tell them as well.
        found.append({
            'spec': spec, 'text': str(net), 'outputName': name(output),
            'parameters': [bits(p) if p.numel() <= 600 else '' for p in net.parameters()],
            'output': bits(output), 'loss': bits(loss),
            'gradients': [g if p.numel() <= 600 else ''
                          for g, p in zip(gradients, net.parameters())],
            'statistics': statistics, 'evaluated': bits(evaluated),
            'evaluatedGradients': [bits(p.grad) if p.numel() <= 600 else ''
                                   for p in net.parameters()],
        })
    return found


if __name__ == '__main__':
    assert torch.__version__.startswith('2.15.0'), torch.__version__
    torch.manual_seed(11)
    recorded = operations(random.Random(5))
    write('operations.json', {'operations': normalizations(random.Random(7)) + single_rows()
          + recorded}, indent=1)
    write('orders.json', {'biasGradients': bias_gradients(random.Random(8)),
                          'infiniteWeight': infinite_weight()}, indent=1)
    write('networks.json', {'networks': networks()}, indent=1)
    write('normalized-sums.json', {'normalizedSums': sums_of_normalized(random.Random(9))})
    write('score-gradients.json', {'scoreGradients': score_gradients()})
