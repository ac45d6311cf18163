"""What a template is drawn with, outside a running page."""

from starlette.applications import Starlette
from starlette.requests import Request

from volunteer_hub.kit.actor import Actor
from volunteer_hub.web import forms

WRONG = forms.Checked(
    typed={"phone": ["600 000 00"], "kind": ["adult"], "week": ["6-morning"], "text": ["<b>"]},
    errors={"phone": "Numer ma 8 cyfr.", "kind": "Wybierz jedną z odpowiedzi.", "": "Za dużo naraz."},
)


def request_to(app: Starlette, path: str = "/here", actor: Actor | None = None) -> Request:
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "app": app, "scheme": "http"}
    request = Request(scope | {"headers": [(b"host", b"hub.test")], "server": ("hub.test", 80), "state": {}})
    if actor:
        request.state.actor = actor
    return request
