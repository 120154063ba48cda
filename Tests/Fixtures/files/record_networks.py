#!/usr/bin/env python3
"""Records state_dicts of PyTorch's networks, and what the networks give for ten images.

    OMP_NUM_THREADS=1 python record_networks.py    PyTorch 2.15.0, safetensors 0.8
"""
import json
import pathlib

import safetensors.torch
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
torch.manual_seed(5)
assert torch.__version__.startswith('2.15.0'), torch.__version__


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3)
        self.conv2 = nn.Conv2d(4, 6, 2)
        self.fc1 = nn.Linear(24, 12)
        self.fc2 = nn.Linear(12, 10)

    def forward(self, x):
        x = torch.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = torch.relu(self.conv2(x)).flatten(1)
        return self.fc2(torch.relu(self.fc1(x)))


class VGG(nn.Module):
    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for width in [4, 'M', 6, 6, 6, 6, 6]:
            if width == 'M':
                layers.append(nn.MaxPool2d(2))
            else:
                layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False),
                           nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Linear(96, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 5))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(x + y)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Block(4), Block(4))
        self.fc = nn.Linear(4, 5)

    def forward(self, x):
        x = self.layer1(torch.relu(self.bn1(self.conv1(x))))
        return self.fc(nn.functional.avg_pool2d(x, 8).flatten(1))


def trained(network, images):
    """A few steps, so that the running statistics of batch norms are no longer 0 and 1."""
    optimizer = torch.optim.SGD(network.parameters(), 0.05, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        network(images).square().mean().backward()
        optimizer.step()
    return network.eval(), optimizer


def main():
    result = {'torch': torch.__version__}
    for name, network, channels in [('lenet', LeNet(), 1), ('vgg', VGG(), 3),
                                    ('resnet', ResNet(), 3)]:
        images = torch.randn(10, channels, 8, 8)
        network, optimizer = trained(network, images)
        state = network.state_dict()
        if name == 'lenet':
            torch.save(state, HERE / 'lenet.pt')
        elif name == 'vgg':
            safetensors.torch.save_file(state, HERE / "vgg.safetensors")
        else:
            torch.save({'epoch': 3, 'state_dict': {f'module.{k}': v for k, v in state.items()},
                        'optimizer': optimizer.state_dict()}, HERE / 'resnet.pt')
        with torch.no_grad():
            outputs = network(images)
        result[name] = {'images': [float(x) for x in images.flatten()],
                        'outputs': [float(x) for x in outputs.flatten()]}
    (HERE / 'networks.json').write_text(json.dumps(result) + '\n')


main()
