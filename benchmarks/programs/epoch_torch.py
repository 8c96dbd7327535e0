"""One epoch of the seed's model as a plain PyTorch loop, batches indexed from a resident tensor."""

import time

import torch
import worker
from torch import nn

BATCH = 32
x, y, x_valid, y_valid = (torch.from_numpy(a) for a in worker.data())
torch.manual_seed(1)
model = nn.Sequential(
    nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)
)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()


def epoch() -> dict:
    start = time.perf_counter()
    loss_sum, hits = torch.zeros(()), torch.zeros((), dtype=torch.int64)
    for rows in torch.randperm(len(x)).split(BATCH):
        xb, yb = x[rows], y[rows]
        logits = model(xb)
        loss = criterion(logits, yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss_sum += loss.detach() * len(rows)
        hits += (logits.argmax(1) == yb).sum()
    float(loss_sum), int(hits)
    with torch.no_grad():
        right = sum(
            (model(xb).argmax(1) == yb).sum()
            for xb, yb in zip(x_valid.split(BATCH), y_valid.split(BATCH), strict=True)
        )
    return {"seconds": time.perf_counter() - start, "val_accuracy": int(right) / len(x_valid)}


epoch()
worker.serve(epoch)
