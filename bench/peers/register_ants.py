"""antsRegistration with the published parameters (reference section 3), seeded, on masks coded 50 = right, 100 = left.

    python bench/peers/register_ants.py DIR ATLAS_DIR SEEDS LEVELS MASK.nii.gz ...

Writes `DIR/<sid>_seed<S>_0GenericAffine.mat` as ANTs names it and appends `sid,seed,levels,seconds,cpu_seconds` to
`DIR/ants.csv`: time on the clock, and of the processor, which a busy machine stretches less. What is there already is not
computed again. SEEDS as in 1,2,3. LEVELS is 3 for all of the published schedule (shrink 4, 2, 1), 2 to leave out the
full-resolution level, which takes most of the time and moves hardly anything. On one thread, though even so, and seeded,
ANTs does not repeat itself (docs/parity.md).
"""
import os
import shutil
import sys
import time
from pathlib import Path

os.environ["ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS"] = "1"  # read as it is imported
import ants  # noqa: E402

ITERATIONS, SHRINK, SIGMA_VOXELS = (500, 250, 100), (4, 2, 1), (2, 1, 0)


def register(fixed, moving, seed, levels):
    return ants.registration(
        fixed=fixed,
        moving=moving,
        type_of_transform="Affine",
        initial_transform=None,  # aligns the centres of mass
        aff_metric="mattes",
        aff_sampling=32,
        aff_random_sampling_rate=0.5,
        aff_iterations=ITERATIONS[:levels],
        aff_shrink_factors=SHRINK[:levels],
        aff_smoothing_sigmas=SIGMA_VOXELS[:levels],
        grad_step=0.01,
        random_seed=seed,
    )


def main(out, atlas_dir, seeds, levels, *masks):
    out = Path(out)
    atlas = ants.image_read(str(Path(atlas_dir) / "atlas_lung_mask.nii.gz")).clone("float")
    for seed in seeds.split(","):
        for mask in masks:
            sid = Path(mask).name.removesuffix("_lungs.nii.gz")
            target = out / f"{sid}_seed{seed}_0GenericAffine.mat"
            if target.exists():
                continue
            began, cpu_began = time.perf_counter(), time.process_time()
            found = register(atlas, ants.image_read(mask).clone("float"), int(seed), int(levels))
            seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
            shutil.copyfile(found["fwdtransforms"][-1], target)
            with (out / "ants.csv").open("a") as rows:
                rows.write(f"{sid},{seed},{levels},{seconds:.1f},{cpu_seconds:.1f}\n")
            print(sid, seed, f"{seconds:.1f} s, {cpu_seconds:.1f} s of CPU", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
