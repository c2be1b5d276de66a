"""`/wait`, read: for whom, and the words of the moment until which."""

import re

_WAIT = re.compile(r"(customer|partner)?\s*(?:(?<!\S)(?:until|bis|do|до)\s+(\S.*))?", re.IGNORECASE)


def read_wait(argument: str) -> tuple[str, str] | None:
    """For whom, and the words of the moment until which; "" where nothing is said of it. None: not understood.

    Who names neither waits for the customer; who names a moment alone, for that.
    """
    match = _WAIT.fullmatch(argument.strip())
    if match is None:
        return None
    until = match[2] or ""
    return (match[1] or ("until" if until else "customer")).casefold(), until
