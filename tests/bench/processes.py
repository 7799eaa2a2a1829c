"""Resources of processes: CPU, memory, descriptors. A server includes its child processes."""

import psutil

MB = 1_000_000


class Usage:
    """Looks at one server and everything it started."""

    def __init__(self, pid: int) -> None:
        self._first = psutil.Process(pid)

    def every(self) -> list[psutil.Process]:
        """Return its processes, the first one first."""
        return [self._first, *self._first.children(recursive=True)]

    def cpu_s(self) -> float:
        """Return the CPU time of all of them so far, in seconds."""
        times = [process.cpu_times() for process in self.every()]
        return float(sum(each.user + each.system for each in times))

    def pss_mb(self) -> float:
        """Return their memory, what they share counted once, in MB (PSS)."""
        return float(sum(process.memory_full_info().pss for process in self.every())) / MB

    def descriptors(self) -> int:
        """Return how many files and sockets they have open."""
        return sum(process.num_fds() for process in self.every())
