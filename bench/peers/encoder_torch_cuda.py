"""The patch encoder in PyTorch on a CUDA card, from int16 patches in the host's memory to features there.

    python bench/peers/encoder_torch_cuda.py OUT.json PATCHES REPEATS BATCH...   # for bench/gpu/torch.ts

float32 with TF32 off and on, in torch's own layout and with channels last, in batches of each size; and the card's peaks.
"""

import json
import sys
import time

import torch
from networks import Encoder, random_patches, randomise

NETWORK_SEED, PATCH_SEED = 5, 17
CARD = torch.device("cuda")
WARM_UPS = 2
LAYOUTS = {"": torch.contiguous_format, ", channels last": torch.channels_last_3d}


def seconds(work, repeats: int) -> list[float]:
    """Of each repeat; none where the card has too little memory."""
    taken = []
    try:
        for _ in range(WARM_UPS + repeats):
            torch.cuda.synchronize()
            began = time.perf_counter()
            work()
            torch.cuda.synchronize()
            taken.append(time.perf_counter() - began)
    except torch.cuda.OutOfMemoryError:
        torch.cuda.empty_cache()
        return []
    return taken[WARM_UPS:]


@torch.no_grad()
def encode(encoder: Encoder, patches: torch.Tensor, batch: int, layout: torch.memory_format) -> torch.Tensor:
    parts = []
    for part in patches.split(batch):
        network_input = ((part.to(CARD, non_blocking=True).float() + 1024) / 632 - 1).unsqueeze(1)
        parts.append(encoder(network_input.contiguous(memory_format=layout)))
    return torch.cat(parts).cpu()


def series(count: int, repeats: int, batches: list[int]):
    patches = torch.from_numpy(random_patches(count, PATCH_SEED))
    for tf32 in (False, True):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = tf32
        for name, layout in LAYOUTS.items():
            encoder = randomise(Encoder(), NETWORK_SEED).to(CARD, memory_format=layout)
            for batch in batches:
                taken = seconds(lambda: encode(encoder, patches, batch, layout), repeats)
                yield {"way": f"{'TF32' if tf32 else 'float32'}{name}", "batch": batch, "seconds": taken}


def peaks(repeats: int) -> dict[str, list[float]]:
    """float32 without TF32, a product of matrices; a copy, read and written counted; an upload of a scan's patches."""
    torch.backends.cuda.matmul.allow_tf32 = False
    edge, floats, upload = 8192, 2**28, torch.zeros(581 * 32**3, dtype=torch.int16)
    matrix = torch.ones(edge, edge, device=CARD)
    product = [2 * edge**3 / taken / 1e12 for taken in seconds(lambda: matrix @ matrix, repeats)]
    source, target = torch.ones(floats, device=CARD), torch.empty(floats, device=CARD)
    copy = [2 * 4 * floats / taken / 1e9 for taken in seconds(lambda: target.copy_(source), repeats)]
    sent = [2 * upload.numel() / taken / 1e9 for taken in seconds(lambda: upload.to(CARD), repeats)]
    return {"tflops": product, "gbs": copy, "uploadGbs": sent}


def main(out: str, count: int, repeats: int, batches: list[int]) -> None:
    if not torch.cuda.is_available():
        print("torch finds no CUDA card")
        sys.exit(3)
    torch.backends.cudnn.benchmark = True
    told = {
        "device": torch.cuda.get_device_name(CARD),
        "versions": {"torch": torch.__version__, "CUDA": torch.version.cuda, "cuDNN": str(torch.backends.cudnn.version())},
        "peaks": peaks(repeats),
        "series": list(series(count, repeats, batches)),
    }
    with open(out, "w") as file:
        json.dump(told, file)


match sys.argv[1:]:
    case [out, count, repeats, *batches] if batches:
        main(out, int(count), int(repeats), [int(batch) for batch in batches])
    case _:
        sys.exit(__doc__)
