"""What every test needs: a runtime folder of its own where the machine names none (the PostgreSQL wheel wants one)."""

import atexit
import os
import shutil
import tempfile

if "XDG_RUNTIME_DIR" not in os.environ:
    os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="mb-run-", dir="/tmp")
    atexit.register(shutil.rmtree, os.environ["XDG_RUNTIME_DIR"], ignore_errors=True)
