"""What a test needs and does not find: with CI=true that is a failure, elsewhere the test is skipped."""

import os

import pytest


def need(missing: str) -> None:
    """*missing* says what is not there; "" goes on."""
    if not missing:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{missing}, and CI has to have it")
    pytest.skip(missing)
