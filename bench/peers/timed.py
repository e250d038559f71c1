"""Work done once for each line of stdin, a line of JSON for each on stdout: how bench/speed/peer.ts times a peer."""
import json
import os
import sys
import time
from importlib.metadata import version


def serve(work, *packages):
    """`work` may return a dict of what else there is to tell; imports and inputs are behind the caller."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer

    def answer(line):
        print(json.dumps(line), file=answers, flush=True)

    answer({"versions": {package: version(package).split("+")[0] for package in packages}})
    for _ in sys.stdin:
        began, cpu_began = time.perf_counter(), time.process_time()
        told = work()
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
        answer({"seconds": seconds, "cpuSeconds": cpu_seconds, **(told or {})})
