"""The test rig itself: what is missing in CI is never passed over in silence."""

import pytest

from tests.rig.need import need


def test_what_is_missing_fails_in_ci_and_is_skipped_with_its_reason_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="postfix is not installed, and CI has to have it"):
        need("postfix is not installed")
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match=r"^postfix is not installed$"):
        need("postfix is not installed")
    need("")
