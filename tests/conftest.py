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


#: what does not change with the interpreter, and takes time: real servers, the wheel, long tables of arithmetic
ONCE_FIXTURES = {"servers", "running_servers", "shipped", "dovecot"}
ONCE_FILES = {"test_worktime_oracle.py", "test_due_years.py", "test_simulate.py", "test_template_check.py"}
EVERYWHERE = {"test_main_job.py", "test_systemd_daemon.py"}  #: of the acceptance tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name, folder = item.path.name, item.path.parent.name
        slow = name in ONCE_FILES or (folder == "acceptance" and name not in EVERYWHERE)
        if slow or ONCE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.once)


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
