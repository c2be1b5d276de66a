"""What every test needs: a runtime folder of its own (the PostgreSQL wheel wants one), and servers that start once."""

import atexit
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator

import pytest

from tests.rig import servers as rig
from tests.rig.installed import Installed, installed
from tests.rig.servers import Servers

if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="mb-run-", dir="/tmp")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)


signal.signal(signal.SIGTERM, signal.default_int_handler)  # like Ctrl-C: a run that is ended stops its servers first


@pytest.fixture(scope="session")
def shipped() -> Iterator[Installed]:
    """mailbot, installed from a wheel."""
    with installed() as found:
        yield found


@pytest.fixture(scope="session")
def running_servers() -> Iterator[Servers]:
    rig.require()
    with rig.servers() as found:
        yield found


@pytest.fixture
def servers(running_servers: Servers) -> Iterator[Servers]:
    """Postfix and Dovecot with empty mailboxes and nothing in the queue."""
    yield running_servers
    running_servers.empty()


@pytest.fixture
def trusting(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process trusts the certificates of the test's servers, as a host trusts its own authorities."""
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
