"""Reference numbers survive people; nothing else looks like one."""

from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.reference import ALPHABET, BITS, base_subject, find, make, normal

chances = st.integers(min_value=0, max_value=2**BITS - 1)


@given(chances)
def test_what_is_made_is_found_again_in_a_subject(chance: int) -> None:
    reference = make(chance)

    assert find(f"Re: AW: [{reference}] Rechnung 4711") == reference
    assert find(f"odp: {reference.lower()}") == reference


@given(chances, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(chance: int, place: int, symbol: str) -> None:
    good = make(chance).replace("-", "")
    bad = good[:place] + symbol + good[place + 1 :]

    assert normal(bad).replace("-", "") in (("", good) if bad == good else ("",))


@given(chances, st.integers(0, 7))
def test_swapped_neighbours_are_noticed(chance: int, place: int) -> None:
    good = make(chance).replace("-", "")
    bad = good[:place] + good[place + 1] + good[place] + good[place + 2 :]

    assert bad == good or normal(bad) == ""


def test_look_alikes_are_mended() -> None:
    reference = make(0x11F3A7C90B)

    spelt = reference.replace("0", "O").replace("1", "l").replace("A", "А").replace("B", "В")

    assert find(spelt) == reference


def test_telephone_and_order_numbers_are_no_references() -> None:
    for subject in ("Tel. 030-123-456", "Bestellung 123-456-789", "[#4711] Frage", "[SD-1234] login", "ABC-DEF-GHI"):
        assert find(subject) == ""


def test_base_subject_drops_prefixes_of_every_client_and_our_reference() -> None:
    reference = make(12345678901)

    for subject in (f"Re: [{reference}] Frage", "AW: WG: Frage", "Odp: Frage", "Ответ: Re[2]: Frage", "Fwd: RE: Frage"):
        assert base_subject(subject) == "Frage"


def test_base_subject_keeps_words_that_only_look_like_prefixes() -> None:
    assert base_subject("Resetting: how?") == "Resetting: how?"
    assert base_subject("") == ""
