"""Whether a webhook really comes from Twilio, and the same signature made for the demo's fake phones and for tests."""

from collections.abc import Mapping

from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from volunteer_hub.settings import Settings

__all__ = ["SIGNATURE_HEADER", "SIGNATURE_SETTINGS_HEADER", "sign", "valid"]


class _Fields(dict[str, list[str]]):
    """As the validator wants fields that may come more than once."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def valid(settings: Settings, path: str, fields: Mapping[str, list[str]], headers: Mapping[str, str]) -> bool:
    """Whether `fields` (name → all its values) posted to `path` carry a signature of ours, now or before the change.

    `path` has its raw query. The address signed is the public one that the settings name: behind a proxy the request's
    own has another scheme, host or port. In production without Twilio's secret nothing is valid.
    """
    signature = headers.get(SIGNATURE_HEADER, "")
    # The validator compares character by character and expects text; nothing outside ASCII was ever a signature.
    if not signature or not signature.isascii():
        return False
    if settings.twilio_account_sid and fields.get("AccountSid") != [settings.twilio_account_sid]:
        return False
    algorithm = get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER, ""))
    return any(
        RequestValidator(token).validate(settings.public_url + path, _Fields(fields), signature, algorithm)
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
