"""The reference's lung segmentation: lungmask's R231 U-Net, labels 1 = right, 2 = left.

    python bench/peers/segment_lungmask.py CT.nii.gz OUT.nii.gz

Its weights come from the releases of github.com/JoHof/lungmask; where they cannot be fetched, it says so and ends with 3.
"""

import sys
from urllib.error import URLError

import SimpleITK as sitk
import torch
from lungmask import LMInferer
from lungmask.mask import MODEL_URLS

CANNOT_RUN = 3


def main(ct: str, out: str) -> None:
    torch.set_num_threads(1)
    try:
        inferer = LMInferer(modelname="R231", force_cpu=True, batch_size=4)
    except URLError as error:
        print(f"lungmask's weights could not be fetched from {MODEL_URLS['R231'][0]}: {error.reason}")
        sys.exit(CANNOT_RUN)
    image = sitk.ReadImage(ct)
    labels = sitk.GetImageFromArray(inferer.apply(image))
    labels.CopyInformation(image)
    sitk.WriteImage(labels, out)


if __name__ == "__main__":
    main(*sys.argv[1:])
