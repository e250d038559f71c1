"""Spec section 6's patch encoder in PyTorch, on random weights, BatchNorm statistics and patches.

    python bench/peers/encoder_torch.py golden > test/engine/golden-encoder-torch.json   # 4 patches, checked by the tests
    python bench/peers/encoder_torch.py compare features.f32                             # 64 patches, from dist/bench/peers/encoder-features.js
    python bench/peers/encoder_torch.py time                                             # seconds to encode 581 patches

The numbers are drawn as in src/engine/untrained.ts and test/engine/random-network.ts: mulberry32 seeded by the
FNV-1a hash of "<seed>:<parameter>".
"""
import json
import math
import sys
import time

import numpy as np
import torch
from torch import nn

NETWORK_SEED, PATCH_SEED = 5, 17


def fnv1a(text):
    value = 0x811C9DC5
    for byte in text.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def mulberry32(seed, count):
    """The first `count` numbers in [0, 1); state i is seed + i * 0x6d2b79f5, so all are computed at once."""
    with np.errstate(over="ignore"):
        state = np.uint32(seed) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
    return (t ^ (t >> np.uint32(14))).astype(np.float64) / 2**32


def block(i, o):
    steps = [(i, o, 1), (o, o, 1), (o, o, 2)]
    layers = []
    for a, b, stride in steps:
        layers += [nn.Conv3d(a, b, 3, stride, 1), nn.BatchNorm3d(b), nn.ELU()]
    return nn.Sequential(*layers)


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv3d(1, 8, 3, 1, 1), nn.BatchNorm3d(8)
        self.conv2, self.bn2 = nn.Conv3d(8, 8, 3, 2, 1), nn.BatchNorm3d(8)
        self.downsample1, self.downsample2, self.downsample3 = block(8, 16), block(16, 32), block(32, 64)
        self.conv3, self.bn3 = nn.Conv3d(64, 128, 3, 1, 1), nn.BatchNorm3d(128)
        self.conv4, self.bn4 = nn.Conv3d(128, 128, 3, 2, 1), nn.BatchNorm3d(128)

    def forward(self, x):
        elu = nn.functional.elu
        x = elu(self.bn2(self.conv2(elu(self.bn1(self.conv1(x))))))
        x = self.downsample3(self.downsample2(self.downsample1(x)))
        return elu(self.bn4(self.conv4(elu(self.bn3(self.conv3(x)))))).flatten(1)


def random_encoder():
    encoder = Encoder().eval()
    convolutions = {name for name, module in encoder.named_modules() if isinstance(module, nn.Conv3d)}
    for name, tensor in encoder.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        uniform = mulberry32(fnv1a(f"{NETWORK_SEED}:{name}"), tensor.numel())
        layer, kind = name.rsplit(".", 1)
        if layer in convolutions:
            fan_in = dict(encoder.named_modules())[layer].in_channels * 27
            numbers = (2 * uniform - 1) * math.sqrt((6 if kind == "weight" else 1) / fan_in)
        else:
            numbers = (1 if kind in ("weight", "running_var") else 0) + uniform - 0.5
        tensor.copy_(torch.from_numpy(numbers.astype(np.float32)).reshape(tensor.shape))
    return encoder


def features(count):
    hu = np.floor(mulberry32(PATCH_SEED, count * 32**3) * 1265).astype(np.float32) - 1024
    patches = torch.from_numpy(((hu + 1024) / 632 - 1).reshape(count, 1, 32, 32, 32))
    with torch.no_grad():
        return random_encoder()(patches).numpy()


if sys.argv[1] == "golden":
    origin = f"bench/peers/encoder_torch.py golden, torch {torch.__version__.split('+')[0]}"
    rows = [[float(f"{value:.9g}") for value in row] for row in features(4).tolist()]
    body = {"origin": origin, "networkSeed": NETWORK_SEED, "patchSeed": PATCH_SEED, "features": rows}
    print(json.dumps(body))
elif sys.argv[1] == "time":
    encoder, batch = random_encoder(), torch.zeros(8, 1, 32, 32, 32)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        with torch.no_grad():
            encoder(batch)
            started = time.perf_counter()
            for _ in range(73):
                encoder(batch)
        print(f"torch {torch.__version__}, {threads} thread(s): {(time.perf_counter() - started) * 581 / 584:.2f} s a scan")
else:
    ours = np.fromfile(sys.argv[2], dtype="<f4").reshape(-1, 128)
    theirs = features(len(ours))
    worst, largest = np.abs(ours - theirs).max(), np.abs(theirs).max()
    print(f"{len(ours)} patches: largest difference {worst:.3g}, largest feature {largest:.3g}, relative {worst / largest:.3g}")
