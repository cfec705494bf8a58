"""What was chosen on the worklist: filters and page, read from the address and written back into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast
from urllib.parse import urlencode

from features.buckets import BUCKETS
from serving.decision import ACTIONS
from serving.errors import ApiProblem
from serving.tables import STATES, State

PAGE_LENGTH: Final = 25
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {"action": ACTIONS, "bucket": BUCKETS, "state": STATES}


@dataclass(frozen=True)
class Chosen:
    """What is shown: empty texts choose everything.

    Parameters
    ----------
    action, bucket, state
        Only cases of these.
    after
        Cursor of the page before; empty for the first page.
    """

    action: str = ""
    bucket: str = ""
    state: str = ""
    after: str = ""

    @property
    def any_filter(self) -> bool:
        """Return True when not everything is shown."""
        return bool(self.action or self.bucket or self.state)

    def address(self, path: str, *, after: str = "") -> str:
        """Return the address that shows the same choice, from the page after a cursor on.

        Examples
        --------
        >>> Chosen(action="call").address("/console/worklist", after="abc")
        '/console/worklist?action=call&after=abc'
        """
        kept = {name: value for name, value in vars(replace(self, after=after)).items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path

    def wanted_state(self) -> State | None:
        """Return the chosen state as the store knows it."""
        return cast(State, self.state) if self.state else None


def chosen_of(query: Mapping[str, str]) -> Chosen:
    """Return what an address chooses.

    Raises
    ------
    ApiProblem
        When it names a code that no case can have.

    Examples
    --------
    >>> chosen_of({"action": "call", "state": ""})
    Chosen(action='call', bucket='', state='', after='')
    """
    chosen = Chosen(**{name: query.get(name, "")[:1000] for name in ("action", "bucket", "state", "after")})
    for name, known in _KNOWN.items():
        if getattr(chosen, name) and getattr(chosen, name) not in known:
            raise ApiProblem(
                422,
                "invalid-request",
                "The address cannot be read",
                f"Expected {name} to be one of {', '.join(known)}, found another. Choose on the page.",
            )
    return chosen
