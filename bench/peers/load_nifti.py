"""Reads a CT, for bench/speed/load.ts.

    python bench/peers/load_nifti.py SimpleITK|nibabel CT.nii.gz
"""
import sys

from timed import serve


def main(peer, path):
    if peer == "SimpleITK":
        import SimpleITK

        def read():
            SimpleITK.ReadImage(path)

    else:
        import nibabel
        import numpy

        def read():
            numpy.asarray(nibabel.load(path).dataobj)  # int16, where get_fdata makes float64

    serve(read, peer)


if __name__ == "__main__":
    main(*sys.argv[1:])
