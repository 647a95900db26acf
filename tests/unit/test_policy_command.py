"""`manage.py check_policy`: what it prints, and when it fails."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import policy
from policy.management.commands.check_policy import Command

INSTALLED = Path(policy.__file__).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the installed policy files that a test may spoil."""
    shutil.copy(INSTALLED / "national.yaml", tmp_path)
    shutil.copytree(INSTALLED / "areas", tmp_path / "areas")
    return tmp_path


class TestCheckPolicy:
    @staticmethod
    def run(*args: str) -> tuple[str, str]:
        out, err = StringIO(), StringIO()
        command = Command(stdout=out, stderr=err, no_color=True)
        try:
            call_command(command, *args)
        except CommandError as error:
            return out.getvalue(), err.getvalue() + str(error)
        return out.getvalue(), err.getvalue()

    def test_sums_up_right_files_in_one_line(self, folder: Path) -> None:
        for args in ([], [str(folder)]):
            out, err = self.run(*args)
            assert out.startswith("The policy files are right: 20 areas in 4 provinces, ")
            assert out.count("\n") == 1
            assert err == ""

    def test_prints_a_line_for_each_problem_and_fails(self, folder: Path) -> None:
        for file, old, new in (
            ("321000.yaml", "cap: 7000", "cap: -7000"),
            ("370600.yaml", "      clause: YT-2.2.1b\n", ""),
        ):
            path = folder / "areas" / file
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        out, err = self.run(str(folder))
        assert out == ""
        assert err.splitlines() == [
            "areas/321000.yaml: stated.outpatient[0].value.active.cap: -7000 is negative",
            "areas/370600.yaml: stated.tariff[0].clause: is missing",
            "2 problems found.",
        ]

    def test_says_where_there_is_no_folder(self, tmp_path: Path) -> None:
        assert self.run(str(tmp_path / "none"))[1] == f"{tmp_path / 'none'} is not a folder."
