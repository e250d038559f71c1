"""elastix's default affine registration (Mattes mutual information, 4 resolutions), masks coded 50 = right, 100 = left.

    python bench/peers/register_elastix.py ATLAS_MASK.nii.gz SUBJECT_MASK.nii.gz THREADS

The one change of its parameters: it starts with the centres of gravity on each other, as ANTs does, for atlas and
subject lie a metre apart. No result image is made. Timed for bench/speed/register.ts; tells the affine.
"""
import sys

import itk
import numpy as np
from timed import serve


def main(atlas, subject, threads):
    fixed, moving = (itk.imread(path, itk.F) for path in (atlas, subject))
    parameters = itk.ParameterObject.New()
    affine = parameters.GetDefaultParameterMap("affine")
    affine["AutomaticTransformInitialization"] = ["true"]
    affine["AutomaticTransformInitializationMethod"] = ["CenterOfGravity"]
    affine["WriteResultImage"] = ["false"]
    parameters.AddParameterMap(affine)

    def register():
        elastix = itk.ElastixRegistrationMethod.New(fixed, moving)
        elastix.SetParameterObject(parameters)
        elastix.SetNumberOfThreads(int(threads))
        elastix.UpdateLargestPossibleRegion()
        found = elastix.GetTransformParameterObject().GetParameterMap(0)
        numbers, centre = (np.array(found[key], float) for key in ("TransformParameters", "CenterOfRotationPoint"))
        matrix = numbers[:9].reshape(3, 3)
        return {"matrix": numbers[:9].tolist(), "offset": (numbers[9:] + centre - matrix @ centre).tolist()}

    serve(register, "itk-elastix")


if __name__ == "__main__":
    main(*sys.argv[1:])
