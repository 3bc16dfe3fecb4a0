"""How people write when a backup is made and how many stay."""

from __future__ import annotations

HOUR = r"([01]\d|2[0-3]):[0-5]\d"
KEEP = r"(?=.*[1-9])(\d{1,4}d)?(\d{1,4}w)?(\d{1,4}m)?(\d{1,4}y)?"
