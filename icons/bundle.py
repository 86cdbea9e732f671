"""Packs the PNGs of a folder into icon.ico and icon.icns: bundle.py FOLDER. Both hold PNG images as they are."""

import struct
import sys

folder = sys.argv[1]


def png(size):
    return open(f"{folder}/{size}.png", "rb").read()


images = [(size, png(size)) for size in (16, 24, 32, 48, 64, 256)]
with open("icon.ico", "wb") as ico:
    ico.write(struct.pack("<HHH", 0, 1, len(images)))
    offset = 6 + 16 * len(images)
    for size, data in images:
        # 256 is written as 0.
        ico.write(struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset))
        offset += len(data)
    for _, data in images:
        ico.write(data)

kinds = [(b"ic11", 32), (b"ic12", 64), (b"ic07", 128), (b"ic13", 256), (b"ic08", 256), (b"ic14", 512), (b"ic09", 512), (b"ic10", 1024)]
body = b"".join(kind + struct.pack(">I", len(png(size)) + 8) + png(size) for kind, size in kinds)
with open("icon.icns", "wb") as icns:
    icns.write(b"icns" + struct.pack(">I", len(body) + 8) + body)
