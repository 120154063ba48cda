# %%
"""
Does a filter that is zero learn?
"""
import torch, copy
import torch.nn.functional as F
# %%
torch.manual_seed(0)
base = torch.nn.Conv2d(1, 2, 2, bias=False)
x = torch.randn(1, 1, 3, 3)
w = base.weight
print(w)
# %%
def loss_of(layer):
    return F.relu(layer(x) + 1e-6).sum()
# %%
zeroed = copy.deepcopy(base)
with torch.no_grad():
    zeroed.weight[0] = 0
loss = F.relu(zeroed(x)).sum()
loss.backward()
print('without constant', zeroed.weight.grad[0].abs().max())
# %%
zeroed.weight.grad = None
loss = F.relu(zeroed(x) + 1e-6).sum()
loss.backward()
print('with constant', zeroed.weight.grad[0].abs().max())
# %%
print(loss_of(base))
# %%
lr = 0.5
zeroed.weight.data -= lr * zeroed.weight.grad
print(zeroed.weight)
# %%
opt = torch.optim.SGD([{'params': zeroed.parameters()}], lr=0.1)
# %%
opt = torch.optim.SGD(zeroed.parameters(), lr=0.1, momentum=0.9)
# %%
opt = torch.optim.SGD(list(zeroed.parameters()) + list(base.parameters()), lr=lr)
opt.zero_grad(set_to_none=True)
(F.relu(zeroed(x)).sum() + F.relu(base(x)).sum()).backward()
opt.step()
print(w, zeroed.weight, sep='\n')
# %% raises
zeroed(torch.ones(1, 2, 3, 3))
# %%
zeroed.weight.numel()
