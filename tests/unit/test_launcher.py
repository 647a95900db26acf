"""The launcher's parts that need no service."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from launcher import checks, messages, places
from launcher.refusals import LauncherError


def test_a_full_disk_is_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=12_345_678))
    with pytest.raises(LauncherError, match=r"has 12 MB free and 300 MB are needed; make room"):
        places.refuse_full_disk(tmp_path)


def test_two_homes_have_sockets_of_their_own(tmp_path: Path) -> None:
    homes = [places.open_home(tmp_path / name) for name in ("one", "two")]
    try:
        assert homes[0].sockets != homes[1].sockets
        # The longest socket that is put there, with the terminating byte.
        assert len(str(homes[0].server_sockets / ".s.PGSQL.5432.lock")) < 107
        assert homes[0] == places.open_home(tmp_path / "one")
        assert homes[0].server_sockets.stat().st_mode & 0o077 == 0
    finally:
        for home in homes:
            places.remove_home(home)


def test_a_link_in_place_of_the_sockets_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    monkeypatch.setattr(places, "SOCKETS_BASE", base)
    home = places.open_home(tmp_path / "home")
    shutil.rmtree(home.sockets)
    (tmp_path / "elsewhere").mkdir()
    home.sockets.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LauncherError, match="belongs to another user"):
        places.open_home(tmp_path / "home")


MIGRATION = """
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [{needed}]
"""


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"0001_initial": "", "0002_more": '("room", "0001_initial"), ("other", "0009_x")'}, ""),
        (
            {
                "0001_initial": "",
                "0002_one": '("room", "0001_initial")',
                "0002_two": '("room", "0001_initial")',
            },
            "0002_two.py: follows ['0001_initial'], not 0002_one",
        ),
        ({"0001_initial": "", "0002_auto_2026": '("room", "0001_initial")'}, "name it for what"),
    ],
)
def test_migrations_stand_in_one_line(
    names: dict[str, str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "room" / "migrations"
    folder.mkdir(parents=True)
    for name, needed in names.items():
        (folder / f"{name}.py").write_text(MIGRATION.format(needed=needed), encoding="utf-8")
    monkeypatch.setattr(checks, "ROOT", tmp_path)
    faults = checks._linear_migrations()
    assert says in faults
    assert bool(faults) == bool(says)


TEMPLATE = """{% load i18n %}
<p>{% translate "It's a name" %}</p>
  <p>{% blocktranslate count n=n trimmed %}
      one
      seat
    {% plural %}{{ n }} seats{% endblocktranslate %}</p>
{% if a == _("chosen") %}{% translate "May" context "month" as may %}{% endif %}
"""
SOURCE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

NAME = _("a long"
         " text")
ngettext("%(n)d cat", "%(n)d cats", 2)
pgettext("verb", "post")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "claims").mkdir()
    (tmp_path / "claims" / "words.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    return tmp_path


def test_the_texts_of_code_and_templates_are_found(project: Path) -> None:
    found = {(text.message, text.context) for text in messages.texts()}
    assert found == {
        ("a long text", None),
        (("%(n)d cat", "%(n)d cats"), None),
        ("post", "verb"),
        ("It's a name", None),
        (("one seat", "%(n)s seats"), None),
        ("chosen", None),
        ("May", "month"),
    }


def test_a_text_without_a_sure_translation_is_told(project: Path) -> None:
    po = messages.catalogue("zh_Hans")
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "chosen"\nmsgstr "选中"\n\n'
        '#, fuzzy\nmsgid "a long text"\nmsgstr "长"\n\n'
        'msgctxt "verb"\nmsgid "post"\nmsgstr "记账"\n',
        encoding="utf-8",
    )
    missing = "\n".join(messages.untranslated("zh_Hans"))
    assert "a long text" in missing
    assert "seats" in missing
    assert "chosen" not in missing
    assert "post" not in missing
