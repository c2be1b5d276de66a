"""mailbot keeps a company's written support promises, by mail.

An event happens, one pure function decides, one transaction records, an outbox tells people. What holds:

G1   `250`, or the IMAP move, is given only after the raw mail is committed to disk.
G2   The same mail offered twice is decided once; the same Message-ID with another body is another mail.
G3   Case, journal, promises, outbox and inbox state change in one commit.
G4   Outbox bytes are final, one recipient a row: every attempt sends the same bytes with the same Message-ID.
     In doubt after the final dot, an automatic mail is resent at most once, an agent's answer at most three times.
G5   Automatic mail is never answered automatically; nobody gets more automatic mail than the caps allow.
G6   `core` reads no clock, randomness, file, socket or setting.
G7   A moment fires at most once for each case, kind and moment, on any number of nodes.
G8   A stage changes only along TRANSITIONS.
G9   Every moment is aware UTC, from socket to row.
G10  Every accepted mail ends in exactly one recorded outcome with a reason.
G11  Nothing of one case is shown to, or changed by, someone who is not of that case.
G12  The due moment of a promise told to a customer never changes silently.
"""

__version__ = "0.1.0"
