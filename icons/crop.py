"""Cuts the upper left square out of an 8-bit RGBA PNG: crop.py SOURCE SIZE TARGET. Standard library only."""

import struct
import sys
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        yield name, data[at + 8 : at + 8 + length]
        at += length + 12


def paeth(left, up, corner):
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def rows(raw, width, height):
    """The unfiltered rows, PNG specification, section 9."""
    before = bytearray(width * 4)
    for line in range(height):
        start = line * (width * 4 + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + width * 4])
        for i in range(len(row)):
            left = row[i - 4] if i >= 4 else 0
            corner = before[i - 4] if i >= 4 else 0
            row[i] = (row[i] + (0, left, before[i], (left + before[i]) // 2, paeth(left, before[i], corner))[kind]) & 255
        yield row
        before = row


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


source, size, target = sys.argv[1], int(sys.argv[2]), sys.argv[3]
data = open(source, "rb").read()
parts = list(chunks(data))
width, height, depth, colour = struct.unpack(">IIBB", dict(parts)[b"IHDR"][:10])
assert (depth, colour) == (8, 6), "an 8-bit RGBA PNG is needed"
raw = zlib.decompress(b"".join(part for name, part in parts if name == b"IDAT"))
cut = b"".join(
    b"\0" + row[: size * 4] for _, row in zip(range(size), rows(raw, width, min(size, height)))
)
with open(target, "wb") as out:
    out.write(b"\x89PNG\r\n\x1a\n")
    out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)))
    out.write(chunk(b"IDAT", zlib.compress(cut, 9)))
    out.write(chunk(b"IEND", b""))
