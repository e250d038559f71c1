"""The patch encoder in PyTorch, on random weights, BatchNorm statistics and patches.

    python bench/peers/encoder_torch.py golden > test/engine/golden-encoder-torch.json   # 4 patches, for the tests; then prettier --write
    python bench/peers/encoder_torch.py features OUT.npy COUNT                           # for bench/parity/encoder.ts
    python bench/peers/encoder_torch.py time COUNT THREADS                               # for bench/speed/encode.ts
"""

import json
import sys

import numpy as np
import torch
from networks import Encoder, encode, random_patches, randomise
from timed import serve

NETWORK_SEED, PATCH_SEED = 5, 17  # bench/parity/encoder.ts has the same


def features(count: int) -> np.ndarray:
    return encode(randomise(Encoder(), NETWORK_SEED), random_patches(count, PATCH_SEED)).numpy()


def golden() -> None:
    origin = f"bench/peers/encoder_torch.py golden, torch {torch.__version__.split('+')[0]}"
    rows = [[float(f"{value:.9g}") for value in row] for row in features(4).tolist()]
    print(json.dumps({"origin": origin, "networkSeed": NETWORK_SEED, "patchSeed": PATCH_SEED, "features": rows}))


def time_encoder(count: int, threads: int) -> None:
    """In batches of 8, its fastest: they stay in the cache."""
    torch.set_num_threads(threads)
    encoder, patches = randomise(Encoder(), NETWORK_SEED), random_patches(count, PATCH_SEED)

    def work() -> None:
        encode(encoder, patches, batch=8)

    serve(work, "torch")


torch.set_num_threads(1)
match sys.argv[1:]:
    case ["golden"]:
        golden()
    case ["features", out, count]:
        np.save(out, features(int(count)))
    case ["time", count, threads]:
        time_encoder(int(count), int(threads))
    case _:
        sys.exit(__doc__)
