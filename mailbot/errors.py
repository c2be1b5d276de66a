"""The three ways in which mailbot fails, by whose turn it is to act."""


class MailbotError(Exception):
    """The root of every error that mailbot raises on purpose."""


class ConfigError(MailbotError):
    """The operator's to fix: names the file, the key, the value and the remedy.

    Shown without a traceback; the exit status is 78 (EX_CONFIG of sysexits.h).
    """

    def __init__(self, key: str, value: object, hint: str, *, file: str = "", line: int | None = None) -> None:
        self.key = key
        self.value = value
        self.hint = hint
        self.file = file
        self.line = line
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        shown = "" if self.value is None else f" = {self.value!r}"
        return f"{place}{self.key}{shown}: {self.hint}"


class ConfigProblems(MailbotError):
    """Everything that is wrong with a configuration, at once."""

    def __init__(self, problems: tuple[ConfigError, ...]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


class TransientError(MailbotError):
    """Try again later: SMTP reply 4yz (RFC 5321 4.2.1), a lost connection, a locked store."""

    def __init__(self, text: str, *, in_doubt: bool = False) -> None:
        super().__init__(text)
        self.in_doubt = in_doubt  #: the answer to the final dot was lost: the mail may have been accepted


class PermanentError(MailbotError):
    """Never retry: SMTP reply 5yz. *status* is the enhanced status code (RFC 3463)."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text
