"""Reference section 6's graph network in PyTorch Geometric."""

import numpy as np
import torch
from networks import FEATURES, head
from torch import nn
from torch_geometric.nn import BatchNorm, GCNConv, global_mean_pool

EDGE_OVERLAP = 0.13


class GraphNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = GCNConv(FEATURES, FEATURES), BatchNorm(FEATURES)
        self.fc = head(FEATURES)

    def forward(self, nodes, edge_index):
        x = nn.functional.elu(self.bn1(self.conv1(nodes, edge_index)))
        return global_mean_pool(x, torch.zeros(len(x), dtype=torch.long))[0]


def edges(adjacency: np.ndarray) -> torch.Tensor:
    """Every entry above the threshold, self edges too: from the row's node to the column's."""
    return torch.from_numpy(np.stack(np.nonzero(adjacency > EDGE_OVERLAP)))


@torch.no_grad()
def embed(network: GraphNetwork, nodes: torch.Tensor, adjacency: np.ndarray) -> torch.Tensor:
    """The subject's vector, [128]."""
    return network(nodes, edges(adjacency))


def torch_versions() -> str:
    import torch_geometric

    return f"torch {torch.__version__.split('+')[0]}, torch_geometric {torch_geometric.__version__}"
