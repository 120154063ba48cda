# %% [markdown]
# # Pruning a layer
# In the manner of PyTorch's pruning tutorial: one convolution, pruned several times.
# %%
import torch
from torch import nn
import torch.nn.utils.prune as prune
import torch.nn.functional as F
# %%
torch.manual_seed(42)
module = nn.Conv2d(3, 6, kernel_size=(3, 5), stride=2, bias=True)
other = nn.Linear(4, 3)
print(module, other)
# %%
# What parameters there are.
print(list(module.named_parameters()))
# %%
prune.random_unstructured(module, name="weight", amount=0.3)
# %%
print(module.weight_mask[0, 0])
print(module.weight[0, 0])
# %%
print(module._forward_pre_hooks)
# %%
prune.ln_structured(module, name="weight", amount=0.5, n=2, dim=0)
print(module.weight_mask.sum(dim=(1, 2, 3)))
# %%
sparsity = 100. * float(torch.sum(module.weight == 0)) / float(module.weight.nelement())
print("Sparsity in module.weight: {:.2f}%".format(sparsity))
print(f"Sparsity in module.weight: {sparsity:.2f}%")
# %%
x = torch.randn(2, 3, 7, 9)
loss = F.relu(module(x)).pow(2).mean()
loss.backward()
print(loss)
print((module.weight_orig.grad == 0).sum(dim=(1, 2, 3)))
# %%
prune.remove(module, 'weight')
print(module.weight.shape, (module.weight == 0).sum())
# %%
prune.l1_unstructured(module, name="bias", amount=3)
print(module.bias)
# %%
prune.l1_unstructured(other, 'weight', amount=4);
print(other.weight)
# %%
mask = torch.ones(3, 4)
mask[0] = 0
# %%
second = nn.Conv2d(1, 2, 2)
third = nn.Conv2d(2, 1, 2)
prune.custom_from_mask(second, name="weight", mask=(second.weight > 0).float())
print(second.weight)
# %%
parameters_to_prune = (
    (second, 'weight'),
    (third, 'weight'),
)
prune.global_unstructured(
    parameters_to_prune,
    pruning_method=prune.L1Unstructured,
    amount=0.5,
)
print(second.weight_mask.sum() + third.weight_mask.sum())
print(prune.is_pruned(third))
