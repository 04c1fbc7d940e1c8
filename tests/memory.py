"""How much memory a process has held: one way to ask for it, for every benchmark and test that measures one."""

from __future__ import annotations

PEAK = """
import resource, sys
def peak_mib():
    # What Linux calls the largest size of a child begins at its parent's, and the parent has made the workbooks.
    if sys.platform != "linux":
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with open("/proc/self/status") as told:
        return next(int(line.split()[1]) / 1024 for line in told if line.startswith("VmHWM"))
"""
"""To be put before a script that runs in a process of its own: ``peak_mib()`` is the most that it has held, in MiB."""
