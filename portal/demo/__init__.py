"""The demonstration province: invented people, made by the operations that real data goes through.

`load` fills an empty database; `sign_ins` says how to look at it. docs/demo.md tells what is there.
"""

from __future__ import annotations

from .institutions import HOSPITAL
from .loading import AlreadyLoaded, load
from .staff import SignIn, sign_ins
from .world import DemoError

__all__ = ["HOSPITAL", "AlreadyLoaded", "DemoError", "SignIn", "load", "sign_ins"]
