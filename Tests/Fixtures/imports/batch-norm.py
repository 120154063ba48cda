# %% [markdown]
# # Batch normalization
# %%
import torch
from torch import nn

torch.manual_seed(3)
bn = nn.BatchNorm2d(2)
x = torch.randn(4, 2, 3, 3) * 2 + 1
# %%
y = bn(x)
print(y.mean(dim=(0, 2, 3)), y.std(dim=(0, 2, 3)))
print(bn.running_mean)
print(bn.running_var)
# %%
bn.eval()
# %%
z = bn(x)
print(z[0, 0])
print(torch.allclose(y, z))
# %%
bn.train()
with torch.no_grad():
    bn.weight.fill_(2)
    bn.bias.copy_(torch.tensor([0.5, -0.5]))
bn(x).mean(dim=(0, 2, 3))
# %%
m, v = x.mean(dim=(0, 2, 3), keepdim=True), x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)
own = (x - m) / torch.sqrt(v + 1e-5)
print((own * 2 + bn.bias.view(1, -1, 1, 1) - bn(x)).abs().max() < 1e-5)
# %%
bn.momentum = 0.5
bn(x)
bn.running_mean
# %%
torch.set_printoptions(precision=8, sci_mode=False)
x[0, 0, 0]
# %%
torch.set_printoptions(profile="default")
x[0, 0, 0]
