"""Nobody gets more automatic answers than the caps allow, whoever writes in their name (G5)."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from mailbot.store import outbox

CAP_ADDRESS, CAP_DOMAIN, CAP_ALL = 3, 30, 500  #: automatic answers to incoming mail: a day, an hour, an hour


def is_capped(conn: Connection, addr_spec: str, now: datetime) -> bool:
    """Whether *addr_spec*, its domain or everybody together had their share."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    domain = addr_spec.rpartition("@")[2]
    return (
        outbox.count_since(conn, addr_spec, day, cause="mail") >= CAP_ADDRESS
        or outbox.count_domain_since(conn, domain, hour, cause="mail") >= CAP_DOMAIN
        or outbox.count_cause_since(conn, "mail", hour) >= CAP_ALL
    )
