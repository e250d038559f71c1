"""The published pipeline from CT to subject vector, a transform given: read, resample, pad, clamp, cut, adjacency, encode, aggregate.

    python bench/peers/reference_chain.py CT.nii.gz ATLAS_DIR TRANSFORM.mat THREADS

Lungs and registration are left out: bench/speed/chain.ts adds antsRegistration's seconds (register_ants.py). Random
weights; patches in torch's best batch.
"""
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import torch
from graph_network import GraphNetwork, embed
from networks import Encoder, encode, randomise
from resample_simpleitk import adjacency, atlas_landmarks, cut, padded
from timed import serve


def main(ct, atlas_dir, transform, threads):
    torch.set_num_threads(int(threads))
    encoder, graph = randomise(Encoder(), 5), randomise(GraphNetwork(), 3)
    landmarks = atlas_landmarks(Path(atlas_dir))

    def chain():
        affine = sitk.ReadTransform(transform)
        mapped = np.array([affine.TransformPoint(point) for point in landmarks.tolist()])
        corners, patches = cut(padded(sitk.ReadImage(ct)), mapped)
        embed(graph, encode(encoder, patches), adjacency(corners))

    serve(chain, "SimpleITK", "torch", "torch_geometric")


if __name__ == "__main__":
    main(*sys.argv[1:])
