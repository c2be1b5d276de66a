"""What decide() knows of the desk: its policy, its people and its state of today."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailbot.core.expectation import Queue
from mailbot.core.people import Roster
from mailbot.core.policy import Policy


@dataclass(frozen=True, slots=True)
class Desk:
    address: str
    name: str
    policy: Policy
    roster: Roster
    team: str = ""  #: the first team for a case without a category
    authenticated: bool = False  #: the border's Authentication-Results are configured
    prepared: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  #: name -> language -> text
    queue: Queue | None = None  #: what waits for staff, where the policy states an expectation (C2)
    unassigned: int = 0  #: open cases that nobody has: a new one does not jump their line (C4)

    @property
    def language(self) -> str:
        return self.policy.languages[0]

    def team_for(self, category: str) -> str:
        """The team that takes a case of *category*; the desk's first one where the policy names none."""
        found = self.policy.category(category)
        return (found.team if found is not None else "") or self.team

    def language_for(self, detected: str, last: str = "") -> str:
        """The language to write in: the detected one where the policy speaks it, else the last, else the desk's own."""
        known = self.policy.languages
        if detected in known:
            return detected
        if detected and detected not in known and len(known) > 1:
            return known[1]
        return last if last in known else known[0]
