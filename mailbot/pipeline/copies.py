"""Was the writer of an answer among those to whom the answered mail was sent?"""

from sqlalchemy import Connection

from mailbot.core.mail import Mail
from mailbot.pipeline.office import mails_answered
from mailbot.store import cases, inbox
from mailbot.wire.parse import parse
from mailbot.wire.structure import header_block

ANSWERED = 3  #: Message-IDs that are looked up, the nearest first


def was_copied(conn: Connection, mail: Mail, reference: str) -> bool:
    """Whether a mail of the case *reference* that *mail* answers names its writer in To or Cc.

    Such a colleague knows the matter from the mail itself: who only knows its Message-ID learns nothing.
    """
    writer = mail.from_.identity if mail.from_ is not None else ""
    for message_id in mails_answered(mail)[:ANSWERED]:
        if not any(thread.reference == reference for thread in cases.find_threads(conn, (message_id,))):
            continue
        for record in inbox.find(conn, message_id):
            original = parse(header_block(inbox.get_raw(conn, record.id)) + b"\r\n\r\n")
            if record.reference == reference and writer in {a.identity for a in (*original.to, *original.cc)}:
                return True
    return False


__all__ = ["was_copied"]
