"""The walks, in order: accept, process, tick, drain.

accept   commits the raw bytes, and only then lets the sender go (G1)
process  claims the oldest mail, reads it, decides, and records everything in one commit (G3)
tick     does the same for the moments that have passed
drain    sends what the outbox holds, and records what became of it
"""

from mailbot.pipeline.incoming import accept, process
from mailbot.pipeline.moments import tick
from mailbot.pipeline.office import Office
from mailbot.pipeline.outgoing import Deliver, drain

__all__ = ["Deliver", "Office", "accept", "drain", "process", "tick"]
