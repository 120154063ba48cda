# %% [markdown]
# # Gradient descent on a small network
# %%
import torch
import torch.nn as nn
import torch.optim as optim
import numpy as np
import matplotlib.pyplot as plt

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(7);
# %%
model = nn.Sequential(
    nn.Conv2d(1, 4, 3, padding=1),
    nn.ReLU(inplace=True),
    nn.MaxPool2d(2),
    nn.Flatten(),
    nn.Linear(16, 3),
).to(device)
print(model)
# %%
criterion = nn.CrossEntropyLoss()
optimizer = optim.SGD(model.parameters(), lr=0.1)
images = torch.randn(6, 1, 4, 4).to(device)
labels = torch.tensor([0, 1, 2, 0, 1, 2])
# %%
optimizer.zero_grad()
output = model(images)
loss = criterion(output, labels)
loss.backward()
optimizer.step()
print("first loss", loss.item())
# %%
losses = []
for epoch in range(30):
    optimizer.zero_grad()
    output = model(images)
    loss = criterion(output, labels)
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
print("last loss", losses[-1])
# %%
plt.plot(losses)
plt.xlabel("epoch")
plt.show()
# %%
for epoch in range(3):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    print(f"epoch {epoch + 1}: loss {loss.item():.4f}")
# %%
model.eval()
with torch.no_grad():
    predicted = model(images).argmax(dim=1)
    accuracy = (predicted == labels).float().mean()
print(predicted, accuracy)
# %%
for epoch in range(100):
    optimizer.zero_grad()
    loss = criterion(model(images), labels)
    loss.backward()
    optimizer.step()
    if epoch % 20 == 19:
        print(epoch + 1, loss.item())
# %%
print(loss)
# %%
model[0].weight.grad.norm()
