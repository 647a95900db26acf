"""Papers: what is hostile is refused or made harmless; nobody else reads what is kept."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import unicodedata
from datetime import date, timedelta
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from PIL import Image

from members.models import User
from members.operations import apply_for_residence
from record import cleaning, papers
from record.models import AuditRecord
from record.operations import Actor
from record.paper_forms import PROBLEMS, PapersField, problem_words, read_papers
from record.papers import CleanPaper, Paper, Unclean
from record.vault import UnreadableSecret, unseal
from tests.hostile import MARKS, Upload, located_photo, pdf, photo, uploads
from tests.people import HEFEI, WUHU, done, enrol_one, staff

UPLOADS = list(uploads())
REFUSED = [pytest.param(upload, id=upload.about) for upload in UPLOADS if upload.refused]
HARMLESS = [pytest.param(upload, id=upload.about) for upload in UPLOADS if not upload.refused]
ACTOR = Actor(name="lin")


def paper(name: str = "a.jpg", content: bytes = b"") -> CleanPaper:
    """A paper that was cleaned in this process, which is quicker."""
    sent = content or photo()
    done = cleaning.clean(sent)
    return CleanPaper(
        title=papers.harmless_name(name),
        form=done.form,
        content=done.content,
        sent_sha256=hashlib.sha256(sent).hexdigest(),
        width=done.width,
        height=done.height,
        pages=done.pages,
    )


def test_the_corpus_is_large() -> None:
    assert len(UPLOADS) >= 60


@pytest.mark.parametrize("upload", REFUSED)
def test_a_hostile_upload_is_refused_with_a_sentence(upload: Upload) -> None:
    with pytest.raises(Unclean) as refused:
        cleaning.clean(upload.data)
    assert refused.value.code == upload.refused
    words = problem_words(refused.value)
    assert words.count("。") >= 2 or words.count(".") >= 2, "it says what is wrong and what to do"


@pytest.mark.parametrize("upload", HARMLESS)
def test_of_a_doubtful_upload_only_the_paper_comes_out(upload: Upload) -> None:
    made = cleaning.clean(upload.data)
    assert not [mark for mark in MARKS if mark in made.content]
    assert cleaning.form_of(made.content) == made.form
    if made.form == cleaning.JPEG:
        with Image.open(io.BytesIO(made.content)) as picture:
            picture.load()
            assert not picture.getexif()
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    else:
        with pikepdf.open(io.BytesIO(made.content)) as document:
            assert set(document.Root.keys()) == {"/Type", "/Pages"}
            assert not document.docinfo
            document.pages[0].contents_coalesce()
            assert b"Proof of residence" in document.pages[0].Contents.read_bytes()


@pytest.mark.parametrize("upload", HARMLESS)
def test_a_name_is_shown_without_tricks(upload: Upload) -> None:
    shown = papers.harmless_name(upload.name)
    assert 0 < len(shown) <= 80
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cf"}]
    assert "/" not in shown
    assert "\\" not in shown
    assert not re.search(r"\d{17}", shown)


def test_the_process_refuses_and_cleans_like_the_function() -> None:
    for about in ("a bomb of pixels", "a PDF that unpacks twice", "a PDF with scripts",
                  "a photo with its place", "half a PDF"):  # fmt: skip
        upload = next(u for u in UPLOADS if u.about == about)
        if upload.refused:
            with pytest.raises(Unclean) as refused:
                papers.make_clean(upload.data, name=upload.name)
            assert refused.value.code == upload.refused
        else:
            assert papers.make_clean(upload.data, name="x").content


#: Runs the cleaner as its process does, and tells how much memory it had at most, in kilobytes.
PEAK = """
import importlib.util, re, sys
spec = importlib.util.spec_from_file_location("cleaning", sys.argv[1])
cleaning = importlib.util.module_from_spec(spec)
sys.modules["cleaning"] = cleaning
spec.loader.exec_module(cleaning)
cleaning.main()
print(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1], file=sys.stderr)
"""


@pytest.mark.parametrize(
    "about", ["a bomb of pixels", "a PDF that unpacks", "a PDF that unpacks twice", "a book"]
)
def test_a_bomb_takes_little_memory(about: str) -> None:
    upload = next(u for u in UPLOADS if u.about == about)
    ran = subprocess.run(
        [sys.executable, "-I", "-c", PEAK, cleaning.__file__],
        input=upload.data,
        capture_output=True,
        check=True,
    )
    assert b'"code"' in ran.stdout
    # An interpreter with a decoder has some 25 megabytes by itself.
    assert int(ran.stderr.split()[-1]) < 75_000


def test_what_ends_its_process_is_refused_like_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "_WORKER", "/nowhere.py")
    with pytest.raises(Unclean) as refused:
        papers.make_clean(photo(), name="a.jpg")
    assert refused.value.code == "too_complex"


def test_a_turned_photo_is_kept_upright() -> None:
    made = cleaning.clean(located_photo())
    assert (made.width, made.height) == (480, 640)


def test_a_large_photo_is_scaled_while_it_is_read_and_clear_glass_becomes_white() -> None:
    made = cleaning.clean(photo(size=(8_000, 6_000)))
    assert max(made.width, made.height) <= cleaning.KEPT_SIDE
    glass = cleaning.clean(photo("PNG", mode="RGBA"))
    with Image.open(io.BytesIO(glass.content)) as picture:
        assert picture.getpixel((5, 5)) == pytest.approx((227, 217, 172), abs=4)


def test_what_was_filled_into_a_form_stays_on_its_page() -> None:
    upload = next(u for u in UPLOADS if u.about == "a PDF with a form")
    with pikepdf.open(io.BytesIO(cleaning.clean(upload.data).content)) as document:
        drawn = b"".join(
            stream.read_bytes() for stream in document.objects if isinstance(stream, pikepdf.Stream)
        )
    assert b"Zhang" in drawn


def test_every_problem_has_its_words() -> None:
    codes = {upload.refused for upload in UPLOADS} - {"", "not_allowed"}
    assert codes <= set(PROBLEMS)


# --- coming in ------------------------------------------------------------------------------------


def test_a_field_takes_several_files_and_names_each_that_it_refuses() -> None:
    good = SimpleUploadedFile("good.jpg", photo())
    bad = SimpleUploadedFile("bad\u202e.jpg", b"<html>")
    kept, wrong = read_papers([good, bad])
    assert [p.title for p in kept] == ["good.jpg"]
    assert [error.code for error in wrong] == ["not_allowed"]
    assert "bad .jpg" in str(wrong[0].message)
    assert read_papers([good] * 7)[1][0].code == "too_many"
    assert "10 MB" in str(PapersField().help_text)


def test_a_file_over_the_limit_is_not_kept_and_its_size_is_known(
    settings: Any,
) -> None:
    settings.UPLOAD_KEPT_BYTES = 100_000
    big = SimpleUploadedFile("big.jpg", b"x" * 300_000)
    small = SimpleUploadedFile("small.jpg", photo())
    request = RequestFactory().post("/", {"papers": [big, small]})
    first, second = request.FILES.getlist("papers")
    assert (first.size, first.read()) == (300_000, b"")
    assert second.read() == photo()
    assert read_papers([first])[1][0].code == "too_large"


def test_a_request_that_is_far_too_large_is_not_read(settings: Any) -> None:
    settings.UPLOAD_REFUSED_BYTES = 1_000
    request = RequestFactory().post("/", {"papers": SimpleUploadedFile("a.jpg", photo())})
    with pytest.raises(RequestDataTooBig):
        _ = request.FILES


# --- kept -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_paper_is_kept_encrypted_once_and_opens_for_itself_alone() -> None:
    lin = enrol_one("林志远")
    papers.keep(
        papers=[paper(), paper(), paper("b.pdf", pdf())],
        kind="test", thing=7, subject_id=lin.pk, actor=ACTOR,
    )  # fmt: skip
    first, second = Paper.objects.filter(kind="test", thing="7")
    assert b"JFIF" not in bytes(first.sealed)
    assert b"JFIF" in papers.attachment(first).content
    assert (first.form, second.form, second.pages) == ("jpeg", "pdf", 1)
    assert hashlib.sha256(papers.attachment(second).content).hexdigest() == second.sha256
    with pytest.raises(UnreadableSecret):
        unseal(first.sealed, about=b"paper:" + second.key.bytes)
    kept = AuditRecord.objects.filter(verb="papers.keep", subject=lin)
    assert kept.get().data == {"papers": [str(first.key), str(second.key)]}
    # The same file again, and then it is too many.
    assert not papers.keep(papers=[paper()], kind="test", thing=7, subject_id=lin.pk, actor=ACTOR)


@pytest.mark.django_db
def test_no_browser_runs_a_paper() -> None:
    (kept,) = papers.keep(
        papers=[paper('"><script>.jpg')], kind="test", thing=1, subject_id=None, actor=ACTOR
    )
    kept.refresh_from_db()
    for answer in (papers.attachment(kept), papers.preview(kept)):
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
    assert re.fullmatch(
        r'attachment; filename="paper-[0-9a-f]{12}\.jpg"',
        papers.attachment(kept)["Content-Disposition"],
    )


@pytest.mark.django_db
def test_a_paper_that_was_handed_in_stays_and_a_draft_may_go() -> None:
    lin = enrol_one("林志远")
    papers.keep_draft(papers=[paper()], draft="lin", subject_id=lin.pk, actor=ACTOR)
    second = paper("b.pdf", pdf())
    papers.keep_draft(papers=[second], draft="lin", subject_id=lin.pk, actor=ACTOR)
    assert papers.drop_draft(draft="lin", key=papers.drafts("lin")[0].key) == 1
    handed = papers.hand_in(draft="lin", kind="test", thing=3, subject_id=lin.pk, actor=ACTOR)
    assert [p.title for p in handed] == ["b.pdf"]
    assert not papers.drafts("lin").exists()
    for harm in (
        lambda: Paper.objects.filter(pk=handed[0].pk).delete(),
        lambda: Paper.objects.filter(pk=handed[0].pk).update(thing="4"),
        lambda: Paper.objects.filter(pk=handed[0].pk).update(title="x"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            harm()
    assert papers.attachment(Paper.objects.get(pk=handed[0].pk)).content.startswith(b"%PDF-")


@pytest.mark.django_db
def test_drafts_that_nobody_handed_in_go_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    papers.keep_draft(papers=[paper()], draft="old", subject_id=None, actor=ACTOR)
    assert papers.drafts("old").exists()
    monkeypatch.setattr(papers, "DRAFTS_KEPT", timedelta(days=-1))
    papers.keep_draft(papers=[paper()], draft="new", subject_id=None, actor=ACTOR)
    assert list(Paper.objects.values_list("thing", flat=True)) == ["new"]


@pytest.mark.django_db
def test_a_user_and_a_thing_have_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_FOR_A_THING", 1)
    two = [paper(), paper("b.pdf", pdf())]
    with pytest.raises(papers.TooMany):
        papers.keep(papers=two, kind="test", thing=1, subject_id=None, actor=ACTOR)
    monkeypatch.setattr(papers, "MOST_A_DAY", 1)
    user = User.objects.create_user("lin")
    by_lin = Actor(name="lin", user_id=user.pk)
    papers.keep(papers=two[:1], kind="test", thing=1, subject_id=None, actor=by_lin)
    with pytest.raises(papers.TooMany):
        papers.keep(papers=two[1:], kind="test", thing=2, subject_id=None, actor=by_lin)


# --- handed out -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_staff_of_the_area_look_and_leave_a_trace_and_others_find_nothing() -> None:
    mei = enrol_one("梅晓云", area=HEFEI)
    applied = done(
        apply_for_residence(
            person_id=mei.pk, area=WUHU, kind="long_term", day=date(2026, 3, 2), actor=ACTOR
        )
    )
    photo_paper, pdf_paper = papers.keep(
        papers=[paper(), paper("b.pdf", pdf())],
        kind="registration", thing=applied.pk, subject_id=mei.pk, actor=ACTOR,
    )  # fmt: skip
    client = Client()
    client.force_login(staff("zhou", "case_officer", HEFEI))
    look = reverse("members:desk_paper_look", args=[photo_paper.key])
    assert client.get(look)["Content-Type"] == "image/jpeg"
    fetch = reverse("members:desk_paper", args=[pdf_paper.key])
    assert client.get(fetch)["Content-Disposition"].startswith("attachment")
    assert client.get(reverse("members:desk_paper_look", args=[pdf_paper.key])).status_code == 404
    looks = AuditRecord.objects.filter(subject=mei, actor_name="zhou").order_by("pk")
    assert list(looks.values_list("verb", "purpose")) == [
        ("papers.look", f"registration:{applied.pk}"),
        ("papers.fetch", f"registration:{applied.pk}"),
    ]
    client.force_login(staff("sun", "case_officer", WUHU))
    assert client.get(look).status_code == client.get(fetch).status_code == 404
    client.force_login(staff("qian", "finance_clerk", HEFEI))
    assert client.get(look).status_code == 404


@pytest.mark.django_db
def test_a_paper_of_an_unknown_kind_or_of_a_draft_is_for_no_staff() -> None:
    lin = enrol_one("林志远")
    (kept,) = papers.keep_draft(papers=[paper()], draft="x", subject_id=lin.pk, actor=ACTOR)
    client = Client()
    client.force_login(staff("zhou", "case_officer", "34"))
    assert client.get(reverse("members:desk_paper", args=[kept.key])).status_code == 404
