#!/usr/bin/env python3
"""Trains the network of the lesson `trained-network`, with PyTorch 2.15.0 and scikit-learn 1.9.1.

    train_digits.py FOLDER

The handwritten digits are those of the UCI repository that scikit-learn brings (1,797 images of 8 x 8
pixels from 0 to 16). Writes digits.pt, the state_dict after training on the first 1,500, and
digits.npz, twenty of the others with their labels.
"""
import sys

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import nn

data = load_digits()
images = torch.tensor(data.images, dtype=torch.float32).unsqueeze(1) / 16
labels = torch.tensor(data.target)

torch.manual_seed(0)
net = nn.Sequential(
    nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.2, momentum=0.9, weight_decay=1e-4)
for epoch in range(40):
    for batch in torch.randperm(1500).split(50):
        optimizer.zero_grad()
        nn.functional.cross_entropy(net(images[batch]), labels[batch]).backward()
        optimizer.step()

right = (net(images).argmax(1) == labels).float()
print('right of those seen', right[:1500].mean().item(), 'of the others', right[1500:].mean().item())
folder = sys.argv[1]
torch.save(net.state_dict(), f'{folder}/digits.pt')
chosen = slice(1500, 1520)
np.savez(f'{folder}/digits.npz', images=data.images[chosen, None].astype(np.uint8),
         labels=data.target[chosen].astype(np.uint8))
with torch.no_grad():
    print('of the twenty', int((net(images[chosen]).argmax(1) == labels[chosen]).sum()))
