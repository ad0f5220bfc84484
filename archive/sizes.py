"""Sizes as a person reads them."""

from __future__ import annotations

_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def plain_size(size: int) -> str:
    """``2_100_000_000`` → ``2.1 GB`` (thousands, as disks are sold)."""
    value, unit = float(size), _UNITS[0]
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            break
        value /= 1000
    return f"{size} bytes" if unit == "bytes" else f"{value:.1f} {unit}"
