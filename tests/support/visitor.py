"""A person without JavaScript: opens pages, fills the forms that stand on them, presses their buttons."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx2


@dataclass
class PageForm:
    """A form as it stands on a page: what it would send when its button is pressed."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[dict[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.inside: PageForm | None = None
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = PageForm(a.get("action", ""), a.get("method", "get").lower())
            self.forms.append(self.inside)
        if self.inside is None:
            return
        values = self.inside.values
        if tag == "button":
            self.inside.buttons.append(a)
        elif tag == "select":
            self.select = a.get("name", "")
        elif tag == "option" and self.select and "selected" in a:
            values[self.select] = [a.get("value", "")]
        elif tag == "textarea":
            self.area = a.get("name", "")
            values[self.area] = [""]
        elif tag == "input" and a.get("name"):
            if a.get("type") not in ("checkbox", "radio"):
                values.setdefault(a["name"], []).append(a.get("value", ""))
            elif "checked" in a:
                values.setdefault(a["name"], []).append(a.get("value", "on"))

    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            self.inside.values[self.area] = [data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None


def forms(html: str) -> list[PageForm]:
    parser = _Forms()
    parser.feed(html)
    return parser.forms


class Visitor:
    """Follows redirects after a form, as a browser does; `page` is what is on the screen."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self.page: httpx2.Response

    async def open(self, path: str) -> str:
        self.page = await self.client.get(path, follow_redirects=True)
        return self.page.text

    async def send(self, action: str, button: dict[str, str] | None = None, **values: Any) -> str:
        """Fills and sends the first form whose action ends with `action`; a list fills repeated inputs."""
        found = [form for form in forms(self.page.text) if form.action.partition("?")[0].endswith(action)]
        assert found, f"no form to {action} on {self.page.url}: {[f.action for f in forms(self.page.text)]}"
        filled = dict(found[0].values)
        for name, value in values.items():
            filled[name] = [str(v) for v in value] if isinstance(value, list | tuple) else [str(value)]
        for name, value in (button or {}).items():
            filled[name] = [value]
        self.page = await self.client.post(found[0].action or str(self.page.url), data=filled, follow_redirects=True)
        return self.page.text
