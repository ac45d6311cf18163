"""Whether a webhook really comes from Twilio, and the same signature made for the demo's fake phones and for tests."""

from collections.abc import Mapping
from typing import Protocol

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from volunteer_hub.settings import Settings

__all__ = ["SIGNATURE_HEADER", "SIGNATURE_SETTINGS_HEADER", "sign", "valid"]


class Fields(Protocol):
    """The posted fields; one of them may come more than once."""

    def getlist(self, key: str) -> list[str]: ...

    def get(self, key: str) -> str | None: ...


def valid(settings: Settings, path: str, fields: Fields, headers: Mapping[str, str]) -> bool:
    """Whether `fields`, posted to `path` (with its raw query), carry a signature of ours, now or before the change.

    The address signed is the public one that the settings name: behind a proxy the request's own has another scheme,
    host or port. In production without Twilio's secret nothing is valid.
    """
    signature = headers.get(SIGNATURE_HEADER, "")
    # The validator compares character by character and expects text; nothing outside ASCII was ever a signature.
    if not signature or not signature.isascii():
        return False
    if settings.twilio_account_sid and fields.get("AccountSid") != settings.twilio_account_sid:
        return False
    algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER, ""))
    return any(
        RequestValidator(token).validate(settings.public_url + path, fields, signature, algorithm)
        for token in _tokens(settings)
    )


def sign(settings: Settings, path: str, fields: Mapping[str, str]) -> str:
    """What Twilio would put into its signature header for `fields` posted to `path`."""
    return str(RequestValidator(settings.hook_token).compute_signature(settings.public_url + path, dict(fields)))


def _tokens(settings: Settings) -> list[str]:
    if not settings.demo and settings.twilio_auth_token is None:
        return []
    old = settings.twilio_auth_token_old
    return [settings.hook_token, *([old.get_secret_value()] if old else [])]
