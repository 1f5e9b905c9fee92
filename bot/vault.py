"""The vault: what only few may read, sealed under keys that only the settings have."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.domain.errors import OutsideFault


class FernetVault:
    """Seals with the newest key and opens with any: an older one is there until all is rotated."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in keys]) if keys else None

    @property
    def ready(self) -> bool:
        """Whether there is a key: without one nothing is asked that would need it."""
        return self._fernet is not None

    def seal(self, text: str) -> str:
        """Seal it under the newest key.

        Raises:
            OutsideFault: `vault_no_key`.
        """
        if self._fernet is None:
            raise OutsideFault("vault_no_key")
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """What was sealed.

        Raises:
            OutsideFault: `vault_sealed`, where no key fits.
        """
        if self._fernet is None:
            raise OutsideFault("vault_sealed")
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise OutsideFault("vault_sealed") from None


def new_key() -> str:
    """A key of its own: 32 random bytes, as the settings want them."""
    return Fernet.generate_key().decode()
