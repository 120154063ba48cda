# %% [markdown]
# # A network as a class
# %%
import torch
import torch.nn as nn
import torch.nn.functional as F

class LeNet(nn.Module):
    def __init__(self):
        super(LeNet, self).__init__()
        # 1 input image channel, 6 output channels, 3x3 square conv kernel
        self.conv1 = nn.Conv2d(1, 6, 3)
        self.conv2 = nn.Conv2d(6, 16, 3)
        self.fc1 = nn.Linear(16 * 2 * 2, 20)
        self.fc2 = nn.Linear(20, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), (2, 2))
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, int(x.nelement() / x.shape[0]))
        x = F.relu(self.fc1(x))
        x = self.fc2(x)
        return x
# %%
torch.manual_seed(0)
net = LeNet()
print(net)
# %%
input = torch.randn(1, 1, 14, 14)
out = net(input)
print(out)
# %%
net.zero_grad()
target = torch.tensor([3])
loss = F.cross_entropy(out, target)
loss.backward()
print(net.conv1.bias.grad)
print(net.fc2.weight.grad.abs().sum())
# %%
learning_rate = 0.01
with torch.no_grad():
    for p in net.parameters():
        p -= learning_rate * p.grad
print(net.conv1.bias)
# %%
class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(1, 2, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(2)
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        x = torch.relu(self.bn(self.features(x)))
        x = F.avg_pool2d(x, 2)
        return self.head(torch.flatten(x, 1))

small = Small()
y = small(torch.randn(3, 1, 4, 4))
y.sum().backward()
print(y)
print(small.bn.running_mean, small.features.weight.grad.shape)
# %%
class Two(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(2, 2)

    def forward(self, x):
        return self.a(x) + self.a(2 * x)

two = Two()
two(torch.ones(1, 2))
# %%
print(sum(p.numel() for p in net.parameters()))
