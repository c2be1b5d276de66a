"""What leaves is signed as others check it (DKIM, RFC 6376); a key that cannot sign is named at start."""

import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import dkim
import pytest
from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.config import ConfigProblems, load
from mailbot.signing import Signer, make_signer
from mailbot.world import World
from tests.acceptance.play import ANNA, CUSTOMER, DESK, ONE, play
from tests.test_config import GOOD
from tests.wire.test_compose import compose, outgoing


def make_key(path: Path, *words: str) -> Path:
    subprocess.run(
        ["openssl", *(words or ("genrsa", "-traditional")), "-out", str(path), "1024"],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_key(tmp_path_factory.mktemp("key") / "dkim.pem")


def verified(raw: bytes, signer: Signer, domain: str = "example.org") -> bool:
    """Whether a receiver who finds the published record accepts *raw*."""
    name, text = signer.record(domain)
    records = {f"{name}.".encode(): text.encode()}
    return bool(dkim.verify(raw, dnsfunc=lambda asked, timeout=5: records.get(asked)))


@pytest.mark.parametrize("text", ["Hello\n", "  Größe \n\n\n.\n" + "ж" * 2000, ""])
def test_a_signed_mail_is_accepted_and_a_changed_one_is_not(key: Path, text: str) -> None:
    signer = make_signer("m1", key.read_bytes())
    raw = compose(outgoing(text=text, reply_to="a+b@example.org", references=("<1@x.test>",), in_reply_to="<1@x.test>"))
    signed = signer.sign(raw, "example.org")

    assert signed.endswith(raw)
    assert verified(signed, signer)
    for old, new in (
        (b"Subject: Hello", b"Subject: Other"),
        (b"Reply-To: a", b"Reply-To: x"),
        (b"In-Reply-To: <1", b"In-Reply-To: <2"),
        (b"From: ", b"From: x@evil.test\r\nFrom: "),
        (raw[-2:], raw[-2:] + b"more\r\n"),
    ):
        head, found, rest = signed.rpartition(old)
        assert found
        assert not verified(head + new + rest, signer)


@pytest.mark.parametrize("field", ["Reply-To: evil@evil.test", "Subject: Other", "To: x@evil.test", "Cc: x@evil.test",
    "Content-Type: text/html", "List-Unsubscribe: <https://evil.test>", "Auto-Submitted: no", "Date: Mon, 2 Mar 2026 10:00:00 +0000"])  # fmt: skip
def test_no_field_can_be_added_to_a_signed_mail(key: Path, field: str) -> None:
    signer = make_signer("m1", key.read_bytes())
    signed = signer.sign(compose(outgoing()), "example.org")

    assert verified(signed, signer)
    assert not verified(f"{field}\r\n".encode() + signed, signer)


def test_a_relay_may_fold_and_add_trace_fields(key: Path) -> None:
    signer = make_signer("m1", key.read_bytes())
    signed = signer.sign(compose(outgoing(subject="One two three")), "example.org")

    assert verified(b"Received: by mx.test\r\n" + signed.replace(b"One two", b"One\r\n  two"), signer)


def test_keys_in_either_form_of_pem_sign(tmp_path: Path) -> None:
    for words in (("genrsa", "-traditional"), ("genrsa",)):
        pem = make_key(tmp_path / "key.pem", *words).read_bytes()
        for spelt in (pem, pem.replace(b"\n", b"\r\n")):
            signer = make_signer("m1", spelt)

            assert verified(signer.sign(compose(outgoing()), "example.org"), signer)


def test_everything_that_a_desk_sends_is_signed_and_sent_as_it_is_stored(tmp_path: Path, key: Path) -> None:
    async def story(here: World) -> None:
        await here.write(CUSTOMER, DESK, "Rechnung", "Guten Tag, meine Rechnung 4711 ist falsch.")
        await here.reply(ANNA, DESK, "Ich prüfe das.")
        signer = here.daemon.settings.signer
        assert signer is not None

        assert {to for to, _ in here.received} == {CUSTOMER, ANNA}
        assert all(verified(raw, signer) for _, raw in here.received)
        assert not any(verified(raw.replace(b"Subject: ", b"Subject: x"), signer) for _, raw in here.received)
        assert {message_from_bytes(raw).keys()[0] for _, raw in here.received} == {"DKIM-Signature"}

    play(tmp_path, story, agents=ONE, more=f'[dkim]\nselector = "m1"\nkey = "{key}"\n')


def test_the_domain_that_is_named_signs_for_the_desks_below_it(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(
        GOOD.replace("support@example", "support@help.example") + f'[dkim]\nselector = "m1"\nkey = "{key}"\n'
    )
    own = load(path).signer
    path.write_text(path.read_text() + 'domain = "example.org"\n')
    named = load(path).signer
    assert own is not None
    assert named is not None

    assert own.record("help.example.org")[0] == "m1._domainkey.help.example.org"
    assert named.record("help.example.org")[0] == "m1._domainkey.example.org"
    assert b"d=example.org;" in named.sign(compose(outgoing()), "help.example.org")


def test_check_says_what_to_publish_for_every_domain_and_no_secret(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD + f'[dkim]\nselector = "m1"\nkey = "{key}"\n')
    found = CliRunner().invoke(app, ["--config", str(path), "check"])

    name, text = make_signer("m1", key.read_bytes()).record("example.org")
    assert found.exit_code == 0
    assert f'DKIM: publish {name} TXT "{text}"\n' in found.output
    assert key.read_text().splitlines()[-3] not in found.output


def test_the_key_may_be_a_credential_and_whoever_only_looks_needs_none(tmp_path: Path, key: Path) -> None:
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD + '[dkim]\nselector = "m1"\n')
    assert load(path, secrets=False).signer is None
    with pytest.raises(ConfigProblems, match=r"dkim\.key = '': no key; .*dkim-key.*openssl"):
        load(path)
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "dkim-key").write_bytes(key.read_bytes())

    assert load(path).signer is not None


def test_a_key_that_cannot_sign_is_named_with_its_remedy(tmp_path: Path) -> None:
    path, pem = tmp_path / "mailbot.toml", tmp_path / "key.pem"
    path.write_text(GOOD + '[dkim]\nselector = "m1"\nkey = "key.pem"\n')

    def said() -> str:
        with pytest.raises(ConfigProblems, match=r"mailbot\.toml:18: dkim\.key = '.*key\.pem'") as caught:
            load(path)
        return str(caught.value)

    assert "No such file" in said()
    pem.write_text("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")
    pem.chmod(0o644)
    assert "chmod 640" in said()
    pem.chmod(0o600)
    assert "no RSA key" in said()
    lines = make_key(pem).read_text().split("\n")
    pem.write_text("\n".join([lines[0], "\n".join(lines[1:4]).swapcase(), *lines[4:]]))
    assert "RSA key" in said()
    pem.write_bytes(b"\xff\xfe\0")
    assert "no RSA key" in said()
    subprocess.run(["openssl", "genrsa", "-out", str(pem), "512"], check=True, stderr=subprocess.DEVNULL)
    assert "512 bits are too few" in said()
    subprocess.run(["openssl", "genpkey", "-algorithm", "ED25519", "-out", str(pem)], check=True)
    assert "no RSA key" in said()


def test_without_the_extra_the_configuration_says_what_to_install(
    tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dkim", None)
    path = tmp_path / "mailbot.toml"
    path.write_text(GOOD + f'[dkim]\nselector = "m1"\nkey = "{key}"\n')

    with pytest.raises(ConfigProblems, match=r"dkim\.selector = 'm1': .*pip install 'mailbot\[dkim\]'"):
        load(path)
