"""The listeners of a daemon: sockets of systemd first, else the addresses of the configuration."""

import ssl
from collections.abc import Callable

from mailbot import systemd
from mailbot.config import Settings
from mailbot.errors import MailbotError
from mailbot.transport.smtp_in import Accept, Listener, listen


async def open_listeners(settings: Settings, accept: Accept, owns: Callable[[str], bool]) -> list[Listener]:
    """All of them; raises MailbotError naming the one that cannot be."""
    inherited = systemd.listen_sockets()
    wanted = settings.listen
    tls = _tls(settings)

    async def open_one(name: str, where: str) -> Listener:
        unix = where if where.startswith("/") else ""
        host, _, port = where.rpartition(":")
        sock = inherited.get(name)
        return await listen(
            accept=accept,
            owns=owns,
            host="" if sock or unix else host.strip("[]"),
            port=0 if sock or unix else int(port),
            sock=sock,
            unix_path="" if sock else unix,
            lmtp=name == "lmtp",
            hostname=wanted.hostname,
            tls=tls,
            size_limit_bytes=wanted.size_limit_bytes,
            connections=wanted.connections,
            connections_per_address=wanted.connections_per_address,
        )

    opened = []
    for name, where in (("smtp", wanted.smtp), ("lmtp", wanted.lmtp)):
        if not where and name not in inherited:
            continue
        try:
            opened.append(await open_one(name, where))
        except OSError as error:
            for listener in opened:
                await listener.close(0)
            reason = error.strerror or str(error)
            raise MailbotError(f"listen.{name} = {where!r}: cannot listen there: {reason}") from error
    return opened


def _tls(settings: Settings) -> ssl.SSLContext | None:
    certificate, key = settings.listen.tls_certificate, settings.listen.tls_key
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
