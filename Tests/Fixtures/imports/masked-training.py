# %% [markdown]
# # Which filters come back?
#
# 1. A mask that lets gradients through, renewed at every step.
# 2. The same with `ln_structured`, which is for ever.
# %%
from copy import deepcopy
import torch, torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import prune

class Pass(torch.autograd.Function):
    @staticmethod
    def forward(ctx, w, m):
        return w * m
    @staticmethod
    def backward(ctx, grad):
        return grad, None

class MaskedConv(nn.Conv2d):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.mask = None

    def update_mask(self, rate):
        with torch.no_grad():
            norms = torch.sum(torch.abs(self.weight), dim=(1, 2, 3))
            _, worst = torch.topk(norms, k=int(rate * self.out_channels), largest=False)
            mask = torch.ones(self.out_channels)
            mask[worst] = 0
        self.mask = mask

    def forward(self, x):
        if self.mask is None:
            return F.conv2d(x, self.weight, self.bias, self.stride, self.padding,
                            self.dilation, self.groups) + 1e-6
        w = Pass.apply(self.weight, self.mask.view(-1, 1, 1, 1))
        return F.conv2d(x, w, self.bias, self.stride, self.padding,
                        self.dilation, self.groups) + 1e-6
# %%
torch.manual_seed(5)
conv = MaskedConv(2, 4, 3, padding=1, bias=False)
plain = deepcopy(conv)
x = torch.randn(3, 2, 5, 5)
target = torch.zeros(3, 4, 5, 5)
loss_fn = nn.MSELoss()
# %%
opt = torch.optim.SGD(conv.parameters(), lr=0.5)
zeros = []
for step in range(8):
    conv.update_mask(0.5)
    opt.zero_grad()
    loss = loss_fn(F.relu(conv(x)), target)
    loss.backward()
    opt.step()
    zeros.append((conv.mask == 0).sum())
print("masked in the last step:", conv.mask)
print(f"{loss.item():.3f}")
# %%
torch.stack(zeros)
# %%
prune.ln_structured(plain, "weight", amount=0.5, n=1, dim=0)
opt = torch.optim.SGD(plain.parameters(), lr=0.5)
for _ in range(8):
    opt.zero_grad()
    loss = loss_fn(F.relu(plain(x)), target)
    loss.backward()
    opt.step()
plain.weight.abs().sum(dim=(1, 2, 3)), conv.weight.abs().sum(dim=(1, 2, 3))
# %%
for rate in [0.25, 0.5, 0.75]:
    conv.update_mask(rate)
    print(rate, int(conv.mask.sum()))
# %%
for rate in (0.25, 0.5):
    conv.update_mask(rate)
    print("rate", rate, "keeps", conv.mask.sum().item())
# %%
names = [name for name, _ in conv.named_parameters()]
names
# %%
conv
