"""Pages that take a file: how large it may be stands beside the routes; a larger one is refused before it is read."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

# For Route(max_body_size=…): the framework's own limit would answer in English, over whatever we say.
OURS_TO_LIMIT = 1 << 60
# What a form has around its file: its other inputs and the multipart frame.
FRAME = 300_000

SCOPE = "hub.upload"


class Upload:
    """Middleware of a route that takes one file of at most `most` bytes. A larger request is a 413 in our words.

    By its Content-Length before a byte is read, else as soon as more has come. The file itself goes to disk as it comes
    (Starlette's form does that), never into memory.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[SCOPE] = True
        said = Request(scope).headers.get("content-length", "")
        if said.isdecimal() and int(said) > self.most + FRAME:
            raise self.too_big()
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self.most + FRAME:
                raise self.too_big()
            return message

        await self.app(scope, counted, send)

    def too_big(self) -> Refused:
        return Refused(mark("Ten plik jest za duży. Najwięcej: %(mb)s MB."), 413, mb=self.most // 1_000_000)


def files(request: Request) -> int:
    """How many files a form at this address may carry."""
    return 1 if request.scope.get(SCOPE) else 0
