"""Reference section 6's patch encoder in PyTorch, and the numbers for it and the graph network (graph_network.py).

Drawn as in src/networks/untrained.ts and test/networks/random-network.ts: mulberry32, seeded by the FNV-1a hash of
"<seed>:<parameter>", so that either side has the same network, BatchNorm statistics included, without a file.
"""

import math

import numpy as np
import torch
from torch import nn

FEATURES = 128


def fnv1a(text: str) -> int:
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def mulberry32(seed: int, count: int) -> np.ndarray:
    """The first `count` numbers in [0, 1); state i is seed + i * 0x6d2b79f5, so all are computed at once."""
    with np.errstate(over="ignore"):
        state = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    return (t ^ (t >> np.uint32(14))).astype(np.float64) / 2**32


def block(i: int, o: int) -> nn.Sequential:
    layers = []
    for a, b, stride in [(i, o, 1), (o, o, 1), (o, o, 2)]:
        layers += [nn.Conv3d(a, b, 3, stride, 1), nn.BatchNorm3d(b), nn.ELU()]
    return nn.Sequential(*layers)


def head(width: int) -> nn.Sequential:
    """For pre-training; no part of the features."""
    return nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, FEATURES))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv3d(1, 8, 3, 1, 1), nn.BatchNorm3d(8)
        self.conv2, self.bn2 = nn.Conv3d(8, 8, 3, 2, 1), nn.BatchNorm3d(8)
        self.downsample1, self.downsample2, self.downsample3 = block(8, 16), block(16, 32), block(32, 64)
        self.conv3, self.bn3 = nn.Conv3d(64, 128, 3, 1, 1), nn.BatchNorm3d(128)
        self.conv4, self.bn4 = nn.Conv3d(128, FEATURES, 3, 2, 1), nn.BatchNorm3d(FEATURES)
        self.fc = head(FEATURES + 3)

    def forward(self, x):
        elu = nn.functional.elu
        x = elu(self.bn2(self.conv2(elu(self.bn1(self.conv1(x))))))
        x = self.downsample3(self.downsample2(self.downsample1(x)))
        return elu(self.bn4(self.conv4(elu(self.bn3(self.conv3(x)))))).flatten(1)


def randomise(network: nn.Module, seed: int) -> nn.Module:
    """Filters as untrained, BatchNorm far from the identity: [0.5, 1.5) where positive, [-0.5, 0.5) elsewhere. In place."""
    modules = dict(network.named_modules())
    for name, tensor in network.state_dict().items():
        if name.startswith("fc.") or name.endswith("num_batches_tracked"):
            continue
        layer, kind = name.rsplit(".", 1)
        # `lin.weight` is the transpose of what PyTorch Geometric called `weight` before 2.0: [in, out].
        transposed = layer.endswith(".lin")
        uniform = mulberry32(fnv1a(f"{seed}:{name.replace('.lin.', '.')}"), tensor.numel())
        if isinstance(modules[layer], nn.Conv3d):
            fan_in = modules[layer].in_channels * 27
            numbers = (2 * uniform - 1) * math.sqrt((6 if kind == "weight" else 1) / fan_in)
        elif transposed:
            numbers = (2 * uniform - 1) * math.sqrt(6 / sum(tensor.shape))
        else:
            numbers = (1 if kind in ("weight", "running_var") else 0) + uniform - 0.5
        drawn = torch.from_numpy(numbers.astype(np.float32)).reshape(tensor.shape)
        tensor.copy_(drawn.T if transposed else drawn)
    return network.eval()


def random_patches(count: int, seed: int) -> np.ndarray:
    """int16 HU, [count, 32, 32, 32], as test/networks/random-network.ts draws them."""
    return (np.floor(mulberry32(seed, count * 32**3) * 1265) - 1024).astype(np.int16).reshape(count, 32, 32, 32)


def random_nodes(count: int, seed: int) -> np.ndarray:
    """float32 in [-2, 2), [count, 128]."""
    return (4 * mulberry32(seed, count * FEATURES) - 2).astype(np.float32).reshape(count, FEATURES)


@torch.no_grad()
def encode(encoder: Encoder, patches: np.ndarray, batch: int = 8) -> torch.Tensor:
    """HU [patches, 32, 32, 32] to features [patches, 128]."""
    hu = torch.from_numpy(patches.astype(np.float32))
    network_input = ((hu + 1024) / 632 - 1).unsqueeze(1)
    return torch.cat([encoder(part) for part in network_input.split(batch)])
