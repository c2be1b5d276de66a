"""What is wrong only when everything is seen together."""

import os
from collections.abc import Mapping, Sequence

from mailbot.config.reader import Reader, Row
from mailbot.config.values import Settings
from mailbot.policies.people import people_findings
from mailbot.toml_lines import Path as Place

Named = list[tuple[str, Place]]  #: addresses, and where they stand


def check_ways(reader: Reader, one: Mapping[str, Row], many: Mapping[str, Sequence[Row]]) -> None:
    """A way in, and something to do with what comes in."""
    if not many["desk"]:
        reader.problem(("desk",), None, "no desk; write a [[desk]] with address, name and policy")
    listen = one["listen"]
    activated = bool(os.environ.get("LISTEN_FDS"))  # systemd.socket(5)
    if not (listen["smtp"] or listen["lmtp"] or many["imap"] or activated) and listen.fine("smtp", "lmtp"):
        reader.problem(("listen",), None, "no way in; set listen.smtp, listen.lmtp or an [[imap]]")


def check_people(reader: Reader, desks: Sequence[Row], agents: Sequence[Row]) -> None:
    """Who is who."""
    own, people = _desk_addresses(desks), _agent_addresses(agents)
    for address, place in _repeated(own):
        reader.problem(place, address, "two desks share it; give each its own")
    for address, place in _repeated(people):
        reader.problem(place, address, "two agents share it; keep one")
    known = {address for address, _ in own}
    for address, place in people:
        if address in known:
            hint = "a desk's own address cannot be an agent's: notifications would come back as mail"
            reader.problem(place, address, hint)
    for row in desks:
        if row["manager"].casefold() in known:
            reader.problem(row.at("manager"), row["manager"], "a desk cannot manage itself")


def check_desks_named(reader: Reader, desks: Sequence[Row], rows: Sequence[Row]) -> None:
    """An [[imap]] or a [[form]] may name a desk, and then there must be one."""
    known = {address for address, _ in _desk_addresses(desks)}
    for row in rows:
        if row["desk"] and row["desk"].casefold() not in known:
            names = ", ".join(sorted(d["address"] for d in desks)) or "none"
            reader.problem(row.at("desk"), row["desk"], f"there is no desk with this address; there are: {names}")


def check_accounts(reader: Reader, accounts: Sequence[Row]) -> None:
    seen: set[tuple[object, ...]] = set()
    for row in accounts:
        key = (row["host"], row["port"], row["user"], row["folder"])
        if key in seen and row.fine("host", "user"):
            reader.problem(row.at("folder"), row["folder"], "this mailbox is read already; remove one of the two")
        seen.add(key)


def warn(reader: Reader, settings: Settings, desks: Sequence[Row]) -> None:
    """What is allowed and probably not meant."""
    staff = [agent for agent in settings.agents if not agent.manager]
    for desk, row in zip(settings.desks, desks, strict=True):
        if staff and not desk.manager:
            reader.warning(row.at("manager"), "", "nobody hears of a broken promise; name one")
        if desk.policy_file is not None:
            found = people_findings(desk.policy, staff, desk.manager, desk.team)
            told = (*desk.policy_file.warnings, *map(desk.policy_file.locate, found))
            reader.warnings += [w for w in told if str(w) not in {str(known) for known in reader.warnings}]
    if not settings.authserv_id and settings.file:
        reader.warning(("trust", "authserv_id"), "", "not set: who wrote a mail is known by reply tokens alone")


def _desk_addresses(desks: Sequence[Row]) -> Named:
    main = [(row["address"].casefold(), row.at("address")) for row in desks if row["address"]]
    return main + [(a.casefold(), row.at("aliases", n)) for row in desks for n, a in enumerate(row["aliases"])]


def _agent_addresses(agents: Sequence[Row]) -> Named:
    found: Named = []
    for row in agents:
        several = [(a.casefold(), row.at("addresses", n)) for n, a in enumerate(row["addresses"])]
        found += several or ([(row["address"].casefold(), row.at("address"))] if row["address"] else [])
    return found


def _repeated(named: Named) -> Named:
    """All but the first of each."""
    first = dict(reversed(named))
    return [(address, place) for address, place in named if place != first[address]]
