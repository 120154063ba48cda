# %% [markdown]
# # A tour of tensors
# %%
import torch
import numpy as np
# %%
torch.manual_seed(0)
a = torch.arange(12).view(3, 4)
b = torch.linspace(0, 1, 5)
c = torch.full((2, 3), 7.)
print(a, b, c, sep="\n")
# %%
print(a[1], a[:, -1], a[0, 1:3])
print(a.dtype, b.dtype, a.float().mean())
# %%
a.sum(dim=0), a.max()
# %%
m = torch.rand(3, 4)
n = torch.randn(4, 2)
print(m @ n)
print(torch.matmul(m, n).shape == (m @ n).shape)
# %%
values, indices = torch.sort(n[:, 0])
print(values, indices)
# %%
print(torch.cat([m, m], dim=1).shape, torch.stack((b, b)).shape)
print((m > 0.5).sum().item(), "of", m.numel(), "are above a half")
# %%
x = np.array([1, 2, 3])
t = torch.from_numpy(x)
print(t)
# %%
m.add_(1)
print(m)
# %%
n[0] = 0
# %%
print(n)
# %%
big = torch.randn(40, 40)
print(big)
# %%
k = 10
k += 5
k /= 4
print(k, k // 2, 7 % 3, 2 ** 10, -7 // 2)
# %%
if k > 3:
    print("k is larger than 3")
else:
    print("k is small")
# %%
data = torch.tensor([1, 2, 3])
data_float = data.to(torch.float32)
print(data / 2, data_float)
# %%
e = torch.eye(3)
e.t() * 2 - 1
