"""Makes an uploaded photo or PDF harmless, as a program of its own with little memory and time.

What people send is decoded by large libraries that strangers attack. So `record.papers` starts this
file as a process (`python -I cleaning.py`) that reads the upload from its input and writes the
clean copy to its output: a crash, a bomb or a hang ends that process and nothing else. It imports
nothing of the portal.

A photo comes out as a new JPEG with its pixels alone. A PDF comes out as a new file with its pages
alone: no script, action, form, attachment, link, note or metadata.
"""

from __future__ import annotations

import io
import json
import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: What is looked at before anything is decoded.
MAX_BYTES = 10 * 1024 * 1024
#: Pixels held in memory at once. A larger JPEG is scaled down while it is read, up to the second.
MAX_PIXELS = 16_000_000
MAX_JPEG_PIXELS = 64_000_000
#: A progressive JPEG is worked on whole for each of its scans.
MAX_SCANS = 60
#: Below this nobody can read a paper.
MIN_SIDE = 100
#: A page of A4 at 300 dots an inch.
KEPT_SIDE = 3_508
QUALITY = 82

MAX_PAGES = 20
MAX_OBJECTS = 20_000
MAX_DEPTH = 60
MAX_UNPACKED = 96 * 1024 * 1024

#: Limits of the process: address space, seconds of work, open files.
MEMORY = 768 * 1024 * 1024
SECONDS = 12
OPEN_FILES = 64

_HEIC = frozenset([b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypmsf1", b"ftyphevc"])
PDF, JPEG, PNG, WEBP = "pdf", "jpeg", "png", "webp"
_PILLOW = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}

#: What a page keeps.
_PAGE_KEYS = frozenset(
    ["/Type", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"]
)
#: What is taken out wherever it stands: what acts, leads outside, carries files or tells of people.
_ACTIVE = frozenset(
    [
        "/A", "/AA", "/AF", "/AcroForm", "/Alternates", "/Annots", "/Collection", "/Dests", "/EF",
        "/EmbeddedFiles", "/JavaScript", "/JS", "/LastModified", "/Launch", "/Metadata", "/Names",
        "/OPI", "/OpenAction", "/Outlines", "/PieceInfo", "/RF", "/Ref", "/RichMediaContent",
        "/RichMediaSettings", "/StructParent", "/StructParents", "/Thumb", "/URI", "/XFA",
    ]
)  # fmt: skip
_UNPACKING = frozenset(["/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"])


class Unclean(Exception):
    """The upload is refused; `code` says why."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A harmless copy: `form` is jpeg or pdf; pixels of a photo, or the number of pages."""

    form: str
    content: bytes
    width: int = 0
    height: int = 0
    pages: int = 1


def clean(data: bytes) -> Cleaned:
    """Return a harmless copy of a photo or a PDF. Raises Unclean."""
    if not data:
        raise Unclean("empty")
    if len(data) > MAX_BYTES:
        raise Unclean("too_large")
    form = form_of(data)
    if form is None:
        raise Unclean("not_allowed", looks_like=looks_like(data))
    return _clean_pdf(data) if form == PDF else _clean_photo(data, form)


def form_of(data: bytes) -> str | None:
    """Return which of the allowed forms some bytes begin as, whatever they were called."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return PDF if data.startswith(b"%PDF-") else None


def looks_like(data: bytes) -> str:
    """Return what a file that is refused seems to be, for the sentence about it."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    signs = {
        "heic": data[4:12] in _HEIC,
        "office": data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")),
        "program": data.startswith((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")),
        "svg": b"<svg" in head,
        "web": head.startswith((b"<!doctype", b"<html", b"<script", b"<?xml", b"<body")),
        "picture": data.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*"))
        or data[4:8] == b"ftyp",
    }
    return next((name for name, fits in signs.items() if fits), "other")


# --- photos ---------------------------------------------------------------------------------------


def _clean_photo(data: bytes, form: str) -> Cleaned:
    from PIL import Image, ImageOps  # noqa: PLC0415  (only once the limits of the process are set)

    Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS
    if form == JPEG and data.count(b"\xff\xda") > MAX_SCANS:
        raise Unclean("too_complex")
    try:
        with Image.open(io.BytesIO(data), formats=[_PILLOW[form]]) as photo:
            width, height = photo.size
            scaled = form == JPEG and not photo.info.get("progressive")
            if width * height > (MAX_JPEG_PIXELS if scaled else MAX_PIXELS):
                raise Unclean("too_many_pixels")
            if min(width, height) < MIN_SIDE:
                raise Unclean("too_small")
            if scaled and width * height > MAX_PIXELS:
                photo.draft("RGB", (width // 2, height // 2))
            photo.load()
            upright = ImageOps.exif_transpose(photo)
        upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
        kept = Image.new("RGB", upright.size, "white")
        if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
            upright = upright.convert("RGBA")
            kept.paste(upright, mask=upright.getchannel("A"))
        else:
            kept.paste(upright.convert("RGB"))
    except Unclean:
        raise
    except Image.DecompressionBombError:
        raise Unclean("too_many_pixels") from None
    except MemoryError:
        raise Unclean("too_complex") from None
    except Exception:  # noqa: BLE001  (whatever a decoder throws at bytes like these)
        raise Unclean("damaged") from None
    out = io.BytesIO()
    # A new image: nothing of the old file but its pixels is written.
    kept.save(out, "JPEG", quality=QUALITY, optimize=False)
    return Cleaned(form=JPEG, content=out.getvalue(), width=kept.width, height=kept.height)


# --- PDFs -----------------------------------------------------------------------------------------


def _clean_pdf(data: bytes) -> Cleaned:
    import pikepdf  # noqa: PLC0415  (only once the limits of the process are set)

    try:
        with pikepdf.open(
            io.BytesIO(data), attempt_recovery=False, suppress_warnings=True
        ) as source:
            if source.is_encrypted:
                raise Unclean("encrypted")
            return _new_pdf(pikepdf, source)
    except Unclean:
        raise
    except pikepdf.PasswordError:
        raise Unclean("encrypted") from None
    except (MemoryError, RecursionError):
        raise Unclean("too_complex") from None
    except Exception:  # noqa: BLE001  (whatever a decoder throws at bytes like these)
        raise Unclean("damaged") from None


def _new_pdf(pikepdf: Any, source: Any) -> Cleaned:
    """Write the pages, and nothing else of a PDF, into a new one."""
    pages = len(source.pages)
    if pages == 0:
        raise Unclean("damaged")
    if pages > MAX_PAGES:
        raise Unclean("too_many_pages")
    if len(source.objects) > MAX_OBJECTS:
        raise Unclean("too_complex")
    _bake_forms(source)
    for page in source.pages:
        for key in set(page.obj.keys()) - _PAGE_KEYS - {"/Parent"}:
            del page.obj[key]
    with pikepdf.Pdf.new() as target:
        target.pages.extend(source.pages)
        _scrub_all(pikepdf, target)
        for key in set(target.Root.keys()) - {"/Type", "/Pages"}:
            del target.Root[key]
        out = io.BytesIO()
        target.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            deterministic_id=True,
        )
    return Cleaned(form=PDF, content=out.getvalue(), pages=pages)


def _scrub_all(pikepdf: Any, target: Any) -> None:
    unpacked = 0
    for value in target.objects:
        _scrub(pikepdf, value, depth=0)
        if isinstance(value, pikepdf.Stream):
            unpacked += _check_stream(pikepdf, value)
        if unpacked > MAX_UNPACKED:
            raise Unclean("too_complex")


def _bake_forms(source: Any) -> None:
    """Draw what was filled into a form onto its page, before the form is taken away."""
    root = source.Root
    if "/AcroForm" in root and "/XFA" in root.AcroForm and not root.AcroForm.get("/Fields"):
        # The pages of such a form are drawn by its script; without it there is nothing to read.
        raise Unclean("form")
    if "/AcroForm" in root:
        source.generate_appearance_streams()
        source.flatten_annotations("all")


def _scrub(pikepdf: Any, value: Any, *, depth: int) -> None:
    """Take out of an object, and of what is written inside it, everything that is active."""
    if depth > MAX_DEPTH:
        raise Unclean("too_complex")
    inside: Iterable[Any] = ()
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        for key in list(value.keys()):
            if key in _ACTIVE:
                del value[key]
        inside = [value[key] for key in list(value.keys()) if key != "/Parent"]
    elif isinstance(value, pikepdf.Array):
        inside = list(value)
    for part in inside:
        # What has a number of its own is met on its own.
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            _scrub(pikepdf, part, depth=depth + 1)


def _check_stream(pikepdf: Any, stream: Any) -> int:
    """Refuse what no paper needs in a stream; return how large it is when it is unpacked."""
    if "/F" in stream or "/FFilter" in stream or stream.get("/Subtype") == "/PS":
        raise Unclean("active")
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    if width * height > MAX_JPEG_PIXELS:
        raise Unclean("too_many_pixels")
    filters = stream.get("/Filter", [])
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(f) for f in filters]
    unpacking = [name for name in names if name in _UNPACKING]
    if len(names) > 3 or len(unpacking) > 1:
        raise Unclean("too_complex")
    raw = stream.read_raw_bytes()
    if names == ["/DCTDecode"]:
        # Not EXIF either: a PDF made on a phone carries its photos with their places.
        stream.write(without_notes(raw), filter=pikepdf.Name.DCTDecode)
    if names[:1] in (["/FlateDecode"], ["/Fl"]):
        return _inflated(raw)
    return len(raw) * (200 if unpacking else 1)


def _inflated(raw: bytes) -> int:
    """Return how large deflated bytes become, counted without holding them."""
    inflater, total, rest = zlib.decompressobj(), 0, raw
    while rest and total <= MAX_UNPACKED:
        total += len(inflater.decompress(rest, 1024 * 1024))
        rest = inflater.unconsumed_tail
    return total


def without_notes(jpeg: bytes) -> bytes:
    """Return a JPEG without EXIF, comments and the like; what is no plain JPEG stays as it is."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, place = [b"\xff\xd8"], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xDA:
            return b"".join([*kept, jpeg[place:]])
        end = place + 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
        # APP0 (JFIF) and APP14 (Adobe) say how the colours are meant.
        if not (0xE1 <= marker <= 0xED or marker in {0xEF, 0xFE}):
            kept.append(jpeg[place:end])
        place = end
    return jpeg


# --- the process ----------------------------------------------------------------------------------


def _limit() -> None:
    import resource  # noqa: PLC0415  (not on every system that may import this file)

    for which, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(which, (most, most))


def main() -> int:
    """Read an upload, write a line of JSON and the clean copy. 0: clean, 3: refused."""
    _limit()
    out = sys.stdout.buffer
    try:
        done = clean(sys.stdin.buffer.read(MAX_BYTES + 1))
    except Unclean as refused:
        out.write(json.dumps({"code": refused.code, **refused.data}).encode())
        return 3
    head = {"form": done.form, "width": done.width, "height": done.height, "pages": done.pages}
    out.write(json.dumps(head).encode() + b"\n" + done.content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
