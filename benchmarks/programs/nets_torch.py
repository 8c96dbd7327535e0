"""The nets of nets.py as plain PyTorch. Arguments: the net, "train" or "predict"."""

import sys
import time

import torch
import worker
from nets import BATCH, WORDS, length
from torch import nn


def convolution(inputs, outputs, separable):
    if not separable:
        return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
    return [
        nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1),
        nn.ReLU(),
    ]


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 32)
        both = kind == "bilstm"
        cell = nn.GRU if kind == "gru" else nn.LSTM
        units = 32 if both else 64
        self.net = cell(32, units, num_layers=2 if both else 1, batch_first=True, bidirectional=both)
        self.head = nn.Linear(64, 2)
        self.both = both

    def forward(self, x):
        outputs, state = self.net(self.embedding(x))
        if not self.both:
            return self.head(outputs[:, -1])
        hidden = state[0]
        return self.head(torch.cat([hidden[-2], hidden[-1]], -1))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, 64)
        blocks = [
            nn.TransformerEncoderLayer(64, 4, 128, dropout=0.0, layer_norm_eps=1e-6, batch_first=True)
            for _ in range(2)
        ]
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(64, 2)

    def forward(self, x):
        return self.head(self.blocks(self.embedding(x)).mean(1))


def build(net):
    if net == "transformer":
        return Transformer()
    if net not in ("cnn", "separable"):
        return Recurrent(net)
    layers, inputs = [], 1
    for filters in (32, 64, 128):
        layers += convolution(inputs, filters, net == "separable" and inputs != 1)
        layers += [*convolution(filters, filters, net == "separable"), nn.MaxPool2d(2)]
        inputs = filters
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(128 * 9, 128), nn.ReLU(), nn.Linear(128, 10))


def main(net, mode):
    images = net in ("cnn", "separable")
    x, y = worker.images(1600) if images else worker.sentences(640, length(net), WORDS)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    if images:  # channels first, PyTorch's own layout
        x = x.permute(0, 3, 1, 2).contiguous()
    torch.manual_seed(1)
    model = build(net)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    criterion = nn.CrossEntropyLoss()

    def train():
        model.train()
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
        int(hits)
        return {"seconds": time.perf_counter() - start, "loss": float(loss_sum) / len(x)}

    def predict():
        model.eval()
        start = time.perf_counter()
        with torch.no_grad():
            found = torch.cat([model(rows).softmax(1) for rows in x.split(BATCH)])
        return {"seconds": time.perf_counter() - start, "sum": float(found.sum())}

    measure = train if mode == "train" else predict
    measure()
    worker.serve(measure)


if __name__ == "__main__":
    main(*sys.argv[1:])
