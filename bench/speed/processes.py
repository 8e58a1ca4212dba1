"""What a process costs: processor time in nanoseconds and memory, out of /proc."""

import pathlib


def processor_seconds(pids):
    """The seconds that all threads of `pids` have run so far, in user and kernel mode (schedstat counts nanoseconds)."""
    total = 0
    for pid in pids:
        for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def resident_kib(pids):
    """The resident memory of `pids`, in KiB."""
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total


def family(pid):
    """`pid` and all of its descendants."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += family(int(child))
    return found
