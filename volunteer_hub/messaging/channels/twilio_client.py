"""The twilio package over one aiohttp session of ours; imported only when the first SMS leaves (see twilio.py).

Why not the package's own AsyncTwilioHttpClient: it fixes the host, ignores the timeout it is made with, keeps the last
answer in one slot where concurrent requests can swap theirs, and writes addresses and texts to its log.
"""

import contextlib
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client as TwilioRest

from volunteer_hub.messaging.channels import http
from volunteer_hub.messaging.channels.base import Ambiguous, NotAccepted, Rejected, SafeRetry, Unusable
from volunteer_hub.messaging.rules import State
from volunteer_hub.settings import Settings

# What is refused is ours, not this message: 20003 credentials, 20005 account not active, 20404 account not there,
# 21212 and 21606 the sender's number.
_OURS = frozenset({20003, 20005, 20404, 21212, 21606})
_STOPPED = 21610


class Client(TwilioRest):
    """Twilio's REST client for the account in `settings`. Must be made inside the loop it works in."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.twilio_account_sid, settings.hook_token, http_client=Http(settings.twilio_base_url))

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Whatever goes wrong in the block becomes what it means for a message."""
        try:
            yield
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:  # no connection: no byte left
            raise SafeRetry(type(error).__name__) from None
        except (TwilioRestException, TwilioServiceException) as error:
            raise meaning(int(error.status), int(error.code or 0)) from None
        except (aiohttp.ClientError, TwilioException, TimeoutError, OSError, ValueError) as error:
            raise Ambiguous(type(error).__name__) from None


def meaning(status: int, code: int) -> NotAccepted:
    """What an error answer says about the message.

    A 5xx may come after the message was taken: Twilio's create is not idempotent. A 4xx without Twilio's own code is
    from something in between, or a wrong address of the API.
    """
    if status >= 500 or status < 400 or status == 408:
        return Ambiguous(str(status))
    if status == 401 or code in _OURS or not code:
        return Unusable(str(code or status))
    return Rejected(str(code), State.SUPPRESSED if code == _STOPPED else State.UNDELIVERED)


class Http(AsyncHttpClient):
    """Twilio's requests, sent to `base_url` and never repeated by themselves."""

    def __init__(self, base_url: str) -> None:
        super().__init__(logging.getLogger("twilio"), is_async=True)
        self._base_url = base_url
        self._session = http.session()

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,  # noqa: ASYNC109 - the package's own signature
        allow_redirects: bool = False,
    ) -> Response:
        path = url.partition("://")[2].partition("/")[2]
        sent = dict(headers or {})
        if auth:
            sent["Authorization"] = aiohttp.encode_basic_auth(*auth)
        async with self._session.request(
            method, f"{self._base_url}/{path}", params=params, data=data, headers=sent, allow_redirects=False
        ) as answer:
            if answer.status == 429:
                raise SafeRetry("429", http.seconds(answer.headers.get("Retry-After", "")))
            return Response(answer.status, await answer.text(), answer.headers)

    async def close(self) -> None:
        await self._session.close()
