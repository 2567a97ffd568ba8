"""What a run was made on: without it, no number of a bench means anything."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import cairocffi

from bench import peers

LIBRARIES = ("cairosvg", "cairocffi", "numpy", "pillow", "uharfbuzz", "uvicorn", "zlib-ng")


def describe_machine() -> dict[str, str]:
    one, _, _ = os.getloadavg()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "load before": f"{one:.1f} (others on the machine disturb the clock more than the ratios)",
        "system": platform.platform(),
        "Python": platform.python_version(),
        "cairo": cairocffi.cairo_version_string(),
        "libraries": _listed({name: version(name) for name in LIBRARIES}),
        "peers": _listed(peers.versions()) or str(peers.why_not_node()),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _listed(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items())
