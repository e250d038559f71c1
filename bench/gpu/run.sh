#!/bin/sh
# Measures the card of this machine: all that `npm run bench:gpu` does, from a bundle. Its options are passed on.
set -eu
cd "$(dirname "$0")"
node="$PWD/bin/node"

# Whether the dynamic linker finds a library, with all that it needs in turn.
finds() { ! "$node" -e "process.dlopen({ exports: {} }, '$1')" 2>&1 | grep -q 'cannot open shared object'; }

finds libvulkan.so.1 || export LD_LIBRARY_PATH="$PWD/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"

# Containers often have NVIDIA's driver, but not the file that names it to the Vulkan loader, or none of the X11 libraries that
# the driver it names asks for: the one for EGL is the same and asks for none.
if [ -z "${VK_DRIVER_FILES:-}" ]; then
  named=$(ls /usr/share/vulkan/icd.d/nvidia* /etc/vulkan/icd.d/nvidia* 2>/dev/null || true)
  driver=''
  if finds libGLX_nvidia.so.0; then
    [ -n "$named" ] || driver=libGLX_nvidia.so.0
  elif finds libEGL_nvidia.so.0; then
    driver=libEGL_nvidia.so.0
  fi
  if [ -n "$driver" ]; then
    echo "{\"file_format_version\":\"1.0.0\",\"ICD\":{\"library_path\":\"$driver\",\"api_version\":\"1.3.0\"}}" >nvidia_icd.json
    export VK_DRIVER_FILES="$PWD/nvidia_icd.json"
  fi
fi

# torch beside ours, where a Python has it; --python names another.
for python in python3 python; do
  if "$python" -c 'import numpy, torch' 2>/dev/null; then
    set -- --python "$(command -v "$python")" "$@"
    break
  fi
done

exec "$node" dist/bench/gpu.js --keep "$@"
