"""How second factors are kept: encrypted, like ID numbers."""

from __future__ import annotations

from base64 import b64decode, b64encode

from allauth.mfa.adapter import DefaultMFAAdapter

from .identity import seal, unseal


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factors, with secrets that a copy of the database does not tell."""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with the keys of the installation."""
        return b64encode(seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret as it was."""
        return unseal(b64decode(encrypted_text))
