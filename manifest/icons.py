"""Draws the app's two icons: two people's speech bubbles that overlap, one for each side.

    python -m manifest.icons        writes color.png and outline.png beside this file

Shapes are signed distances (negative inside), so that edges are smooth at any size; the PNG is
written with the standard library alone.
"""

import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from math import hypot
from pathlib import Path

Pixel = tuple[int, int, int, int]
Point = tuple[float, float]
Distance = Callable[[float, float], float]

HERE = Path(__file__).parent
GROUND = (15, 76, 92)  # deep teal: the manifest's accentColor
UNION = (255, 255, 255)
EMPLOYER = (255, 196, 107)
SHARED = (226, 109, 92)


def rounded_box(centre: Point, half: Point, radius: float) -> Distance:
    def distance(x: float, y: float) -> float:
        qx = abs(x - centre[0]) - half[0] + radius
        qy = abs(y - centre[1]) - half[1] + radius
        return hypot(max(qx, 0), max(qy, 0)) + min(max(qx, qy), 0) - radius

    return distance


def polygon(*corners: Point) -> Distance:
    def distance(x: float, y: float) -> float:
        nearest, inside = float("inf"), False
        for (ax, ay), (bx, by) in pairwise([*corners, corners[0]]):
            ex, ey, wx, wy = bx - ax, by - ay, x - ax, y - ay
            along = min(max((wx * ex + wy * ey) / (ex * ex + ey * ey), 0), 1)
            nearest = min(nearest, hypot(wx - ex * along, wy - ey * along))
            if (ay > y) != (by > y) and x < ex * (y - ay) / ey + ax:
                inside = not inside
        return -nearest if inside else nearest

    return distance


def union(one: Distance, other: Distance) -> Distance:
    return lambda x, y: min(one(x, y), other(x, y))


def bubbles(unit: float) -> tuple[Distance, Distance]:
    """The left and the right bubble, on a grid of 32 units a side."""

    def at(*points: Point) -> list[Point]:
        return [(x * unit, y * unit) for x, y in points]

    left_centre, left_half = at((12.2, 12.4), (8.6, 6.4))
    right_centre, right_half = at((19.8, 18.2), (8.6, 6.4))
    left = union(
        rounded_box(left_centre, left_half, 4.6 * unit),
        polygon(*at((6.2, 17.0), (12.0, 17.6), (6.0, 23.4))),
    )
    right = union(
        rounded_box(right_centre, right_half, 4.6 * unit),
        polygon(*at((20.0, 23.4), (25.8, 22.8), (26.0, 29.2))),
    )
    return left, right


def cover(distance: float) -> float:
    """How much of a pixel a shape covers whose edge is this far away."""
    return min(max(0.5 - distance, 0.0), 1.0)


def blend(below: tuple[float, ...], above: tuple[int, ...], share: float) -> tuple[float, ...]:
    return tuple(b + (a - b) * share for b, a in zip(below, above, strict=True))


def color(size: int = 192) -> list[list[Pixel]]:
    """Full colour: the two bubbles, and what they share in a colour of its own."""
    left, right = bubbles(size / 32)

    def pixel(x: float, y: float) -> Pixel:
        one, other = left(x, y), right(x, y)
        rgb = blend(GROUND, EMPLOYER, cover(other))
        rgb = blend(rgb, UNION, cover(one))
        rgb = blend(rgb, SHARED, cover(max(one, other)))
        return (round(rgb[0]), round(rgb[1]), round(rgb[2]), 255)

    return [[pixel(x + 0.5, y + 0.5) for x in range(size)] for y in range(size)]


def outline(size: int = 32, width: float = 1.8) -> list[list[Pixel]]:
    """White lines on nothing: the right bubble passes behind the left one."""
    left, right = bubbles(size / 32)

    def pixel(x: float, y: float) -> Pixel:
        one, other = left(x, y), right(x, y)
        front = cover(max(one, -one - width))
        behind = min(cover(max(other, -other - width)), cover(width * 0.6 - one))
        return (255, 255, 255, round(255 * max(front, behind)))

    return [[pixel(x + 0.5, y + 0.5) for x in range(size)] for y in range(size)]


def png(rows: list[list[Pixel]]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 6, 0, 0, 0)  # 8 bits, RGBA
    raw = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(raw, 9))
        + chunk(b"IEND", b"")
    )


def main() -> None:
    (HERE / "color.png").write_bytes(png(color()))
    (HERE / "outline.png").write_bytes(png(outline()))


if __name__ == "__main__":
    main()
