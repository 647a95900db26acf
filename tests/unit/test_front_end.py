"""What is sent to a browser: no part of Bootstrap that is gone is asked for, and little weight."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: What a page may weigh on first sight, with its pictures and its HTML (the issue asks for 150 KB).
STYLES = ("vendor/bootstrap.min.css", "theme.css", "components.css", "money.css", "dark.css",
          "elder.css", "print.css")  # fmt: skip


def test_no_template_asks_for_a_class_of_bootstrap_that_is_left_out() -> None:
    left_out = set((STATIC / "vendor" / "bootstrap-left-out.txt").read_text().split())
    own = {
        name
        for path in STATIC.glob("*.css")
        for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", path.read_text())
    }
    asked = {
        (name, path.name)
        for path in TEMPLATES
        if "admin" not in path.parts
        for classes in re.findall(r'\bclass="([^"]*)"', path.read_text())
        for name in re.sub(r"{[%{].*?[%}]}", " ", classes).split()
    }
    assert not {(name, where) for name, where in asked if name in left_out - own}


def test_all_styles_together_are_light_even_where_nothing_compresses_them() -> None:
    sizes = {name: len((STATIC / name).read_bytes()) for name in STYLES}
    assert sum(sizes.values()) < 110_000, sizes
    packed = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in STYLES)
    assert packed < 32_000
