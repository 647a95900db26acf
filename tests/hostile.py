"""Hostile and broken uploads, each made here: what `record.papers` refuses or makes harmless."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, PngImagePlugin

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = b"<script>alert(document.domain)</script>"
#: What no clean copy may hold, whatever came in.
MARKS = (
    b"<script",
    b"EICAR",
    b"/JavaScript",
    b"/JS",
    b"/Launch",
    b"/EmbeddedFile",
    b"/URI",
    b"/AA",
    b"/OpenAction",
    b"/XFA",
    b"/AcroForm",
    b"/Annots",
    b"Exif",
    b"SECRETPLACE",
    b"PK\x03\x04",
    b"<?php",
    b"/SubmitForm",
    b"/RichMedia",
    b"GIF8",
    b"/Author",
    b"xmpmeta",
)


@dataclass(frozen=True)
class Upload:
    """One upload: what it is, its name, its bytes, and the code of its refusal ("" = harmless)."""

    about: str
    name: str
    data: bytes
    refused: str = ""


def photo(form: str = "JPEG", size: tuple[int, int] = (640, 480), **kwargs: Any) -> bytes:
    """Return an honest picture."""
    out = io.BytesIO()
    mode = kwargs.pop("mode", "RGB")
    picture = Image.new(mode, size, (200, 180, 90, 128)[: len(mode)])
    picture.save(out, form, **kwargs)
    return out.getvalue()


def located_photo() -> bytes:
    """A photo as a phone takes it: turned, with place, camera and a comment."""
    picture = Image.new("RGB", (640, 480), "white")
    picture.paste("black", (0, 0, 320, 240))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "SECRETPLACE camera"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (31.0, 49.0, 12.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"SECRETPLACE", quality=90)
    return out.getvalue()


def pdf(pages: int = 1, change: Any = None, **kwargs: Any) -> bytes:
    """Return a PDF with a line of text on each page, changed by `change(pdf)`."""
    made = pikepdf.Pdf.new()
    for number in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(
            Font=Dictionary(
                F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
        text = f"BT /F1 24 Tf 72 720 Td (Proof of residence {number}) Tj ET"
        page.obj.Contents = made.make_stream(text.encode())
    if change:
        change(made)
    out = io.BytesIO()
    # As it was made: saving would unpack what a test has packed twice.
    made.save(out, **(kwargs or {"stream_decode_level": pikepdf.StreamDecodeLevel.none}))
    return out.getvalue()


def bomb_png(width: int, height: int, packed: int = 10_000) -> bytes:
    """A PNG that says how large it is and holds next to nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * packed * 100, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def noted_png() -> bytes:
    """A PNG whose text unpacks to far more than it says."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "A" * 3_000_000, zip=True)
    return photo("PNG", pnginfo=notes)


def office(*names: str, bomb: int = 0) -> bytes:
    """A zip with the parts of an office document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, b"\0" * bomb if bomb else b"<x/>")
    return out.getvalue()


def xlsx() -> bytes:
    """An honest workbook with a formula that would run a program."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "=cmd|'/c calc'!A1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _script(made: Any) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    made.Root.Names = Dictionary(
        JavaScript=Dictionary(
            Names=Array([String("x"), Dictionary(S=Name.JavaScript, JS=String("app.alert(2)"))])
        )
    )
    made.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("app.alert(3)")))


def _launch(made: Any) -> None:
    made.Root.OpenAction = Dictionary(S=Name.Launch, F=String("cmd.exe"))


def _attachment(made: Any) -> None:
    made.attachments["eicar.com"] = pikepdf.AttachedFileSpec(made, EICAR, filename="eicar.com")


def _link(made: Any) -> None:
    action = Dictionary(S=Name.URI, URI=String("https://evil.example/"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 600, 800]), A=action)
    made.pages[0].obj.Annots = made.make_indirect(Array([made.make_indirect(link)]))


def _form(made: Any) -> None:
    look = made.make_stream(b"BT /F1 12 Tf (Zhang) Tj ET")
    look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 100, 20])
    field = made.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T=String("name"),
            V=String("Zhang"),
            Rect=Array([10, 10, 110, 30]),
            AP=Dictionary(N=look),
            F=4,
            AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=String("app.alert(4)"))),
        )
    )
    made.pages[0].obj.Annots = Array([field])
    made.Root.AcroForm = Dictionary(
        Fields=Array([field]),
        DA=String("/F1 12 Tf"),
        DR=made.pages[0].obj.Resources,
    )


def _xfa(made: Any) -> None:
    made.Root.AcroForm = Dictionary(XFA=made.make_stream(b"<xdp:xdp><script>x</script></xdp:xdp>"))


def _outside(made: Any) -> None:
    stream = made.make_stream(b"")
    stream.F = String("file:///etc/passwd")
    made.pages[0].obj.Contents = stream


def _postscript(made: Any) -> None:
    program = Stream(made, b"systemdict /run get")
    program.Type, program.Subtype = Name.XObject, Name.PS
    made.pages[0].obj.Resources.XObject = Dictionary(X=program)


def _media(made: Any) -> None:
    media = Dictionary(
        Type=Name.Annot,
        Subtype=Name.RichMedia,
        Rect=Array([0, 0, 9, 9]),
        RichMediaContent=Dictionary(Assets=Dictionary()),
    )
    made.pages[0].obj.Annots = Array([made.make_indirect(media)])


def _unpacking(made: Any) -> None:
    made.pages[0].obj.Contents = Stream(
        made, zlib.compress(b"0 0 m " * 17_000_000, 9), Filter=Name.FlateDecode
    )


def packed_twice() -> bytes:
    """A PDF whose page is packed twice, written by hand as no library would write it."""
    stream = zlib.compress(zlib.compress(b"\0" * 20_000_000, 9), 9)
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream"
        % (len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (table, len(out))
    )


def _picture(width: int, height: int, data: bytes) -> Any:
    def change(made: Any) -> None:
        image = Stream(
            made,
            data,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=width,
            Height=height,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
        made.pages[0].obj.Resources.XObject = Dictionary(I=image)

    return change


def _told(made: Any) -> None:
    made.docinfo["/Author"] = "SECRETPLACE"
    with made.open_metadata() as notes:
        notes["dc:creator"] = ["SECRETPLACE"]


def _nested(made: Any) -> None:
    inner: Any = pikepdf.Object.parse(b"[" * 120 + b"]" * 120)
    made.pages[0].obj.Resources.Deep = inner


def uploads() -> Iterator[Upload]:
    """Yield every upload."""
    jpeg, png, webp, document = photo(), photo("PNG"), photo("WEBP"), pdf()
    yield Upload("nothing at all", "a.jpg", b"", "empty")
    yield Upload("the virus that all scanners know", "eicar.jpg", EICAR, "not_allowed")
    yield Upload("a web page named as a photo", "id.jpg", b"<html>" + SCRIPT, "not_allowed")
    yield Upload(
        "a web page with a mark of order",
        "id.png",
        b"\xef\xbb\xbf<!DOCTYPE html>" + SCRIPT,
        "not_allowed",
    )
    yield Upload("a script", "a.pdf", b"alert(1)//" + b"x" * 500, "not_allowed")
    yield Upload(
        "a drawing with a script",
        "a.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>",
        "not_allowed",
    )
    yield Upload(
        "a drawing that reads files",
        "a.png",
        b"<?xml version='1.0'?><!DOCTYPE svg ["
        b"<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
        "not_allowed",
    )
    yield Upload(
        "a billion laughs",
        "a.xml",
        b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'>"
        b"<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]><l>&b;</l>",
        "not_allowed",
    )
    yield Upload(
        "a picture that is a script too",
        "a.gif",
        b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1);",
        "not_allowed",
    )
    yield Upload("a program for Windows", "photo.jpg.exe", b"MZ" + b"\0" * 200, "not_allowed")
    yield Upload("a program for Linux", "photo.jpg", b"\x7fELF" + b"\0" * 200, "not_allowed")
    yield Upload("a shell script", "photo.jpg", b"#!/bin/sh\nrm -rf /\n", "not_allowed")
    yield Upload("a zip", "a.zip", office("a.txt"), "not_allowed")
    yield Upload("a zip bomb", "a.zip", office("a.txt", bomb=5_000_000), "not_allowed")
    yield Upload("a letter with macros", "a.docm", office("word/vbaProject.bin"), "not_allowed")
    yield Upload("a workbook with macros", "a.xlsm", office("xl/vbaProject.bin"), "not_allowed")
    yield Upload(
        "an old letter", "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_allowed"
    )
    yield Upload("a workbook with a formula", "a.xlsx", xlsx(), "not_allowed")
    yield Upload(
        "a workbook that is a bomb",
        "a.xlsx",
        office("xl/sharedStrings.xml", bomb=5_000_000),
        "not_allowed",
    )
    yield Upload("a picture of a kind that is not taken", "a.bmp", photo("BMP"), "not_allowed")
    yield Upload("a moving picture", "a.gif", photo("GIF"), "not_allowed")
    yield Upload(
        "what an iPhone may send", "a.heic", b"\0\0\0\x18ftypheic" + b"\0" * 99, "not_allowed"
    )
    yield Upload("a PDF behind a web page", "a.pdf", SCRIPT + document, "not_allowed")
    yield Upload("larger than the limit", "a.jpg", jpeg + b"\0" * (10 * 1024 * 1024), "too_large")
    yield Upload("a bomb of pixels", "a.png", bomb_png(30_000, 30_000), "too_many_pixels")
    yield Upload(
        "more pixels than there are", "a.png", bomb_png(2**31 - 1, 2**31 - 1), "too_many_pixels"
    )
    yield Upload("a row of pixels", "a.png", bomb_png(16_000_000, 1), "too_small")
    yield Upload("a speck", "a.png", photo("PNG", size=(1, 1)), "too_small")
    yield Upload("half a photo", "a.jpg", jpeg[: len(jpeg) // 2], "damaged")
    yield Upload("half a picture", "a.png", png[: len(png) // 2], "damaged")
    yield Upload("half a newer picture", "a.webp", webp[: len(webp) // 2], "damaged")
    yield Upload("the head of a photo alone", "a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 400, "damaged")
    yield Upload(
        "a photo of scans without end", "a.jpg", jpeg[:-2] + b"\xff\xda\0\x02" * 90, "too_complex"
    )
    yield Upload("text that unpacks", "a.png", noted_png(), "damaged")
    yield Upload("half a PDF", "a.pdf", document[: len(document) // 2], "damaged")
    yield Upload("the head of a PDF alone", "a.pdf", b"%PDF-1.7\n" + SCRIPT, "damaged")
    yield Upload(
        "a locked PDF",
        "a.pdf",
        pdf(encryption=pikepdf.Encryption(owner="o", user="u")),
        "encrypted",
    )
    yield Upload(
        "a PDF locked for its owner",
        "a.pdf",
        pdf(encryption=pikepdf.Encryption(owner="o", user="")),
        "encrypted",
    )
    yield Upload("a book", "a.pdf", pdf(pages=40), "too_many_pages")
    yield Upload("a PDF without pages", "a.pdf", pdf(pages=0), "damaged")
    yield Upload("a form of scripts", "a.pdf", pdf(change=_xfa), "form")
    yield Upload("a PDF that reads files", "a.pdf", pdf(change=_outside), "active")
    yield Upload("a PDF with another program", "a.pdf", pdf(change=_postscript), "active")
    yield Upload("a PDF that unpacks", "a.pdf", pdf(change=_unpacking), "too_complex")
    yield Upload("a PDF that unpacks twice", "a.pdf", packed_twice(), "too_complex")
    yield Upload(
        "a PDF with a bomb of pixels",
        "a.pdf",
        pdf(change=_picture(60_000, 60_000, jpeg)),
        "too_many_pixels",
    )
    yield Upload("a PDF that is nested", "a.pdf", pdf(change=_nested), "too_complex")
    # What has a paper in it: it comes out, and nothing else.
    yield Upload("a photo with its place", "IMG.jpg", located_photo())
    yield Upload("a photo with a script behind it", "a.jpg", jpeg + SCRIPT)
    yield Upload("a photo with a zip behind it", "a.jpg", jpeg + office("a.txt"))
    yield Upload("a picture with the virus behind it", "a.png", png + EICAR)
    yield Upload(
        "a photo with a program in its comment",
        "a.php.jpg",
        photo(comment=b"<?php system($_GET[0]); ?>"),
    )
    yield Upload("a photo named as a PDF", "a.pdf", jpeg)
    yield Upload("a PDF with scripts", "a.pdf", pdf(change=_script))
    yield Upload("a PDF that starts a program", "a.pdf", pdf(change=_launch))
    yield Upload("a PDF with the virus inside", "a.pdf", pdf(change=_attachment))
    yield Upload("a PDF with a link over its page", "a.pdf", pdf(change=_link))
    yield Upload("a PDF with a form", "a.pdf", pdf(change=_form))
    yield Upload("a PDF with media", "a.pdf", pdf(change=_media))
    yield Upload("a PDF with a web page behind it", "a.pdf", document + b"\n<html>" + SCRIPT)
    yield Upload("a PDF that tells of its author", "a.pdf", pdf(change=_told))
    yield Upload(
        "a PDF with a located photo", "a.pdf", pdf(change=_picture(640, 480, located_photo()))
    )
    yield Upload("a path in the name", "../../etc/cron.d/x.jpg", jpeg)
    yield Upload("a path of Windows in the name", "C:\\windows\\a.jpg", jpeg)
    yield Upload("letters turned round in the name", "photo\u202egpj.exe", jpeg)
    yield Upload("hidden letters in the name", "a\x00b\r\nSet-Cookie: x=1\x1b[31m\u200b.jpg", jpeg)
    yield Upload("a script in the name", '"><img src=x onerror=alert(1)>.jpg', jpeg)
    yield Upload("a name without end", "a" * 5_000 + ".jpg", jpeg)
    yield Upload("an ID number in the name", "340123199001011234.jpg", jpeg)
