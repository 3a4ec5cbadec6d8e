# SPDX-License-Identifier: AGPL-3.0-or-later
"""Thumbnails (T4): small pictures of pictures that strangers sent, drawn by a program that can do
nothing else. Whatever the file is, it ends soon, with bounded memory, and with a picture or an
error."""

import os
import signal
import struct
import subprocess
import zlib
from pathlib import Path

import gi
import pytest

gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf

from support.server import BUILD

PROGRAM = BUILD / "server" / "deskbell-thumbnail"
INTRUDER = BUILD / "tests" / "unit" / "libintruder.so"
MIB = 1024 * 1024
IS_SANITIZED = b"__asan_init" in PROGRAM.read_bytes() if PROGRAM.exists() else False


class Drawing:
    """What became of it: how the program ended, what it said, the picture, the most memory (where
    ours counts, too: a process begins as a copy of its parent)."""

    def __init__(self, source, folder, edge=256, environment=None):
        picture, self.target = folder / "picture", folder / "thumbnail"
        picture.write_bytes(source)
        self.target.write_bytes(b"")
        child = subprocess.Popen(
            ["sh", "-c", f'exec "$0" {edge} 3<"$1" 4>"$2"', PROGRAM, picture, self.target],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment or {},
        )
        self.said = child.stdout.read().decode()
        _, status, usage = os.wait4(child.pid, 0)
        child.stdout.close()
        child.returncode = os.waitstatus_to_exitcode(status)
        self.code = child.returncode
        self.memory = usage.ru_maxrss * 1024
        self.seconds = usage.ru_utime + usage.ru_stime

    def pixbuf(self):
        assert self.code == 0, f"ended with {self.code}, said {self.said!r}"
        assert self.target.read_bytes()[:3] == b"\xff\xd8\xff"
        return GdkPixbuf.Pixbuf.new_from_file(str(self.target))

    def pixel(self, x, y):
        """Its colour, roughly: JPEG is not exact."""
        pixbuf = self.pixbuf()
        start = y * pixbuf.get_rowstride() + x * 3
        return [round(value / 64) for value in pixbuf.get_pixels()[start : start + 3]]


@pytest.fixture
def draw(tmp_path):
    return lambda source, **more: Drawing(source, tmp_path, **more)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_head(width, height, colours=2):
    return b"\x89PNG\r\n\x1a\n" + chunk(
        b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    )


def png_bomb(width, height):
    """A black picture of any size in next to no bytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + 3 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png_head(width, height) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def picture(kind, width=300, height=200, colour=0xC02020FF, **options):
    """One that gdk-pixbuf itself writes."""
    pixbuf = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, kind != "jpeg", 8, width, height)
    pixbuf.fill(colour)
    return pixbuf.save_to_bufferv(kind, list(options), list(options.values()))[1]


GIF = b"GIF89a\3\0\2\0\x80\0\0\xff\0\0\0\0\xff,\0\0\0\0\3\0\2\0\0\2\3\x84o\5\0;"


def turned(jpeg, orientation):
    """With the EXIF tag by which a camera says how it was held."""
    tag = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    body = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 1) + tag + bytes(4)
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


# What it draws


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_a_picture_is_made_small_in_its_own_shape(draw, kind):
    drawing = draw(picture(kind, 600, 400))
    pixbuf = drawing.pixbuf()
    assert (pixbuf.get_width(), pixbuf.get_height()) == (256, 170)
    assert drawing.said == "600 400\n"
    assert drawing.pixel(128, 85) == [3, 0, 0]


def test_a_gif_shows_its_first_picture(draw):
    drawing = draw(GIF)
    assert drawing.said == "3 2\n"
    assert drawing.pixbuf().get_width() == 3


def test_a_small_picture_is_not_made_large(draw):
    pixbuf = draw(picture("png", 20, 10)).pixbuf()
    assert (pixbuf.get_width(), pixbuf.get_height()) == (20, 10)


def test_a_very_long_picture_keeps_at_least_a_pixel(draw):
    pixbuf = draw(picture("png", 5000, 1)).pixbuf()
    assert (pixbuf.get_width(), pixbuf.get_height()) == (256, 1)


def test_what_is_transparent_is_white(draw):
    assert draw(picture("png", colour=0)).pixel(10, 10) == [4, 4, 4]


def test_a_photo_is_turned_as_the_camera_was_held(draw):
    drawing = draw(turned(picture("jpeg", 600, 400), 6))
    assert drawing.said == "400 600\n"
    assert (drawing.pixbuf().get_width(), drawing.pixbuf().get_height()) == (170, 256)


def test_nothing_that_the_file_told_of_its_maker_stays(draw):
    source = picture("png", **{"tEXt::Author": "Rina at 23.81, 90.41"})
    assert b"Rina" in source
    drawing = draw(source)
    drawing.pixbuf()
    assert b"Rina" not in drawing.target.read_bytes()


def test_a_picture_that_a_decoder_complains_of_ends_in_a_picture_or_an_error(draw):
    complaint = bytes.fromhex(
        "474946383961030002008000 00ff0050173e59940afe7a8a037e83c4330ebe73b172b72cee00"
        "0000ff2c00000000030002000002 03846f05003b"
    )
    assert draw(complaint).code in {0, 1}


# What it refuses


@pytest.mark.parametrize("side", [50_000, 65_000, 2**31 - 1])
def test_a_picture_of_countless_pixels_ends_at_once(draw, side):
    source = png_bomb(side, 4) if side < 2**20 else b""
    drawing = draw(png_head(side, side) + source[33:])
    assert drawing.code == 1
    assert drawing.said == ""
    assert drawing.target.read_bytes() == b""
    assert IS_SANITIZED or drawing.memory < 256 * MIB
    assert drawing.seconds < 2


def test_the_largest_picture_that_is_drawn_takes_bounded_memory(draw):
    drawing = draw(png_bomb(10_000, 10_000))
    assert drawing.pixbuf().get_width() == 256
    assert IS_SANITIZED or drawing.memory < 512 * MIB


def test_a_file_that_unpacks_without_end_is_no_danger(draw):
    text = zlib.compress(bytes(200 * MIB), 9)
    source = png_head(10, 10) + chunk(b"zTXt", b"Comment\0\0" + text)
    drawing = draw(source + png_bomb(10, 10)[33:])
    assert IS_SANITIZED or drawing.memory < 512 * MIB
    assert drawing.seconds < 10


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
def test_a_picture_that_was_cut_off_ends_in_a_picture_or_an_error(draw, kind):
    source = GIF if kind == "gif" else picture(kind)
    for length in range(0, len(source), max(1, len(source) // 12)):
        assert draw(source[:length]).code in {0, 1}


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
def test_a_broken_picture_ends_in_a_picture_or_an_error(draw, kind):
    source = bytearray(GIF if kind == "gif" else picture(kind))
    for place in range(12, len(source), max(1, len(source) // 25)):
        broken = source[:]
        broken[place] ^= 0xFF
        assert draw(bytes(broken)).code in {0, 1}


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"no picture at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"BM" + bytes(64),
        b"P6 1 1 255 \xff\xff\xff",
        b"\0\0\1\0\1\0" + bytes(64),
        b"%!PS-Adobe-3.0 EPSF-3.0\n" + bytes(64),
    ],
)
def test_other_formats_reach_no_decoder(draw, source):
    drawing = draw(source)
    assert (drawing.code, drawing.said) == (1, "")


# What it cannot do, whoever commands it


def intrude(draw, what):
    environment = {
        "LD_PRELOAD": str(INTRUDER),
        "INTRUDE": what,
        "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0",
    }
    return draw(picture("png"), environment=environment)


def test_the_stand_in_for_a_decoder_gets_control(draw):
    assert intrude(draw, "nothing").said == "let\n"


@pytest.mark.parametrize("what", ["read", "write", "network", "program", "child"])
def test_a_decoder_that_was_taken_over_reaches_nothing(draw, what):
    drawing = intrude(draw, what)
    assert drawing.code == -signal.SIGSYS
    assert drawing.said == ""
    assert not Path("/tmp/deskbell-intruder").exists()


@pytest.mark.skipif(IS_SANITIZED, reason="the sanitizer has its own memory")
def test_a_decoder_that_takes_all_memory_gets_half_a_gigabyte(draw):
    drawing = intrude(draw, "memory")
    assert (drawing.code, drawing.said) == (1, "")
    assert drawing.memory < 600 * MIB


def test_a_decoder_that_computes_for_ever_is_ended(draw):
    drawing = intrude(draw, "time")
    assert drawing.code in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM}
    assert drawing.seconds < 15
