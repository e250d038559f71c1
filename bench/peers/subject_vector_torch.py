"""Checkpoints as the reference's training scripts save them, and the subject vector that PyTorch makes of them.

    python bench/peers/subject_vector_torch.py write DIR FORMAT NAMING DTYPE QUEUE
        FORMAT zip | legacy (before PyTorch 1.6), NAMING lin | weight (PyTorch Geometric before 2.0), DTYPE float32 | float16,
        QUEUE keys a landmark: the reference has 4096, which makes 1.2 GB.
        Writes DIR/checkpoint_patch.pth.tar and DIR/checkpoint_graph.pth.tar.
    python bench/peers/subject_vector_torch.py vector DIR PATCHES.npy ADJACENCY.npy OUT.npy

Wrapped in DataParallel and one optimizer step old, so that names, metadata and momentum buffers are torch's own.
The storages say `cuda:0`, as where the reference was trained.
"""

import sys
from pathlib import Path

import numpy as np
import torch
from graph_network import GraphNetwork, embed
from networks import FEATURES, Encoder, encode, randomise
from torch import nn

ENCODER_SEED, GRAPH_SEED = 5, 3
LANDMARKS = 581


class MoCo(nn.Module):
    """Query and key network and the queue: what reference section 6 names, none of the training."""

    def __init__(self, network: type[nn.Module], seed: int, queue: tuple[int, ...], pointers: int):
        super().__init__()
        self.encoder_q, self.encoder_k = randomise(network(), seed), randomise(network(), seed + 1)
        self.register_buffer("queue", nn.functional.normalize(torch.randn(*queue), dim=0))
        self.register_buffer("queue_ptr", torch.zeros(pointers, dtype=torch.long))


def checkpoint(moco: MoCo, arch: str, dtype: torch.dtype) -> dict:
    parameters = list(moco.encoder_q.parameters())
    optimizer = torch.optim.SGD(parameters, 0.03, momentum=0.9, weight_decay=1e-4)
    for parameter in parameters:
        parameter.grad = torch.zeros_like(parameter)
    optimizer.step()
    for name, buffer in moco.named_buffers():
        if name.endswith("num_batches_tracked"):
            buffer.fill_(5810)
    model = nn.DataParallel(moco.to(dtype))
    return {"epoch": 50, "arch": arch, "state_dict": model.state_dict(), "optimizer": optimizer.state_dict()}


def before_geometric_2(state: dict) -> None:
    """`conv1.weight` [in, out] for `conv1.lin.weight` [out, in]."""
    for name in [name for name in state if name.endswith("conv1.lin.weight")]:
        state[name.replace(".lin.", ".")] = state.pop(name).T.contiguous()


def write(directory: Path, kind: str, naming: str, dtype: str, queue: int) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    torch.serialization.location_tag = lambda storage: "cuda:0"
    save = {"zip": True, "legacy": False}[kind]
    patch = checkpoint(MoCo(Encoder, ENCODER_SEED, (FEATURES, queue, LANDMARKS), LANDMARKS), "ConvNet", getattr(torch, dtype))
    torch.save(patch, directory / "checkpoint_patch.pth.tar", _use_new_zipfile_serialization=save)
    graph = checkpoint(MoCo(GraphNetwork, GRAPH_SEED, (FEATURES, queue), 1), "GraphNet", getattr(torch, dtype))
    if naming == "weight":
        before_geometric_2(graph["state_dict"])
    torch.save(graph, directory / "checkpoint_graph.pth.tar", _use_new_zipfile_serialization=save)


def restored(network: nn.Module, path: Path) -> nn.Module:
    state = torch.load(path, map_location="cpu", weights_only=True)["state_dict"]
    prefix = "module.encoder_q."
    mine = {name.removeprefix(prefix): tensor.float() for name, tensor in state.items() if name.startswith(prefix)}
    if "conv1.lin.weight" in network.state_dict() and "conv1.weight" in mine:
        mine["conv1.lin.weight"] = mine.pop("conv1.weight").T
    network.load_state_dict(mine)
    return network.eval()


def vector(directory: Path, patches: str, adjacency: str, out: str) -> None:
    encoder = restored(Encoder(), directory / "checkpoint_patch.pth.tar")
    graph = restored(GraphNetwork(), directory / "checkpoint_graph.pth.tar")
    np.save(out, embed(graph, encode(encoder, np.load(patches)), np.load(adjacency)).numpy())


torch.set_num_threads(1)
match sys.argv[1:]:
    case ["write", directory, kind, naming, dtype, queue]:
        write(Path(directory), kind, naming, dtype, int(queue))
    case ["vector", directory, *paths] if len(paths) == 3:
        vector(Path(directory), *paths)
    case _:
        sys.exit(__doc__)
