"""Limits on memory and processor time, as far as each system keeps them.

Linux and the BSDs refuse memory beyond ``RLIMIT_AS``; Windows beyond that of a job object. macOS
takes such a limit and does not keep it, so there the parent looks now and then at what the child
holds (``resident``), which can let it run over by what it takes in a tenth of a second.
"""

from __future__ import annotations

import subprocess
import sys


def self_limiting() -> bool:
    """Whether a process here can set its own memory limit and is held to it."""
    return sys.platform != "darwin"


def limit(memory: int, seconds: float) -> None:
    """Hold this process to ``memory`` bytes and ``seconds`` of processor time, for good.

    The time is for the case that the parent is gone and can no longer end us. Raises OSError or
    ValueError where the system refuses.
    """
    if sys.platform == "win32":
        _limit_job(memory)
    else:
        import resource

        whole = int(seconds) + 1
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        if most == resource.RLIM_INFINITY or most > whole:
            resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
        if sys.platform != "darwin":
            _, most = resource.getrlimit(resource.RLIMIT_AS)
            if most == resource.RLIM_INFINITY or most > memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def resident(pid: int) -> int:
    """Bytes of memory that a process of ours holds, by ``ps``; 0 where that cannot be told."""
    try:
        told = subprocess.run(  # noqa: S603 - the system's own program and a number
            ["/bin/ps", "-o", "rss=", "-p", str(pid)],
            capture_output=True,
            check=False,
            timeout=5,
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return int(told) * 1024 if told.isdigit() else 0


if sys.platform == "win32":

    def _limit_job(memory: int) -> None:
        """Put this process into a job of its own that gives it no more than ``memory`` bytes."""
        import ctypes
        from ctypes import wintypes

        class Basic(ctypes.Structure):
            _fields_ = (
                ("PerProcessUserTimeLimit", ctypes.c_int64),
                ("PerJobUserTimeLimit", ctypes.c_int64),
                ("LimitFlags", wintypes.DWORD),
                ("MinimumWorkingSetSize", ctypes.c_size_t),
                ("MaximumWorkingSetSize", ctypes.c_size_t),
                ("ActiveProcessLimit", wintypes.DWORD),
                ("Affinity", ctypes.c_size_t),
                ("PriorityClass", wintypes.DWORD),
                ("SchedulingClass", wintypes.DWORD),
            )

        class Extended(ctypes.Structure):
            _fields_ = (
                ("BasicLimitInformation", Basic),
                ("IoInfo", ctypes.c_uint64 * 6),
                ("ProcessMemoryLimit", ctypes.c_size_t),
                ("JobMemoryLimit", ctypes.c_size_t),
                ("PeakProcessMemoryUsed", ctypes.c_size_t),
                ("PeakJobMemoryUsed", ctypes.c_size_t),
            )

        process_memory, extended_information = 0x100, 9
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
        kernel.GetCurrentProcess.restype = wintypes.HANDLE
        kernel.SetInformationJobObject.argtypes = (
            wintypes.HANDLE,
            ctypes.c_int,
            wintypes.LPVOID,
            wintypes.DWORD,
        )
        kernel.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
        wanted = Extended()
        wanted.BasicLimitInformation.LimitFlags = process_memory
        wanted.ProcessMemoryLimit = memory
        job = kernel.CreateJobObjectW(None, None)
        if (
            not job
            or not kernel.SetInformationJobObject(
                job, extended_information, ctypes.byref(wanted), ctypes.sizeof(wanted)
            )
            or not kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
        ):
            raise ctypes.WinError(ctypes.get_last_error())
