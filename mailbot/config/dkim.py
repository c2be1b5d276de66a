"""The table [dkim]: a key that can sign for every desk, or what is wrong with it."""

import re
import stat
from collections.abc import Sequence
from pathlib import Path

from mailbot.config.reader import Reader, Row
from mailbot.signing import LEAST_BITS, Signer, make_signer

CREDENTIAL = "dkim-key"
_LABELS = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.IGNORECASE)
_MAKE = "make one: openssl genrsa -out FILE 2048"


def read_dkim(reader: Reader, row: Row, domains: Sequence[str]) -> Signer | None:
    """None where nothing is to be signed, or nothing can be; *domains* are the desks'."""
    if not row["selector"]:
        for key in ("key", "domain"):
            if row[key] and row.fine("selector", key):
                reader.problem(row.at(key), row[key], "without selector nothing is signed; give dkim.selector")
        return None
    for key in ("selector", "domain"):
        if row[key] and not _LABELS.fullmatch(row[key]):
            reader.problem(row.at(key), row[key], "not a name of the DNS: letters, digits, hyphens and dots")
    for domain in domains if row["domain"] else ():
        if domain != row["domain"].casefold() and not domain.endswith(f".{row['domain'].casefold()}"):
            reader.problem(
                row.at("domain"), row["domain"], f'does not cover {domain}; leave it "" for each desk\'s own'
            )
    path = reader.credential(CREDENTIAL) or reader.file(row["key"])
    if not reader.secrets:
        return None
    if path is None:
        reader.problem(row.at("key"), "", f"no key; give a file, or use the credential {CREDENTIAL}; {_MAKE}")
        return None
    return _signer(reader, row, path)


def _signer(reader: Reader, row: Row, path: Path) -> Signer | None:
    try:
        if path == reader.file(row["key"]) and path.stat().st_mode & stat.S_IRWXO:
            reader.problem(row.at("key"), str(path), f"everybody can read this key: chmod 640 {path}")
        return make_signer(row["selector"], path.read_bytes(), row["domain"])
    except OSError as error:
        reader.problem(row.at("key"), str(path), f"cannot be read: {error.strerror}; {_MAKE}")
    except ImportError:
        hint = "the library that signs is not installed: pip install 'mailbot[dkim]'"
        reader.problem(row.at("selector"), row["selector"], hint)
    except ValueError as error:
        hint = f"{error}; an RSA key of at least {LEAST_BITS} bits, PEM without a passphrase, is needed; {_MAKE}"
        reader.problem(row.at("key"), str(path), hint)
    return None
