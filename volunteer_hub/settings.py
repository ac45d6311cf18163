"""One frozen, typed value from the environment; nobody else reads os.environ. Described in docs/operating.md."""

import os
import re
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from volunteer_hub.kit.phone import BadPhone, normalise

PREFIX = "HUB_"
# Scheme, host and maybe a port: what a browser calls an origin. Nothing of it may mean more inside a header.
ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
# With a + and a secret of 40 letters its local part still has at most 64 (RFC 5321).
REPLY_ADDRESS = re.compile(r"[a-z0-9][a-z0-9._-]{0,19}@[a-z0-9][a-z0-9.-]*\.[a-z]{2,}")

LOOPBACK = ("localhost", "127.0.0.1", "::1")
# A number that can be answered, or the name that an integrator shows instead of one: GSM allows eleven characters.
SENDER = re.compile(r"\+[1-9][0-9]{6,14}|[A-Za-z0-9][A-Za-z0-9 ._-]{2,10}")

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class BadSettings(Exception):
    """The start is refused; the message is one sentence that names the setting and never its value."""


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


def _words(value: object) -> object:
    return tuple(w.strip() for w in value.split(",") if w.strip()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Settings(BaseModel):
    """Each field is the variable HUB_<NAME>; a secret may come from the file named by HUB_<NAME>_FILE instead."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    mode: Mode = Field(Mode.PRODUCTION, description="`demo` loads fake phones and sign-in buttons; else `production`")
    database_url: SecretStr | None = Field(None, description="PostgreSQL; unset: our own under HUB_DATA_DIR")
    data_dir: Path = Field(Path(".data"), description="where the embedded PostgreSQL keeps its files")
    erasure_file: Path | None = Field(None, description="the list of the erased, kept apart from backups")
    backup_days: int = Field(7, ge=0, le=365, description="a backup older than so many days is told of; 0: it is not")
    public_url: str = Field("http://127.0.0.1:8000", description="the address people open, scheme and host")
    secret_key: SecretStr | None = Field(None, description="at least 32 characters; signs forms and links")
    field_key: SecretStr | None = Field(None, description="at least 32 characters; encrypts what is confidential")
    field_key_old: SecretStr | None = Field(None, description="the former field key, while it is being changed")
    smtp_url: SecretStr | None = Field(None, description="smtp://user:password@host:587, smtps:// for TLS at once")
    mail_from: str = Field("centrum@example.invalid", description="the sender of e-mails")
    reply_address: str | None = Field(None, description="where calendar programs answer; takes what follows a +")
    imap_url: SecretStr | None = Field(None, description="imaps://user:password@host/INBOX, where answers lie")
    lmtp: str | None = Field(None, description="127.0.0.1:2424 or a socket's path, where answers are handed over")
    reply_checked_by: str | None = Field(None, description="our mail server's name in Authentication-Results")
    twilio_account_sid: str | None = Field(None, description="Twilio account, AC…")
    twilio_auth_token: SecretStr | None = Field(None, description="Twilio's secret; also checks its webhooks")
    twilio_auth_token_old: SecretStr | None = Field(None, description="the former token, while it is being changed")
    twilio_from: str | None = Field(None, description="the number that sends SMS, as +48…")
    twilio_messaging_service_sid: str | None = Field(None, description="instead of HUB_TWILIO_FROM, MG…")
    twilio_base_url: str = Field("https://api.twilio.com", description="another address of the same API")
    sms_gateway_url: str | None = Field(None, description="instead of Twilio: an SMS gateway over HTTP, https://…")
    sms_gateway_token: SecretStr | None = Field(None, description="what the gateway knows us by")
    sms_gateway_from: str | None = Field(None, description="the number that sends by the gateway, as +48…, or a name")
    sms_gateway_key: SecretStr | None = Field(None, description="at least 32 characters; the gateway calls us with it")
    sms_gateway_key_old: SecretStr | None = Field(None, description="the former one, while it is being changed")
    tile_url: str | None = Field(None, description="map tiles, with {z}/{x}/{y}; unset: the map draws districts only")
    tile_attribution: str = Field("", description="whom the tiles are owed to")
    geocoder_url: str | None = Field(None, description="a Nominatim-like service that knows addresses; unset: none")
    embed_origins: Words = Field((), description="sites that may show /map/embed in a frame, https://host by commas")
    verify_days: int = Field(180, ge=1, le=3650, description="a resource not verified for longer is asked about")
    sms_daily_budget: int = Field(300, ge=0, description="most SMS a day that strangers cause by public forms")
    sms_price: Decimal | None = Field(None, ge=0, le=1000, description="a part of an SMS in grosze, such as 9.5")
    sms_block_hourly: int = Field(5, ge=0, description="most new numbers of one block of 10,000 an hour; 0: no limit")
    sms_prefixes: Words = Field(("+48",), description="numbers that strangers' forms may make us write to, by commas")
    sms_per_second: float = Field(10, ge=0, le=1000, description="SMS begun in a second by all workers; 0: no limit")
    mail_per_second: float = Field(10, ge=0, le=1000, description="e-mails begun in a second; 0: no limit")
    flood: int = Field(300, ge=0, description="so many messages due at once are never held as a flood; 0: nothing is")
    quiet_from: time | None = Field(None, description="no SMS leaves after it, HH:MM; 20:00, in a demo none")
    quiet_until: time | None = Field(None, description="nor before it, nor on public holidays; 08:00, in a demo none")
    allowed_recipients: Words = Field((), description="outside production real messages go only to these, by commas")
    trusted_proxies: Words = Field((), description="addresses whose X-Forwarded-For is believed")
    metrics_token: SecretStr | None = Field(None, description="lets /metrics be read from elsewhere than this machine")
    reach_km: float = Field(1.5, gt=0, le=100, description="how far help is gone to in a straight line, in kilometres")
    warn_days: int = Field(30, ge=1, le=365, description="how many days ahead coordinators hear that papers end")
    series_weeks: int = Field(13, ge=1, le=52, description="how many weeks ahead the meetings of a series are made")
    joining_hours: int = Field(48, ge=2, le=336, description="how many hours a place in a group is kept for one person")
    attendance_days: int = Field(30, ge=1, le=365, description="how many days after a meeting its attendance is noted")
    offer_hours: int = Field(12, ge=1, le=72, description="most hours, nights not counted, that an offer is open")
    late_hours: int = Field(24, ge=1, le=336, description="how many hours before a short meeting its coordinator hears")
    wave_hours: int = Field(24, ge=1, le=168, description="how many hours a wave of invitations has before the next")
    plan_seconds: int = Field(20, ge=1, le=300, description="how long a plan of a period is searched for at most")
    notice_hours: int = Field(24, ge=0, le=336, description="a place given up later than so many hours before is late")
    travel_kmh: float = Field(15, gt=0, le=200, description="how fast whoever did not say by what goes between tasks")
    timezone: str = Field("Europe/Warsaw", description="the centre's time zone")
    locale: str = Field("pl", description="the first language: pl, en or uk")
    centre_name: str = Field("Centrum Wolontariatu", description="the name on pages, e-mails and SMS")
    centre_phone: str | None = Field(None, description="the centre's own phone, shown to people who would rather ring")
    centre_address: str = Field("", description="where to come in person")
    centre_hours: str = Field("", description="when somebody answers there, in words: pon.–pt. 8–16")

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except Exception:
            raise ValueError("is not the name of a time zone, such as Europe/Warsaw") from None
        return value

    @field_validator("quiet_from", "quiet_until", mode="before")
    @classmethod
    def _of_a_clock(cls, value: object) -> object:
        if isinstance(value, str) and not CLOCK.fullmatch(value):
            raise ValueError("is not a time of day, such as 20:00")
        return value

    @field_validator("locale")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in ("pl", "en", "uk"):
            raise ValueError("must be pl, en or uk")
        return value

    @field_validator("centre_phone", "twilio_from")
    @classmethod
    def _number(cls, value: str | None) -> str | None:
        try:
            return normalise(value) if value else None
        except BadPhone:
            raise ValueError("is not a phone number") from None

    @field_validator("reply_address")
    @classmethod
    def _takes_secrets(cls, value: str | None) -> str | None:
        if value is not None and not REPLY_ADDRESS.fullmatch(value.lower()):
            raise ValueError("must be an address such as odpowiedzi@example.org, with at most 20 letters before the @")
        return value.lower() if value else None

    @field_validator("sms_gateway_from")
    @classmethod
    def _sender(cls, value: str | None) -> str | None:
        if value is not None and not SENDER.fullmatch(value):
            raise ValueError("must be a number such as +48732000000, or a name of 3 to 11 letters and digits")
        return value

    @field_validator("public_url", "twilio_base_url", "geocoder_url", "sms_gateway_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must start with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("sms_gateway_url")
    @classmethod
    def _unseen(cls, value: str | None) -> str | None:
        """Numbers, words and the token travel there."""
        if value is not None and not value.startswith("https://") and urlsplit(value).hostname not in LOOPBACK:
            raise ValueError("must start with https://, unless the gateway is on this very machine")
        return value

    @field_validator("embed_origins")
    @classmethod
    def _origins(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        if not all(ORIGIN.fullmatch(value) for value in values):
            raise ValueError("must be addresses of sites without a path, such as https://www.example.org, by commas")
        return values

    @field_validator("secret_key", "field_key", "field_key_old", "sms_gateway_key", "sms_gateway_key_old")
    @classmethod
    def _strong(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("is too short: at least 32 characters are needed")
        return value

    @model_validator(mode="after")
    def _whole(self) -> Self:
        twilio = (self.twilio_account_sid, self.twilio_auth_token)
        if any(twilio) and not (all(twilio) and (self.twilio_from or self.twilio_messaging_service_sid)):
            number = "HUB_TWILIO_FROM (or HUB_TWILIO_MESSAGING_SERVICE_SID)"
            raise ValueError(f"HUB_TWILIO_ACCOUNT_SID, HUB_TWILIO_AUTH_TOKEN and {number} are needed together")
        gateway = (self.sms_gateway_url, self.sms_gateway_token, self.sms_gateway_from, self.sms_gateway_key)
        if any(gateway) and not all(gateway):
            others = "HUB_SMS_GATEWAY_TOKEN, HUB_SMS_GATEWAY_FROM and HUB_SMS_GATEWAY_KEY"
            raise ValueError(f"HUB_SMS_GATEWAY_URL, {others} are needed together")
        if any(twilio) and any(gateway):
            raise ValueError("HUB_TWILIO_ACCOUNT_SID and HUB_SMS_GATEWAY_URL are both set: unset one of the two")
        if self.mode is Mode.PRODUCTION and self.secret_key is None:
            raise ValueError("HUB_SECRET_KEY is needed in production: at least 32 random characters")
        if self.mode is Mode.PRODUCTION and self.field_key is None:
            raise ValueError("HUB_FIELD_KEY is needed in production: at least 32 random characters")
        return self

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def sends_sms(self) -> bool:
        return self.sms_provider is not None

    @property
    def sms_provider(self) -> str | None:
        """Who takes our SMS: Twilio, or the gateway by its host; None when nobody does."""
        if self.sms_gateway_url:
            return urlsplit(self.sms_gateway_url).hostname
        return "Twilio" if self.twilio_account_sid else None

    @property
    def sms_number(self) -> str | None:
        """The number people write an SMS to; None when there is none, or only a name that sends."""
        number = self.sms_gateway_from or self.twilio_from
        return number if number and number.startswith("+") else None

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS, so that cookies may insist on it."""
        return self.public_url.startswith("https://")

    @property
    def key(self) -> str:
        """The signing key. The demo's is known to all: there is nothing to protect in it."""
        return self.secret_key.get_secret_value() if self.secret_key else "demo-only-key-that-protects-nothing"

    @property
    def field_keys(self) -> tuple[str, ...]:
        """What confidential fields are encrypted with, the newest key first; the demo's is known to all."""
        known = [key.get_secret_value() for key in (self.field_key, self.field_key_old) if key]
        return tuple(known) or ("demo-only-field-key-that-protects-nothing",)

    @property
    def hook_token(self) -> str:
        """What Twilio's webhooks are signed with; the demo's phones page signs with it too."""
        return self.twilio_auth_token.get_secret_value() if self.twilio_auth_token else self.key

    @property
    def gateway_keys(self) -> tuple[str, ...]:
        """What the SMS gateway calls us with, the newest first; none without a gateway, in the demo too."""
        known = (self.sms_gateway_key, self.sms_gateway_key_old)
        return tuple(key.get_secret_value() for key in known if key) if self.sms_gateway_url else ()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """The settings in `environ` (os.environ). Raises BadSettings for anything unknown, missing, unreadable or wrong."""
    environ = os.environ if environ is None else environ
    found: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX) or not value:
            continue
        field = name.removeprefix(PREFIX).lower()
        if field not in Settings.model_fields and field.endswith("_file") and _is_secret(field[:-5]):
            field, value = field[:-5], _read(name, value)
        if field not in Settings.model_fields:
            raise BadSettings(f"{name} is not a setting of volunteer_hub; docs/operating.md lists them all.")
        found[field] = value
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        why = first["msg"].removeprefix("Value error, ")
        raise BadSettings(f"{PREFIX}{str(first['loc'][0]).upper()} {why}." if first["loc"] else f"{why}.") from None


def hand_down(settings: Settings) -> None:
    """Names the database to the processes started from this one; all else they read from the environment as we did."""
    if settings.database_url:
        os.environ[f"{PREFIX}DATABASE_URL"] = settings.database_url.get_secret_value()


def _is_secret(field: str) -> bool:
    return field in Settings.model_fields and "SecretStr" in str(Settings.model_fields[field].annotation)


def _read(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadSettings(f"{name} names a file that cannot be read.") from None
