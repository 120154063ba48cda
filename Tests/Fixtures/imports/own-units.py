# %% [markdown]
# # What comes back through a mask
# Three rules for the gradient of a masked weight.
# %%
import torch
import torch.nn as nn
import torch.nn.functional as F

class Soft(torch.autograd.Function):
    """A tenth of the gradient passes."""
    @staticmethod
    def forward(ctx, x, m):
        ctx.save_for_backward(m)
        return x * m

    @staticmethod
    def backward(ctx, g):
        m, = ctx.saved_tensors
        return g * (m + 0.1 * (1 - m)), None

class Masked(nn.Conv2d):
    def prune(self, rate=0.5):
        k = int(rate * self.weight.shape[0])
        idx = self.weight.detach().abs().sum(dim=(1, 2, 3)).topk(k, largest=False).indices
        m = torch.ones(self.weight.shape[0])
        m[idx] = 0.
        self.mask = m

    def forward(self, x):
        if hasattr(self, "mask"):
            w = Soft.apply(self.weight, self.mask[:, None, None, None])
        else:
            w = self.weight
        return F.conv2d(x, w, self.bias, self.stride, self.padding, self.dilation, self.groups)
# %%
torch.manual_seed(1)
layer = Masked(1, 4, 3, bias=False)
x = torch.rand(1, 1, 5, 5)
layer.prune()
print(layer.mask)
# %%
out = layer(x)
(out ** 2 + out).sum().backward()
print(layer.weight.grad.abs().sum(dim=(1, 2, 3)))
# %%
layer.prune(0.75)
layer.zero_grad()
layer(x).sum().backward()
layer.mask, layer.weight.grad[0]
# %%
class Noise(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, m):
        return x + torch.randn_like(x) * m

    @staticmethod
    def backward(ctx, g):
        return g, None
# %%
biased = Masked(1, 2, 3)
biased.prune()
# %%
layer.mask = torch.tensor([1., 1., 0., 0.])
print(layer(x)[0, :, 0, 0])
print(layer)
# %%
class Plain(nn.Conv2d):
    def forward(self, x):
        return super().forward(x) + 0.5

plain = Plain(1, 1, 2, bias=False)
plain(torch.zeros(1, 1, 2, 2))
