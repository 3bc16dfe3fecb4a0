"""Recordings of a device, made byte by byte as the FIT protocol lays them out."""

from __future__ import annotations

import struct

EPOCH = 631_065_600  # FIT counts seconds since 1989-12-31 UTC
NONE = 0x7FFFFFFF


def checksum(data: bytes) -> int:
    """Give the CRC-16 of the protocol (polynomial 0xA001, reflected)."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0xA001 if crc & 1 else 0)
    return crc


def fit(*fixes: tuple[int, float | None, float | None]) -> bytes:
    """Make a file of `record` messages: Unix seconds, longitude, latitude."""
    # definition of local message 0: little endian, global message 20, fields (number, size, base type)
    body = struct.pack("<BBBHB", 0x40, 0, 0, 20, 3) + bytes([253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85])
    for seconds, lon, lat in fixes:
        turned = [NONE if value is None else round(value * 2**31 / 180) for value in (lat, lon)]
        body += struct.pack("<BIii", 0, seconds - EPOCH, *turned)
    head = struct.pack("<BBHI4s", 14, 0x10, 2093, len(body), b".FIT")
    head += struct.pack("<H", checksum(head))
    return head + body + struct.pack("<H", checksum(head + body))
