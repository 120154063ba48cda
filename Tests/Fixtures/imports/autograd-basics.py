# %% [markdown]
# # Autograd
# Every operation on a tensor with `requires_grad=True` is recorded.
# %%
import torch
# %%
x = torch.ones(2, 2, requires_grad=True)
print(x)
# %%
y = x + 2
print(y)
# %%
print(y.grad_fn is not None)
# %%
z = y * y * 3
out = z.mean()
print(z, out)
# %%
out.backward()
print(x.grad)
# %%
a = torch.tensor([[1., 2.], [3., 4.]])
a = ((a * 3) / (a - 1.5))
print(a.requires_grad)
b = (a * a).sum()
print(b, b.dtype, a.shape[0], a.size())
# %%
with torch.no_grad():
    print((x ** 2).requires_grad)
    w = (x * 3).exp()
print(w)
y2 = x.detach()
print(y2.requires_grad, (x == y2).all())
# %%
v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float32)
u = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
t = u ** 2 * 4
t.backward(v)
u.grad
# %%
# Non-leaf gradients are kept when that is asked.
p = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)
q = p.abs() + p ** 3
q.retain_grad()
r = torch.relu(q)
r.sum().backward()
print(q.grad, p.grad)
# %%
r.grad
# %%
x.grad.zero_()
print(x.grad)
# %%
s = torch.tensor([2.0])
s.requires_grad_(True)
c = s * s
c.backward()
s.grad.item()
# %%
for i in range(3):
    m = s * i
    print(i, m.item())
