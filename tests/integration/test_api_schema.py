"""schemathesis against a real server, signed in: what the description says is what it does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from tests.machines import ask_for_token, signed_in
from tests.people import YANGZHOU, enrol_one, give_money, hospital
from tests.served import HOST, running_server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

#: What is checked. Not that every body of the right shape is accepted: no patient token is made up.
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,negative_data_rejection,"
    "ignored_auth,unsupported_method"
)


def test_schemathesis_finds_nothing(tmp_path: Path) -> None:
    today = timezone.localdate()
    lin = enrol_one("林志远", area=YANGZHOU)
    give_money({lin: "300.00"}, month=today.replace(day=1), day=today)
    his = signed_in(hospital(YANGZHOU))
    assert his.settle(lin, "10.00").status_code == 201
    examples = os.environ.get("SCHEMATHESIS_EXAMPLES", "60")
    with running_server(tmp_path / "server.log") as port:
        token = ask_for_token(his.key).json()["access_token"]
        done = subprocess.run(
            [
                *(str(Path(sys.executable).parent / "schemathesis"), "run"),
                f"http://{HOST}:{port}/api/v1/openapi.json",
                *("--url", f"http://{HOST}:{port}"),
                *("--header", f"Authorization: Bearer {token}"),
                *("--checks", CHECKS, "--max-examples", examples, "--seed", "1"),
                *("--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"),
                "--no-color",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=1500,
        )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
