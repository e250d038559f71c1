"""Small checkpoints as the real torch.save writes them, and the numbers that torch reads back from them.

    python bench/peers/checkpoints_torch.py test/formats/torch/golden    # torch 2.15

Writes each checkpoint twice, `<name>-zip.pth.tar` in the format since PyTorch 1.6 and `<name>-legacy.pth.tar` in the one before, and
`expected.json`: epoch and arch, and for each tensor of the state dict the shape, the dtype and the numbers.
"""
import collections
import json
import pathlib
import sys

import torch
from torch import nn

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
expected = {"origin": f"bench/peers/checkpoints_torch.py, torch {torch.__version__.split('+')[0]}", "files": {}}
torch.manual_seed(3)


def write(name, checkpoint):
    state_dict = checkpoint.get("state_dict", checkpoint)
    tensors = {
        key: {
            "dtype": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "numbers": tensor.detach().double().flatten().tolist(),
        }
        for key, tensor in state_dict.items()
    }
    facts = {key: str(checkpoint[key]) for key in ("epoch", "arch") if key in checkpoint}
    for kind, zipped in (("zip", True), ("legacy", False)):
        torch.save(checkpoint, folder / f"{name}-{kind}.pth.tar", _use_new_zipfile_serialization=zipped)
    expected["files"][name] = {"about": facts, "tensors": tensors}


class Moco(nn.Module):
    """The names of the published checkpoints, in small: two encoders, a queue, its pointer."""

    def __init__(self):
        super().__init__()
        parts = lambda: nn.Sequential(collections.OrderedDict(conv1=nn.Conv3d(1, 2, 3), bn1=nn.BatchNorm3d(2)))
        self.encoder_q, self.encoder_k = parts(), parts()
        self.register_buffer("queue", torch.randn(4, 16, 3))
        self.register_buffer("queue_ptr", torch.zeros(1, dtype=torch.long))


moco = nn.DataParallel(Moco())
optimizer = torch.optim.SGD(moco.parameters(), lr=0.03, momentum=0.9, weight_decay=1e-4)
moco.module.encoder_q(torch.randn(2, 1, 5, 5, 5)).square().sum().backward()
optimizer.step()
write("moco", {"epoch": 7, "arch": "custom", "state_dict": moco.state_dict(), "optimizer": optimizer.state_dict()})

block = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4) / 7
write(
    "layouts",
    {
        "epoch": 2**40,
        "state_dict": collections.OrderedDict(
            dense=block.clone(),
            transposed=block.permute(2, 0, 1),
            every_other=block[:, ::2, 1:],
            shared_first=block[0],
            shared_second=block[1, 2],
            scalar=torch.tensor(-2.5),
            empty=torch.empty(0, 3),
            parameter=nn.Parameter(torch.tensor([1.5, float(2**-140)])),
        ),
    },
)

numbers = torch.tensor([0.0, -0.0, 1.0, -2.0, 65504.0, 2.0**-24, 0.1])
write(
    "dtypes",
    {
        key: numbers.to(dtype)
        for key, dtype in {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}.items()
    },
)
(folder / "expected.json").write_text(json.dumps(expected) + "\n")
