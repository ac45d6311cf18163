"""Does a channel take us? Connects and signs in as sending does, and sends nothing."""

import asyncio
import contextlib
from importlib import import_module
from uuid import uuid4

import aiohttp
import aiosmtplib

from volunteer_hub.messaging.channels.base import NotAccepted
from volunteer_hub.messaging.channels.smtp import COMMAND_SECONDS, CONNECT_SECONDS, server_of
from volunteer_hub.settings import Settings


async def mail(settings: Settings) -> str:
    """Why the mail server of HUB_SMTP_URL does not take us, in a word or two; empty when it does."""
    assert settings.smtp_url is not None  # noqa: S101 - the caller asks first
    server = server_of(settings.smtp_url.get_secret_value())
    client = aiosmtplib.SMTP(timeout=COMMAND_SECONDS, local_hostname="localhost", **server)
    try:
        await client.connect(timeout=CONNECT_SECONDS)
        with contextlib.suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=1)
    except aiosmtplib.SMTPAuthenticationError as error:
        return f"user or password refused, {error.code}"
    except (aiosmtplib.SMTPException, OSError) as error:
        return type(error).__name__
    finally:
        client.close()
    return ""


async def sms(settings: Settings) -> str:
    """Why the provider of SMS does not take us, in a word or two; empty when it does."""
    return await (_gateway(settings) if settings.sms_gateway_url else _twilio(settings))


async def _gateway(settings: Settings) -> str:
    """Asks for the messages under a reference that no message has: an honest gateway lists none."""
    module = await asyncio.to_thread(import_module, "volunteer_hub.messaging.channels.gateway_client")
    client = module.Client(settings)
    try:
        await client.listed(str(uuid4()))
    except NotAccepted as error:
        return error.reason
    finally:
        await client.close()
    return ""


async def _twilio(settings: Settings) -> str:
    """Asks for one old SMS."""
    module = await asyncio.to_thread(import_module, "volunteer_hub.messaging.channels.twilio_client")
    http = module.Http(settings.twilio_base_url)
    path = f"{settings.twilio_base_url}/2010-04-01/Accounts/{settings.twilio_account_sid}/Messages.json"
    try:
        answer = await http.request(
            "GET", path, params={"PageSize": 1}, auth=(settings.twilio_account_sid, settings.hook_token)
        )
    except (aiohttp.ClientError, NotAccepted, TimeoutError, OSError) as error:
        return type(error).__name__
    finally:
        await http.close()
    return "" if answer.status_code == 200 else f"status {answer.status_code}"
