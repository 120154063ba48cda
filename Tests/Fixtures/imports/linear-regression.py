# %% [markdown]
# # Linear regression by hand
# %%
import torch
torch.manual_seed(0)
X = torch.randn(20, 2)
true_w = torch.tensor([2., -3.4])
true_b = 4.2
y = X @ true_w + true_b
print(y[:4])
# %%
w = torch.zeros(2, requires_grad=True)
b = torch.zeros(1, requires_grad=True)

def squared_loss(y_hat, y):
    return ((y_hat - y) ** 2 / 2).mean()

def net(X, w, b):
    """The linear regression model."""
    return X @ w + b
# %%
loss = squared_loss(net(X, w, b), y)
print(loss)
loss.backward()
print(w.grad, b.grad)
# %%
lr = 0.1
with torch.no_grad():
    w -= lr * w.grad
    b -= lr * b.grad
    w.grad.zero_()
# %%
print(w)
# %%
model = torch.nn.Linear(2, 1)
trainer = torch.optim.SGD(model.parameters(), lr=0.1)
l = torch.nn.MSELoss()
with torch.no_grad():
    model.weight.data.fill_(0.)
    model.bias.data.fill_(0)
# %%
num_epochs = 40
for epoch in range(num_epochs):
    loss = l(model(X).view(-1), y)
    trainer.zero_grad()
    loss.backward()
    trainer.step()
print('loss after', num_epochs, 'epochs:', loss.item() < 1e-3)
# %%
print('error of w:', (true_w - model.weight.data.reshape(true_w.shape)).abs().max() < 0.01)
# %%
def train(epochs):
    for epoch in range(epochs):
        trainer.zero_grad()
        l(model(X).view(-1), y).backward()
        trainer.step()

train(3)
# %%
print(model.bias)
