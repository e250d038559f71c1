"""The patch encoder in PyTorch, on random weights, BatchNorm statistics and patches.

    python bench/peers/encoder_torch.py golden > test/engine/golden-encoder-torch.json   # 4 patches, for the tests; then prettier --write
    python bench/peers/encoder_torch.py features OUT.npy COUNT                           # for bench/parity/encoder.ts
    python bench/peers/encoder_torch.py time                                             # seconds to encode 581 patches
"""

import json
import sys
import time

import numpy as np
import torch
from networks import Encoder, encode, random_patches, randomise

NETWORK_SEED, PATCH_SEED = 5, 17  # bench/parity/encoder.ts has the same


def features(count: int) -> np.ndarray:
    return encode(randomise(Encoder(), NETWORK_SEED), random_patches(count, PATCH_SEED)).numpy()


def golden() -> None:
    origin = f"bench/peers/encoder_torch.py golden, torch {torch.__version__.split('+')[0]}"
    rows = [[float(f"{value:.9g}") for value in row] for row in features(4).tolist()]
    print(json.dumps({"origin": origin, "networkSeed": NETWORK_SEED, "patchSeed": PATCH_SEED, "features": rows}))


@torch.no_grad()
def measure() -> None:
    encoder, batch = randomise(Encoder(), NETWORK_SEED), torch.zeros(8, 1, 32, 32, 32)
    for threads in (1, 2):
        torch.set_num_threads(threads)
        encoder(batch)
        started = time.perf_counter()
        for _ in range(73):
            encoder(batch)
        print(f"torch {torch.__version__}, {threads} thread(s): {(time.perf_counter() - started) * 581 / 584:.2f} s a scan")


torch.set_num_threads(1)
match sys.argv[1:]:
    case ["golden"]:
        golden()
    case ["features", out, count]:
        np.save(out, features(int(count)))
    case ["time"]:
        measure()
    case _:
        sys.exit(__doc__)
