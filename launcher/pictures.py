"""`./run pictures`: the pictures of docs/pictures, taken of the demonstration province.

A demonstration that runs is used, else one is started for the time. Needs Chromium and the
development packages (Playwright, Pillow), as the journeys do.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from launcher.places import ROOT, configured_home, open_home
from launcher.refusals import LauncherError

FOLDER = ROOT / "docs" / "pictures"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PASSWORD = "demo-province-2022"  # noqa: S105 - printed by ./run demo, protects nothing
SECRET = "MUTUALAIDDEMOPROVINCE222"  # noqa: S105 - printed too
PORT = 8765
SECONDS_TO_START = 240
#: A page is shown from its top; what lies lower is left out.
TALLEST = {390: 1700, 1280: 1500}
#: Sharp on a phone's picture, plain on the wider one; together they stay small in a repository.
SCALE = {390: 1.5, 1280: 1}
QUALITY = 76

LOOKS: dict[str, dict[str, str]] = {
    "": {"theme": "light"},
    "-dark": {"theme": "dark"},
    "-large": {"theme": "light", "view": "elder"},
}


@dataclass(frozen=True)
class Shot:
    """A page to take: its name, address, who opens it; `follow`: click on this first."""

    name: str
    path: str
    who: str = ""
    follow: str = ""
    looks: tuple[str, ...] = ("",)
    widths: tuple[int, ...] = (390, 1280)


EVERY_LOOK = tuple(LOOKS)
CALCULATED = "/calculator/?area=340100&who=retired&bill=862.40&account=210&deductible=120"
SHOTS = (
    Shot("start", "/", looks=EVERY_LOOK),
    Shot("calculator", CALCULATED, looks=EVERY_LOOK),
    Shot("rules", "/rules/?area=340100&other=321000"),
    Shot("find", "/institutions/?area=340100"),
    Shot("help", "/help/", widths=(390,)),
    Shot("home", "/home/", who="lin", looks=EVERY_LOOK),
    Shot("account", "/account/", who="lin"),
    Shot("family", "/family/", who="lin", looks=EVERY_LOOK),
    Shot("residence", "/residence/", who="lin", widths=(390,)),
    Shot("premiums", "/premiums/", who="lin", widths=(390,)),
    Shot("payment-code", "/code/", who="lin", widths=(390,)),
    Shot("me", "/me/", who="lin", widths=(390,)),
    Shot("settlement", "/care/", who="he", follow='main a[href*="/care/"]', looks=EVERY_LOOK),
    Shot("desk-today", "/desk/", who="ding", widths=(1280,)),
    Shot("desk-runs", "/desk/runs/", who="ding", widths=(1280,)),
)


def run(arguments: list[str]) -> int:
    """Take all pictures, or those whose names are given; returns the exit code."""
    known = {shot.name for shot in SHOTS}
    unknown = [name for name in arguments if name not in known]
    if unknown:
        raise LauncherError(
            f"./run pictures knows no {', '.join(unknown)}; it takes {', '.join(sorted(known))}."
        )
    if not CHROMIUM.exists():
        raise LauncherError(f"There is no {CHROMIUM}; install the package chromium.")
    wanted = [shot for shot in SHOTS if not arguments or shot.name in arguments]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _demonstration() as address:
        written = _take(wanted, address)
    if not arguments:
        for stale in set(FOLDER.iterdir()) - set(written):
            stale.unlink()
    size = sum(path.stat().st_size for path in written)
    print(f"{len(written)} pictures, {size // 1024} KB, in {FOLDER.relative_to(ROOT)}")
    return 0


@contextmanager
def _demonstration() -> Iterator[str]:
    """Yield the address of a demonstration; one that was started here is stopped again."""
    announced = open_home(configured_home()).path / "demo.json"
    given = os.environ.get("PICTURES_OF", "")
    for address in (given, _address_in(announced)):
        if address and _answers(address):
            yield address
            return
    environment = dict(os.environ, PORT=str(PORT))
    with subprocess.Popen(
        [sys.executable, str(ROOT / "launcher"), "demo"],
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as demo:
        address = f"http://localhost:{PORT}"
        try:
            limit = time.monotonic() + SECONDS_TO_START
            while not _answers(address):
                if demo.poll() is not None or time.monotonic() > limit:
                    raise LauncherError("The demonstration did not start; try ./run demo alone.")
                time.sleep(0.5)
            yield address
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=30)


def _address_in(announcement: Path) -> str:
    try:
        return str(json.loads(announcement.read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError):
        return ""


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def _take(shots: list[Shot], address: str) -> list[Path]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a development package

    written: list[Path] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        for who in dict.fromkeys(shot.who for shot in shots):
            for width in TALLEST:
                mine = [shot for shot in shots if shot.who == who and width in shot.widths]
                if not mine:
                    continue  # a one-time code is good for one sign-in
                context = browser.new_context(
                    base_url=address,
                    locale="zh-CN",
                    timezone_id="Asia/Shanghai",
                    viewport={"width": width, "height": 844},
                    device_scale_factor=SCALE[width],
                    reduced_motion="reduce",
                )
                page = context.new_page()
                if who:
                    _sign_in(page, who)
                for shot in mine:
                    written += _looks_of(shot, page, width=width, address=address)
                context.close()
        browser.close()
    return written


def _sign_in(page: Any, who: str) -> None:
    page.goto("/login/login/")
    page.fill("[name=login]", who)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.locator("main form .btn-primary").first.click()
    if page.locator("[name=code]").count():
        # Staff give a second factor, as an app on their phone would show it.
        page.fill("[name=code]", _one_time_code(SECRET, at=time.time()))
        with page.expect_navigation():
            page.locator("main form .btn-primary").first.click()


def _one_time_code(secret: str, *, at: float) -> str:
    """Return the six digits of an authenticator (RFC 6238) at a time in seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int(at // 30).to_bytes(8, "big")
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def _looks_of(shot: Shot, page: Any, *, width: int, address: str) -> list[Path]:
    written = []
    for look in shot.looks:
        page.context.clear_cookies(name="theme")
        page.context.clear_cookies(name="view")
        page.context.add_cookies(
            [{"name": name, "value": value, "url": address} for name, value in LOOKS[look].items()]
        )
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(shot.path)
        if shot.follow:
            page.locator(shot.follow).first.click()
            page.wait_for_load_state()
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(height, TALLEST[width])})
        target = FOLDER / f"{shot.name}-{width}{look}.webp"
        target.write_bytes(_small(page.screenshot()))
        print(target.relative_to(ROOT))
        written.append(target)
    return written


def _small(png: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415 - only needed here

    kept = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").save(kept, "WEBP", quality=QUALITY, method=6)
    return kept.getvalue()
