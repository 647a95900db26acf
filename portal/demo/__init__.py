"""The demonstration province: invented people, made by the operations that real data goes through.

`load` fills an empty database; `sign_ins` says how to look at it. docs/demo.md tells what is there.
"""

from __future__ import annotations

from .institutions import HOSPITAL, MACHINE_KEY, open_machine
from .loading import AlreadyLoaded, load
from .staff import SignIn, sign_ins
from .world import DemoError

__all__ = [
    "HOSPITAL",
    "MACHINE_KEY",
    "AlreadyLoaded",
    "DemoError",
    "SignIn",
    "load",
    "open_machine",
    "sign_ins",
]
