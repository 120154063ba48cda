# %% [markdown]
# # A first convolution
#
# What a *convolution* makes of an image, and what `backward` leaves behind.
# %%
%matplotlib inline
import torch
import torch.nn as nn
import torch.nn.functional as F
# %%
torch.manual_seed(0)
conv = nn.Conv2d(in_channels=1, out_channels=2, kernel_size=3, padding=1)  # two filters
conv
# %%
x = torch.randn(1, 1, 4, 4)
y = conv(x)
print(y.shape, y.requires_grad)
print("largest value:", y.max())
# %%
# The sum of what ReLU lets pass is differentiated.
loss = F.relu(y).sum()
loss.backward()
print(f"loss = {loss.item():.4f}")
conv.weight.grad
# %%
conv.bias.grad.sum().item()
# %%
with torch.no_grad():
    conv.weight -= 0.1 * conv.weight.grad
    conv.bias.fill_(0.25)
    print(conv.bias)
    after = F.relu(conv(x)).sum()
print("before:", loss, "\nafter:", after)
# %%
conv.zero_grad()
print(conv.weight.grad)
# %%
import matplotlib.pyplot as plt
plt.imshow(conv.weight[0, 0].detach())
plt.show()
# %%
conv.weight[0]
# %%
print(sum(p.numel() for p in conv.parameters()))
