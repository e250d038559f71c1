"""The graph network in PyTorch Geometric, on random weights, BatchNorm statistics and node features.

    python bench/peers/graph_geometric.py golden > test/engine/golden-graph-geometric.json   # small graphs, for the tests; then prettier --write
    python bench/peers/graph_geometric.py atlas CORNERS.npy ADJACENCY.npy OUT.npy            # for bench/parity/graph.ts
"""

import json
import sys

import numpy as np
import torch
from graph_network import GraphNetwork, embed, torch_versions
from networks import random_nodes, randomise
from resample_simpleitk import adjacency

NETWORK_SEED, NODE_SEED = 3, 29  # bench/parity/graph.ts has the same


def chain(nodes: int) -> np.ndarray:
    """Patches 24 voxels apart in a row: neighbours share a quarter."""
    return adjacency(np.outer(np.arange(nodes), [24, 0, 0]))


def lattice(seed: int) -> np.ndarray:
    """A block of 3 x 3 x 4 patches, 26 voxels apart and jittered as a subject's are, and one by itself."""
    grid = np.stack(np.meshgrid(*map(np.arange, (3, 3, 4)), indexing="ij"), axis=-1).reshape(-1, 3)
    jitter = np.random.default_rng(seed).integers(-2, 3, grid.shape)
    return adjacency(np.vstack([26 * grid + jitter, [[900, 900, 900]]]))


def directed(seed: int) -> np.ndarray:
    """Asymmetric, some two entries on the threshold itself, a third of the self edges missing: what GCNConv makes of any dense matrix."""
    random = np.random.default_rng(seed)
    matrix = np.where(random.random((16, 16)) < 0.2, random.uniform(0.05, 0.5, (16, 16)).round(3), 0)
    matrix[0, 1], matrix[1, 0], matrix[2, 3] = 0.13, 0.131, 0.13
    matrix[[5, 6], :], matrix[:, [5, 6]] = 0, 0  # 5 keeps its self edge, 6 loses it
    np.fill_diagonal(matrix, np.arange(16) % 3 != 0)
    return matrix


def golden() -> None:
    network = randomise(GraphNetwork(), NETWORK_SEED)
    graphs = {
        "a single node": chain(1),
        "a chain": chain(12),
        "a lattice and an isolated node": lattice(1),
        "directed edges, missing self edges, entries on the threshold, isolated nodes": directed(2),
    }
    cases = [
        {
            "name": name,
            "nodes": len(matrix),
            "entries": [[int(i), int(j), float(matrix[i, j])] for i, j in np.argwhere(matrix > 0)],
            "embedding": [float(f"{value:.9g}") for value in embed(network, torch.from_numpy(random_nodes(len(matrix), NODE_SEED)), matrix).tolist()],
        }
        for name, matrix in graphs.items()
    ]
    origin = f"bench/peers/graph_geometric.py golden, {torch_versions()}"
    print(json.dumps({"origin": origin, "networkSeed": NETWORK_SEED, "nodeSeed": NODE_SEED, "cases": cases}))


def atlas(corners: str, adjacency_out: str, out: str) -> None:
    matrix = adjacency(np.load(corners))
    np.save(adjacency_out, matrix)
    nodes = torch.from_numpy(random_nodes(len(matrix), NODE_SEED))
    np.save(out, embed(randomise(GraphNetwork(), NETWORK_SEED), nodes, matrix).numpy())


torch.set_num_threads(1)
match sys.argv[1:]:
    case ["golden"]:
        golden()
    case ["atlas", *paths] if len(paths) == 3:
        atlas(*paths)
    case _:
        sys.exit(__doc__)
