"""How near registrations of the same masks lie to each other and to the truth, judged by ANTs and NumPy alone.

    python bench/peers/registration_scores.py DIR ATLAS_DIR SCORES.json SID ...

In DIR: `<sid>_lungs.nii.gz`, `<sid>_seed<S>_0GenericAffine.mat` (register_ants.py, three seeds or more) and
`<sid>_ours_0GenericAffine.mat` (bench/parity/registration-masks.ts); for phantoms also `phantoms/<sid>_landmarks.csv`.
Distances are over the atlas's landmarks, in mm. Dice and mutual information are of the atlas's mask and the subject's,
brought onto the atlas's 1 mm grid by nearest neighbour; the information is taken over the whole grid, 50 % regular
samples, 32 bins, as the published metric.
"""
import json
import sys
from pathlib import Path

import ants
import numpy as np


def landmarks(atlas_dir, atlas):
    corners = np.load(atlas_dir / "atlas_patch_loc.npy").astype(float)
    direction, spacing, origin = np.array(atlas.direction), np.array(atlas.spacing), np.array(atlas.origin)
    return origin + (corners * spacing) @ direction.T


def mapped(transform, points):
    """ITK's affine: y = A (x - c) + t + c."""
    numbers, centre = np.array(transform.parameters), np.array(transform.fixed_parameters)
    return (points - centre) @ numbers[:9].reshape(3, 3).T + numbers[9:] + centre


def spread(a, b):
    d = np.linalg.norm(a - b, axis=1)
    return {"mean": d.mean(), "p95": np.percentile(d, 95), "max": d.max()}


def overlap(atlas, subject, path):
    warped = ants.apply_transforms(atlas, subject, [str(path)], interpolator="nearestNeighbor")
    a, b = atlas.numpy(), warped.numpy()
    dice = [2 * ((a == v) & (b == v)).sum() / ((a == v).sum() + (b == v).sum()) for v in (50, 100)]
    information = -ants.image_similarity(
        atlas, warped, metric_type="MattesMutualInformation", sampling_strategy="regular", sampling_percentage=0.5
    )
    return {"diceRight": dice[0], "diceLeft": dice[1], "mutualInformation": information}


def score(folder, atlas, points, sid):
    subject = ants.image_read(str(folder / f"{sid}_lungs.nii.gz")).clone("float")
    seeds = sorted(folder.glob(f"{sid}_seed*_0GenericAffine.mat"))
    ours = folder / f"{sid}_ours_0GenericAffine.mat"
    runs = [mapped(ants.read_transform(str(path)), points) for path in seeds]
    mine = mapped(ants.read_transform(str(ours)), points)
    result = {
        "sid": sid,
        "seeds": len(seeds),
        "oursToMean": spread(mine, np.mean(runs, axis=0)),
        "oursToRuns": [spread(mine, run) for run in runs],
        # A run against the mean of the others: what is asked of ours, asked of ANTs itself.
        "antsToOthers": [spread(run, np.mean(runs[:i] + runs[i + 1 :], axis=0)) for i, run in enumerate(runs)],
        "antsToAnts": [spread(a, b) for i, a in enumerate(runs) for b in runs[:i]],
        "ours": overlap(atlas, subject, ours),
        "ants": [overlap(atlas, subject, path) for path in seeds],
    }
    truth = folder / "phantoms" / f"{sid}_landmarks.csv"
    if truth.exists():
        true_points = np.loadtxt(truth, delimiter=",", skiprows=1)[:, 1:]
        result["oursToTruth"] = spread(mine, true_points)
        result["antsToTruth"] = [spread(run, true_points) for run in runs]
    return result


def main(folder, atlas_dir, scores, *sids):
    atlas = ants.image_read(str(Path(atlas_dir) / "atlas_lung_mask.nii.gz")).clone("float")
    points = landmarks(Path(atlas_dir), atlas)
    found = [score(Path(folder), atlas, points, sid) for sid in sids]
    Path(scores).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
