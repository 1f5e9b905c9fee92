"""The vault: sealed with the newest key, opened with any of them, lost with its key."""

import pytest

from bot.domain.errors import OutsideFault
from bot.vault import FernetVault, new_key

SAID = "what somebody said: é"


def code_of(doing) -> str:
    with pytest.raises(OutsideFault) as fault:
        doing()
    assert fault.value.__suppress_context__
    return fault.value.code


def test_what_is_sealed_is_opened_and_cannot_be_read():
    vault = FernetVault([new_key()])
    sealed = vault.seal(SAID)
    assert vault.ready
    assert vault.open(sealed) == SAID
    assert "somebody" not in sealed


def test_the_same_words_are_never_sealed_alike():
    vault = FernetVault([new_key()])
    assert vault.seal(SAID) != vault.seal(SAID)


def test_an_older_key_still_opens_and_the_newest_seals():
    old, new = new_key(), new_key()
    sealed = FernetVault([old]).seal(SAID)
    both = FernetVault([new, old])
    assert both.open(sealed) == SAID
    assert FernetVault([new]).open(both.seal(SAID)) == SAID


def test_a_lost_key_loses_what_it_sealed():
    sealed = FernetVault([new_key()]).seal(SAID)
    assert code_of(lambda: FernetVault([new_key()]).open(sealed)) == "vault_sealed"


@pytest.mark.parametrize("spoilt", ["", "nonsense", "gAAAAA", "é"])
def test_what_was_tampered_with_is_not_opened(spoilt: str):
    vault = FernetVault([new_key()])
    assert code_of(lambda: vault.open(spoilt)) == "vault_sealed"
    sealed = vault.seal(SAID)
    assert code_of(lambda: vault.open(sealed[:-8] + "AAAAAAA=")) == "vault_sealed"


def test_without_a_key_nothing_is_sealed_or_opened():
    vault = FernetVault([])
    assert not vault.ready
    with pytest.raises(OutsideFault, match="vault_no_key"):
        vault.seal(SAID)
    with pytest.raises(OutsideFault, match="vault_sealed"):
        vault.open("gAAAAA")


def test_every_key_is_another():
    assert len({new_key() for _ in range(100)}) == 100
