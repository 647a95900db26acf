"""Run scenario files through the real operations, in a scratch database."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from claims.scenarios.reading import Scenario, ScenarioError, files_in, read_file
from claims.scenarios.runner import Report
from claims.scenarios.scratch import run_all


class Command(BaseCommand):
    help = "Run scenarios: a line for each, the differences under it; exit status 1 if any fails."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a YAML file or a folder")
        parser.add_argument("--json", action="store_true", help="print what happened, as JSON")

    def handle(self, *args: Any, paths: list[str], json: bool, **options: Any) -> None:
        self.as_json = json
        self.broken = False
        scenarios = self._read(paths)
        reports = self._run(scenarios) if scenarios else []
        if self.as_json:
            self._print_json(reports)
        else:
            failed = sum(not report.passed for report in reports)
            self.stdout.write(f"{len(reports) - failed} passed, {failed} failed")
        if self.broken or not all(report.passed for report in reports):
            sys.exit(1)

    def _read(self, paths: list[str]) -> list[Scenario]:
        scenarios = []
        try:
            files = files_in(paths)
        except ScenarioError as error:
            self._complain(error)
            return []
        for file in files:
            try:
                scenarios += read_file(file)
            except ScenarioError as error:
                self._complain(error)
        return scenarios

    def _run(self, scenarios: list[Scenario]) -> list[Report]:
        reports = []
        for result in run_all(scenarios):
            if isinstance(result, ScenarioError):
                self._complain(result)
                continue
            reports.append(result)
            if not self.as_json:
                self.stdout.write(f"{'ok    ' if result.passed else 'FAILED'} {result.name}")
                for failure in result.failures:
                    self.stdout.write(f"       {failure}")
        return reports

    def _complain(self, error: ScenarioError) -> None:
        self.broken = True
        self.stderr.write(str(error))

    def _print_json(self, reports: list[Report]) -> None:
        rows = [report.as_json() for report in reports]
        self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1))
