"""Papers of the demonstration: drawn once, so that a load stays quick."""

from __future__ import annotations

import hashlib
import io
from functools import cache

from PIL import Image, ImageDraw

from record import papers
from record.cleaning import clean
from record.operations import Actor
from record.papers import CleanPaper

#: Not a user's: what a load keeps does not use up anybody's papers of a day.
_ACTOR = Actor(name="import")


@cache
def drawn_paper(title: str, seal: str) -> CleanPaper:
    """Return an invented paper: grey lines where a real one has words, and a stamp."""
    picture = Image.new("RGB", (900, 640), "#faf7ee")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((30, 30, 870, 610), outline="#8a8f88", width=3)
    draw.rectangle((320, 70, 580, 100), fill="#4a554f")
    for row in range(6):
        top = 160 + 60 * row
        draw.rectangle((90, top, 200, top + 16), fill="#a9b0aa")
        draw.rectangle((240, top, 420 + 57 * ((row * 5) % 7), top + 16), fill="#6c7671")
    draw.ellipse((620, 400, 800, 580), outline=seal, width=6)
    draw.ellipse((650, 430, 770, 550), outline=seal, width=2)
    raw = io.BytesIO()
    picture.save(raw, "PNG")
    done = clean(raw.getvalue())
    return CleanPaper(
        title=title,
        form=done.form,
        content=done.content,
        sent_sha256=hashlib.sha256(raw.getvalue()).hexdigest(),
        width=done.width,
        height=done.height,
    )


def keep_papers(*titles: str, kind: str, thing: int, subject_id: int) -> None:
    """Keep invented papers with a thing."""
    seals = ("#a32d27", "#23506e", "#7a4a12")
    papers.keep(
        papers=[drawn_paper(title, seal) for title, seal in zip(titles, seals, strict=False)],
        kind=kind,
        thing=thing,
        subject_id=subject_id,
        actor=_ACTOR,
    )
