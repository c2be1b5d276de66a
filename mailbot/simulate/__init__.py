"""`mailbot simulate`: what would a policy have promised, and kept, with the mails of the past? Nothing is sent.

files     finds and reads mails in mbox files, Maildirs, .eml files and folders
listing   puts them in the order of time
people    says who the desk and the agents are
past      knows people and threads where no token of ours exists
replay    walks the mails through the daemon's own pipeline on a moved clock, in a store that is gone afterwards
timeline  tells what happened
figures   counts the promises, and finds where two policies part
"""

from mailbot.simulate.figures import STATES, Difference, Figures, differences, figures
from mailbot.simulate.listing import Listing, list_mails
from mailbot.simulate.past import Aside, Past
from mailbot.simulate.people import most_addressed, settings_for
from mailbot.simulate.replay import Replayed, replay
from mailbot.simulate.timeline import LATER_MAIL, Happening

__all__ = [
    "LATER_MAIL",
    "STATES",
    "Aside",
    "Difference",
    "Figures",
    "Happening",
    "Listing",
    "Past",
    "Replayed",
    "differences",
    "figures",
    "list_mails",
    "most_addressed",
    "replay",
    "settings_for",
]
