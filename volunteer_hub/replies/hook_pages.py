"""The webhooks that providers call: an SMS came in; the fate of one we sent. Proved, else 403 and nothing is kept.

Twilio signs what it posts; an SMS gateway has our key in the address. Refusals have no body: whoever cannot prove
who they are learns nothing.
"""

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.messaging import actions as messaging
from volunteer_hub.messaging.channels import gateway, twilio_signature
from volunteer_hub.replies import actions
from volunteer_hub.web import forms
from volunteer_hub.web.render import settings_of

INBOUND = "/hooks/twilio/inbound"
MAX_BODY = 64 * 1024
MAX_FIELDS = 200

Form = dict[str, list[str]]
NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


class NotTheProvider(Exception):
    """`status` is what to answer: 400 no form, 403 not proved, 413 too long."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def inbound(request: Request) -> Response:
    """An SMS to our number. The answer, if any, goes through the outbox, never in this response."""
    try:
        form = await _signed(request)
    except NotTheProvider as refused:
        return Response(status_code=refused.status)
    provider_id, sender = _text(form, "MessageSid"), _text(form, "From")
    if not provider_id or not sender:
        return Response(status_code=400)
    await actions.receive(provider_id[:64], sender[:254], _text(form, "Body"))
    return _nothing_to_say()


async def status(request: Request) -> Response:
    """What became of an SMS we sent; `ref` in the address is our own reference."""
    try:
        form = await _signed(request)
    except NotTheProvider as refused:
        return Response(status_code=refused.status)
    said, sid = _text(form, "MessageStatus"), _text(form, "MessageSid")[:64]
    if not said or not sid:
        return Response(status_code=400)
    ref = forms.id_of(request.query_params.get("ref", ""))
    await messaging.record_callback(ref=ref, provider_id=sid, status=said, error_code=_text(form, "ErrorCode"))
    return _nothing_to_say()


async def gateway_inbound(request: Request) -> Response:
    """An SMS to our number, brought by the gateway; it brings it again until it hears OK."""
    try:
        form = await _keyed(request)
    except NotTheProvider as refused:
        return Response(status_code=refused.status)
    provider_id, sender = _text(form, "id"), gateway.sender(_text(form, "from"))
    if not provider_id or not sender:
        return Response(status_code=400)
    await actions.receive(provider_id[:64], sender[:254], _text(form, "text"))
    return Response("OK", media_type="text/plain")


async def gateway_status(request: Request) -> Response:
    """What became of an SMS that the gateway took; `ref` in the address, or external_id, is our own reference."""
    try:
        form = await _keyed(request)
    except NotTheProvider as refused:
        return Response(status_code=refused.status)
    said, error = gateway.fate(_text(form, "status"), _text(form, "error"))
    name = _text(form, "id")[:64]
    if not said or not name:
        return Response(status_code=400)
    ref = forms.id_of(request.query_params.get("ref", "") or _text(form, "external_id"))
    await messaging.record_callback(ref=ref, provider_id=name, status=said, error_code=error)
    return Response("OK", media_type="text/plain")


async def _keyed(request: Request) -> Form:
    """The form posted to an address that has the gateway's key. Raises NotTheProvider."""
    if not gateway.knows(settings_of(request), request.query_params.get("key", "")):
        raise NotTheProvider(403)
    return await _form(request)


async def _signed(request: Request) -> Form:
    """The posted form, proved to be Twilio's. Raises NotTheProvider."""
    form = await _form(request)
    query = request.scope["query_string"].decode("latin-1")
    path = f"{request.url.path}?{query}" if query else request.url.path
    if not twilio_signature.valid(settings_of(request), path, form, request.headers):
        raise NotTheProvider(403)
    return form


async def _form(request: Request) -> Form:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise NotTheProvider(413)
    try:
        # Strict: half a character in a form that no provider sends so must not become another text.
        return parse_qs(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise NotTheProvider(400) from None


def _text(form: Form, name: str) -> str:
    """The field without NULs, which PostgreSQL cannot store."""
    return form.get(name, [""])[-1].replace("\x00", "")


def _nothing_to_say() -> Response:
    return Response(NOTHING_TO_SAY, media_type="text/xml")
