"""The oracle: a story's state, and one method for each verb of the scenario format.

`Model.do(day, verb, body)` gives the outcome in the form of a scenario's `expect`, with every key,
or `{"error": code}` with nothing changed.
"""

from datetime import date

from tests.oracle.days import money
from tests.oracle.state import Body, Outcome, RefusalError, ScenarioError
from tests.oracle.verbs_accounts import AccountVerbs
from tests.oracle.verbs_claims import ClaimVerbs
from tests.oracle.verbs_families import FamilyVerbs
from tests.oracle.verbs_members import MemberVerbs

__all__ = ["VERBS", "Model", "RefusalError", "ScenarioError"]

VERBS = (
    "contribute",
    "credit",
    "close_year",
    "payout",
    "move",
    "bind",
    "unbind",
    "register_residence",
    "end_residence",
    "stay",
    "claim",
    "reverse",
    "refund",
    "premium",
)


class Model(MemberVerbs, AccountVerbs, FamilyVerbs, ClaimVerbs):
    def do(self, day: date, verb: str, body: Body) -> Outcome:
        if verb not in VERBS:
            raise ScenarioError(f"unknown verb {verb!r}")
        try:
            outcome: Outcome = getattr(self, f"verb_{verb}")(day, body)
        except RefusalError as refusal:
            return {"error": refusal.code}
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise ScenarioError(f"{verb}: {error!r}") from error
        return outcome

    def balances(self, day: date) -> dict[str, dict[str, str]]:
        """Members whose balance is not nil, turned to the year of the day."""
        result = {}
        for name, account in self.accounts.items():
            balances = account.balances(day)
            if any(balances.values()):
                result[name] = {bucket: money(amount) for bucket, amount in balances.items()}
        return result
