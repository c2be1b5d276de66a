"""The walks, in order: accept, process, tick, drain.

accept   commits the raw bytes, and only then lets the sender go (G1)
process  claims the oldest mail, reads it, decides, and records everything in one commit (G3)
tick     does the same for the moments that have passed
ring     sends the alerts whose readers are at work, many of them as one mail
grant    meets what one decision asks of other cases
hand_out_waiting   gives what waits longest to whoever is free
report   mails the regular report where its period has ended
send_digests   mails each agent what is to be done, when their day begins
drain    sends what the outbox holds, and records what became of it
"""

from mailbot.pipeline.alerts import next_alert_at
from mailbot.pipeline.digest import next_digest_at, send_digests
from mailbot.pipeline.incoming import accept, process, refuse
from mailbot.pipeline.moments import tick
from mailbot.pipeline.office import Office, Recognition
from mailbot.pipeline.outgoing import Deliver, drain
from mailbot.pipeline.regular import next_report_at, report
from mailbot.pipeline.ringing import ring
from mailbot.pipeline.turns import hand_out_waiting
from mailbot.pipeline.wishes import grant

__all__ = [
    "Deliver",
    "Office",
    "Recognition",
    "accept",
    "drain",
    "grant",
    "hand_out_waiting",
    "next_alert_at",
    "next_digest_at",
    "next_report_at",
    "process",
    "refuse",
    "report",
    "ring",
    "send_digests",
    "tick",
]
