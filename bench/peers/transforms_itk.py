"""Transform files of the real ITK (SimpleITK) and ANTs (antspyx), and what both make of ours.

    python bench/peers/transforms_itk.py golden test/formats/itk-transform/golden
        writes small files of every kind, with the points that ITK maps through them (points.json), and, below
        `refused`, kinds that are no affine
    python bench/peers/transforms_itk.py check points.json
        reads the files that `node dist/bench/transform-points.js FILE ...` has mapped points through, maps the same points
        by ITK and by ANTs and tells the largest distances
    python bench/peers/transforms_itk.py warp ATLAS_MASK.nii.gz SUBJECT_MASK.nii.gz TRANSFORM
        ants.apply_transforms of the subject's mask onto the atlas's: Dice of each label
"""
import json
import shutil
import struct
import sys
from pathlib import Path

import ants
import numpy as np
import SimpleITK as sitk

MATRIX = [0.93, 0.11, -0.07, -0.09, 1.08, 0.13, 0.05, -0.12, 0.88]
SHIFT, CENTRE = [12.25, -170.3, 645.7], [-3.5, 21.0625, -1003.1]
TURN = [0.11, -0.2, 0.31]
POINTS = [[0, 0, 0], [-189.122, -9.958, -1132.5], [100.5, 200.25, -300.125], [-80, 120, 410], [1e-3, -1e3, 1e3]]


def itk_transforms():
    """By the name of the file they go to."""
    affine = sitk.AffineTransform(MATRIX, SHIFT, CENTRE)
    euler = sitk.Euler3DTransform(CENTRE, *TURN, SHIFT)
    zyx = sitk.Euler3DTransform(euler)
    zyx.SetComputeZYX(True)
    rigid = sitk.VersorRigid3DTransform()
    rigid.SetFixedParameters(CENTRE)
    rigid.SetParameters(TURN + SHIFT)
    similarity = sitk.Similarity3DTransform()
    similarity.SetFixedParameters(CENTRE)
    similarity.SetParameters(TURN + SHIFT + [0.83])
    composite = sitk.CompositeTransform(3)
    composite.AddTransform(affine)
    yield "itk_affine", affine, ("mat", "tfm", "txt")
    yield "itk_euler", euler, ("mat", "tfm")
    yield "itk_euler_zyx", zyx, ("mat", "tfm")
    yield "itk_versor_rigid", rigid, ("mat", "tfm")
    yield "itk_similarity", similarity, ("mat", "tfm")
    yield "itk_translation", sitk.TranslationTransform(3, SHIFT), ("mat", "tfm")
    yield "itk_composite_of_one", composite, ("tfm",)


def refused_transforms():
    affine = sitk.AffineTransform(MATRIX, SHIFT, CENTRE)
    two = sitk.CompositeTransform(3)
    two.AddTransform(sitk.TranslationTransform(3, SHIFT))
    two.AddTransform(affine)
    warped = sitk.CompositeTransform(3)
    warped.AddTransform(affine)
    warped.AddTransform(sitk.BSplineTransform(3, 1))
    field = sitk.DisplacementFieldTransform(sitk.Image([2, 2, 2], sitk.sitkVectorFloat64))
    yield "composite.tfm", two
    yield "composite.mat", two
    yield "composite_with_bspline.tfm", warped
    yield "bspline.tfm", sitk.BSplineTransform(3, 1)
    yield "bspline.mat", sitk.BSplineTransform(3, 1)
    yield "field.tfm", field
    yield "field.mat", field
    yield "affine.h5", affine
    yield "plane.tfm", sitk.AffineTransform(2)
    yield "scale_versor.tfm", sitk.ScaleVersor3DTransform()
    yield "identity.tfm", sitk.Transform(3, sitk.sitkIdentity)


def crafted(order, flag, number, name):
    """A MATLAB level 4 file as VNL writes it on machines, or with types, that are not at hand."""

    def variable(name, numbers):
        head = struct.pack(f"{order}5i", flag, len(numbers), 1, 0, len(name) + 1)
        return head + name.encode() + b"\0" + struct.pack(f"{order}{len(numbers)}{number}", *numbers)

    return variable(name, MATRIX + SHIFT) + variable("fixed", CENTRE)


def blob(centre, widths):
    axes = np.indices((20, 20, 20))
    return 100 * np.exp(-sum(((a - c) / w) ** 2 for a, c, w in zip(axes, centre, widths))).astype("float32")


def ants_files(out):
    fixed = ants.from_numpy(blob((10, 10, 10), (3, 5, 6)), spacing=(4, 4, 4), origin=(-40, -30, -500.0))
    moving = ants.from_numpy(blob((11, 9, 9), (4, 5, 5)), spacing=(4, 4, 4), origin=(10, 20, 300.0))
    for kind in ("Rigid", "Affine"):
        found = ants.registration(fixed, moving, kind, random_seed=1, aff_iterations=(20,), aff_shrink_factors=(1,), aff_smoothing_sigmas=(0,))
        shutil.copyfile(found["fwdtransforms"][0], out / f"ants_registration_{kind.lower()}.mat")
    known = ants.new_ants_transform(precision="double", dimension=3, transform_type="AffineTransform")
    known.set_parameters(np.array(MATRIX + SHIFT))
    known.set_fixed_parameters(np.array(CENTRE))
    for ending in ("mat", "txt"):
        ants.write_transform(known, str(out / f"ants_affine.{ending}"))


def golden(out):
    refused = out / "refused"
    refused.mkdir(parents=True, exist_ok=True)
    for name, transform, endings in itk_transforms():
        for ending in endings:
            sitk.WriteTransform(transform, str(out / f"{name}.{ending}"))
    ants_files(out)
    (out / "crafted_big_endian.mat").write_bytes(crafted(">", 1000, "d", "AffineTransform_double_3_3"))
    (out / "crafted_big_endian_float.mat").write_bytes(crafted(">", 1010, "f", "AffineTransform_float_3_3"))
    (out / "crafted_matrix_offset.mat").write_bytes(crafted("<", 0, "d", "MatrixOffsetTransformBase_double_3_3"))
    (out / "crafted_matrix_offset_float.mat").write_bytes(crafted("<", 10, "f", "MatrixOffsetTransformBase_float_3_3"))
    for name, transform in refused_transforms():
        sitk.WriteTransform(transform, str(refused / name))
    maps = {}
    for path in sorted(p for p in out.iterdir() if p.suffix in (".mat", ".tfm", ".txt")):
        transform = sitk.ReadTransform(str(path))
        maps[path.name] = [transform.TransformPoint(point) for point in POINTS]
    origin = f"SimpleITK {sitk.Version_VersionString()} maps them; antspyx {ants.__version__}; bench/peers/transforms_itk.py golden"
    (out / "points.json").write_text(json.dumps({"origin": origin, "points": POINTS, "maps": maps}, separators=(",", ":")) + "\n")


def check(points_file):
    ours = json.loads(Path(points_file).read_text())
    points = [tuple(map(float, point)) for point in ours["points"]]
    worst = {}
    for path, mapped in ours["files"].items():
        in_itk, in_ants = sitk.ReadTransform(path), ants.read_transform(path, precision="double")
        for peer, apply in (("SimpleITK", in_itk.TransformPoint), ("ANTs", in_ants.apply_to_point)):
            apart = max(np.linalg.norm(np.subtract(apply(p), q)) for p, q in zip(points, mapped))
            worst[peer] = max(worst.get(peer, 0), apart)
            print(f"{Path(path).name}: {peer} {apart:.3g} mm")
    print("largest:", ", ".join(f"{peer} {apart:.3g} mm" for peer, apart in worst.items()), f"over {len(ours['files'])} files")


def warp(atlas, subject, transform):
    fixed, moving = ants.image_read(atlas), ants.image_read(subject)
    warped = ants.apply_transforms(fixed, moving, [transform], interpolator="nearestNeighbor")
    a, b = fixed.numpy(), warped.numpy()
    scale = 50 if set(np.unique(b)) <= {0, 1, 2} else 1
    for side, label in (("right", 50), ("left", 100)):
        x, y = a == label, b * scale == label
        print(side, f"Dice {2 * (x & y).sum() / (x.sum() + y.sum()):.4f}")


match sys.argv[1:]:
    case ["golden", out]:
        golden(Path(out))
    case ["check", points]:
        check(points)
    case ["warp", atlas, subject, transform]:
        warp(atlas, subject, transform)
    case _:
        sys.exit(__doc__)
