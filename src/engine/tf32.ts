/** TF32, to which NVIDIA's libraries may round float32: ten bits of mantissa, which would show in the features. */

/** Before they are loaded, and unless the user says otherwise. */
export function forbidTf32(): void {
  process.env['NVIDIA_TF32_OVERRIDE'] ??= '0';
}
