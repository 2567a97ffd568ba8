"""What a worker may not do: the limits and rights that the kernel takes from it. Everything here works in the
calling process, for good, and leaves out what the platform cannot do. macOS knows no parent-death signal, no
network namespace and no dependable RLIMIT_AS: there a worker keeps its network and may grow until its
deadline, and when web process and forkserver are killed in one blow, one that hangs goes on until RLIMIT_CPU
(an idle one ends with its pipe everywhere).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

ON_LINUX = sys.platform == "linux"

# From <linux/prctl.h>, <linux/sched.h> and <linux/capability.h>.
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
CAPABILITY_VERSION_3 = 0x20080522
CAPABILITY_WORDS = 6  # two times effective, permitted, inheritable
M_MMAP_THRESHOLD = -3  # from glibc's <malloc.h>
LARGE_BYTES = 1_000_000

_libc = ctypes.CDLL(None, use_errno=True) if ON_LINUX else None


def ignore_stop_signals() -> None:
    """Ctrl-C and a service manager's SIGTERM go to the whole group. The web process still has requests to
    finish then, so it alone decides when its workers end."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def die_with(parent_pid: int) -> None:
    """SIGKILL for this process when `parent_pid`, its parent, is gone; at once if it is gone already."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent_pid:  # it died between the fork and the line above
        os._exit(1)


def be_called(name: str) -> None:
    """The name in `ps` and `top` (15 bytes at most), so that an operator sees who is who."""
    if _libc is not None:
        _libc.prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def give_up_rights() -> bool:
    """No new privileges, no network, no capabilities: for this process and all it forks. True when the network is gone:
    an empty network namespace needs privileges, or a user namespace, and some systems refuse both.
    """
    if _libc is None:
        return False
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    offline = any(_libc.unshare(flags) == 0 for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET))
    # The user namespace made us all-powerful inside it, and a container's root is powerful anyway.
    _libc.capset((ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0), (ctypes.c_uint32 * CAPABILITY_WORDS)())
    return offline


def return_large_memory() -> None:
    """Memory of a picture's size goes back to the system when it is freed. glibc would learn from the first one to keep
    it, and worker's kept pixels then lie in pieces between gaps: 500 MB where 380 were in use. musl always does so.
    """
    if _libc is not None and hasattr(_libc, "mallopt"):
        _libc.mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)


def limit_worker(memory_bytes: int) -> None:
    """`memory_bytes` more than now, no byte to any file, no core dump, no process or thread of its own."""
    if ON_LINUX:
        _lower(resource.RLIMIT_AS, _address_space() + memory_bytes)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NPROC, 0)  # root is exempt


def limit_cpu(seconds: float) -> None:
    """A last guard for when nobody is left to kill us: the next `seconds` of computing are the last."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 1
    if hard == resource.RLIM_INFINITY or soft < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _lower(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
