"""Compile the translations, with Babel: a machine without gettext can start the portal."""

from __future__ import annotations

from launcher.places import ROOT


def compile_all() -> None:
    """Write each .mo file that is missing or older than its .po."""
    for source in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Loaded by need: at most starts there is nothing to do.
        from babel.messages.mofile import write_mo  # noqa: PLC0415
        from babel.messages.pofile import read_po  # noqa: PLC0415

        with source.open("rb") as file:
            catalog = read_po(file)
        draft = target.with_suffix(".new")
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.rename(target)  # A server that reads it now gets the old or the new, never a half.


if __name__ == "__main__":
    compile_all()
