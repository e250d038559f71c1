"""The published pipeline's resampling, patches and adjacency, by SimpleITK and NumPy: what `bench/parity/patches.ts` and the goldens compare with.

    python bench/peers/resample_simpleitk.py scan CT.nii.gz ../shared/atlas SID OUT_DIR TRANSFORM.mat    # from atlas to subject
    python bench/peers/resample_simpleitk.py store CT.nii.gz|oblique LPS OUT.nii.gz  # the scan, or a made one, stored in that order
    python bench/peers/resample_simpleitk.py golden test/imaging/resample.golden.json  (then prettier --write)
    python bench/peers/resample_simpleitk.py time CT.nii.gz LANDMARKS.npy  # in the subject, LPS; for bench/speed/resample.ts
"""

import base64
import json
import math
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from timed import serve

PAD, EDGE, AIR, HIGHEST = 60, 32, -1024, 240


def resample(ct: sitk.Image) -> sitk.Image:
    size, spacing = ct.GetSize(), ct.GetSpacing()
    extent = (size[0] * spacing[0], size[1] * spacing[1], (size[2] - 1) * spacing[2])
    f = sitk.ResampleImageFilter()
    f.SetInterpolator(sitk.sitkBSpline)
    f.SetOutputSpacing((1.0, 1.0, 1.0))
    f.SetSize([math.floor(mm) for mm in extent])
    f.SetOutputOrigin(ct.GetOrigin())
    f.SetOutputDirection(ct.GetDirection())
    f.SetDefaultPixelValue(AIR)
    return f.Execute(ct)


def padded(ct: sitk.Image) -> sitk.Image:
    return sitk.Clamp(sitk.ConstantPad(resample(ct), [PAD] * 3, [PAD] * 3, AIR), lowerBound=AIR, upperBound=HIGHEST)


def atlas_landmarks(atlas_dir: Path) -> np.ndarray:
    atlas = sitk.ReadImage(str(atlas_dir / "atlas_lung_mask.nii.gz"))
    return np.array([atlas.TransformIndexToPhysicalPoint(c) for c in np.load(atlas_dir / "atlas_patch_loc.npy").tolist()])


def example_transform(ct: sitk.Image, atlas_lps: np.ndarray) -> sitk.AffineTransform:
    """Atlas to subject: turned, sheared, stretched, centre on centre. Not a registration, only points in and around the lungs."""
    c, s = math.cos(0.05), math.sin(0.05)
    transform = sitk.AffineTransform(3)
    transform.SetMatrix((np.array([[c, -s, 0.02], [s, c, 0], [0, 0.03, 1]]) @ np.diag([1.04, 0.97, 0.9])).ravel().tolist())
    centre = atlas_lps.mean(axis=0)
    transform.SetCenter(centre.tolist())
    middle = ct.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in ct.GetSize()])
    transform.SetTranslation((np.array(middle) - centre).tolist())
    return transform


def cut(volume: sitk.Image, landmarks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    corners = np.array([volume.TransformPhysicalPointToIndex(p.tolist()) for p in landmarks])
    voxels = sitk.GetArrayFromImage(volume)
    patches = np.full((len(corners), EDGE, EDGE, EDGE), AIR, voxels.dtype)
    for patch, corner in zip(patches, corners):
        low = np.maximum(corner, 0)
        high = np.minimum(corner + EDGE, volume.GetSize())
        if (high <= low).any():
            continue
        a, b = low - corner, high - corner
        patch[a[2] : b[2], a[1] : b[1], a[0] : b[0]] = voxels[low[2] : high[2], low[1] : high[1], low[0] : high[0]]
    return corners, patches


def adjacency(corners: np.ndarray) -> np.ndarray:
    d = np.abs(corners[:, None, :] - corners[None, :, :])
    return np.where(d.max(axis=-1) < EDGE, np.prod(EDGE - d, axis=-1) / EDGE**3, 0.0)


def order_of(image: sitk.Image) -> str:
    """Where its axes run: LPS for the identity."""
    return sitk.DICOMOrientImageFilter.GetOrientationFromDirectionCosines(image.GetDirection())


def save_scan(ct: sitk.Image, atlas_dir: Path, sid: str, out: Path, transform_path: Path) -> None:
    """`patch/`, `patch_loc/` and `adj/` as reference section 4 names them, and the volume that they were cut from, in the atlas's order."""
    out.mkdir(parents=True, exist_ok=True)
    ct = sitk.DICOMOrient(ct, order_of(sitk.ReadImage(str(atlas_dir / "atlas_lung_mask.nii.gz"))))
    atlas_lps = atlas_landmarks(atlas_dir)
    if not transform_path.exists():
        sitk.WriteTransform(example_transform(ct, atlas_lps), str(transform_path))
    transform = sitk.ReadTransform(str(transform_path))
    landmarks = np.array([transform.TransformPoint(p) for p in atlas_lps.tolist()])
    volume = padded(ct)
    corners, patches = cut(volume, landmarks)
    np.save(out / "padded.npy", sitk.GetArrayFromImage(volume))
    for kind, array in {"patch": patches, "patch_loc": corners, "adj": adjacency(corners)}.items():
        (out / kind).mkdir(exist_ok=True)
        np.save(out / kind / f"{sid}_{kind}.npy", array)


def placed(voxels: np.ndarray, spacing, origin, direction) -> sitk.Image:
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing([float(np.float32(mm)) for mm in spacing])
    image.SetOrigin(origin)
    image.SetDirection(np.asarray(direction, float).ravel().tolist())
    return image


def turned(a: float, b: float) -> np.ndarray:
    about_z = np.array([[math.cos(a), -math.sin(a), 0], [math.sin(a), math.cos(a), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, math.cos(b), -math.sin(b)], [0, math.sin(b), math.cos(b)]])
    return about_z @ about_x


def noise(shape, seed: int) -> np.ndarray:
    """Edges, slopes, noise, clipped flat places: lung, soft tissue, air beyond the clamp."""
    z, y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij")
    body = np.where(x**2 + y**2 < 0.8, 40, -2000) - 900 * ((np.abs(x) - 0.4) ** 2 + y**2 + 0.2 * z**2 < 0.1)
    return np.clip(body + np.random.default_rng(seed).normal(0, 60, shape), -2000, 900).astype(np.int16)


def oblique() -> sitk.Image:
    return placed(noise((90, 300, 320), 1), (0.9, 0.85, 3.2), (-120.25, 33.5, -400), turned(0.3, -0.2))


def base64_int16(image: sitk.Image) -> str:
    return base64.b64encode(sitk.GetArrayFromImage(image).astype("<i2").tobytes()).decode()


def golden(out: Path) -> None:
    cases = {
        "oblique": placed(noise((9, 21, 24), 2), (0.83, 0.91, 2.3), (-31.25, 12.5, 100), turned(0.4, 0.25)),
        "turned axes": placed(noise((12, 26, 15), 3), (0.703125, 0.8, 1.25), (5, 6, -7), [[0, 0, -1], [1, 0, 0], [0, 1, 0]]),
        "coarse, last voxels outside": placed(noise((20, 10, 8), 4), (2.5, 1.5, 1.0), (0, 0, 0), np.eye(3)),
        "values on whole numbers": placed(
            np.where(noise((14, 20, 20), 5) > -1000, 30, -1024).astype(np.int16), (0.5, 0.75, 2.5), (-1.7, 2, 3), np.eye(3)
        ),
    }
    write = []
    for name, image in cases.items():
        iso = resample(image)
        write.append(
            {
                "name": name,
                "size": image.GetSize(),
                "spacing": image.GetSpacing(),
                "origin": image.GetOrigin(),
                "direction": image.GetDirection(),
                "voxels": base64_int16(image),
                "isoSize": iso.GetSize(),
                "isoVoxels": base64_int16(iso),
            }
        )
    out.write_text(json.dumps({"origin": f"SimpleITK {sitk.Version_VersionString()}, bench/peers/resample_simpleitk.py golden", "cases": write}, separators=(",", ":")) + "\n")


def time_cuts(ct: sitk.Image, landmarks: np.ndarray) -> None:
    def work() -> None:
        cut(padded(ct), landmarks)

    serve(work, "SimpleITK")


def main() -> None:
    match sys.argv[1:]:
        case ["store", ct, order, out]:
            sitk.WriteImage(sitk.DICOMOrient(oblique() if ct == "oblique" else sitk.ReadImage(ct), order), out)
        case ["scan", ct, atlas, sid, out, transform]:
            save_scan(sitk.Cast(sitk.ReadImage(ct), sitk.sitkInt16), Path(atlas), sid, Path(out), Path(transform))
        case ["golden", out]:
            golden(Path(out))
        case ["time", ct, landmarks]:
            time_cuts(sitk.ReadImage(ct), np.load(landmarks))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
