"""The configuration: a file to checked values, or to all that is wrong with it."""

from mailbot.config.loading import Findings, examine, load, load_policy, store_url
from mailbot.config.policy_files import data_dir, policy_path
from mailbot.config.values import Desk, ImapAccount, Listen, Relay, Settings
from mailbot.errors import ConfigProblems

__all__ = [
    "ConfigProblems",
    "Desk",
    "Findings",
    "ImapAccount",
    "Listen",
    "Relay",
    "Settings",
    "data_dir",
    "examine",
    "load",
    "load_policy",
    "policy_path",
    "store_url",
]
