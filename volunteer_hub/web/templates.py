"""The jinja2 environment: strict, escaped, in three languages, with our formats and hashed addresses of static files."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from volunteer_hub.kit.paths import bundled
from volunteer_hub.web import formats, i18n


@cache
def environment() -> Environment:
    """One for the process: made at the first page, from files that do not change while it runs."""
    made = Environment(
        loader=FileSystemLoader(bundled("templates")),
        autoescape=lambda name: name is None or name.endswith((".html", ".svg")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: i18n.catalogue(i18n.language()).ugettext(text),
        lambda one, many, n: i18n.catalogue(i18n.language()).ungettext(one, many, n),
        newstyle=True,
    )
    made.filters.update(formats.FILTERS)
    made.globals["static"] = static
    made.globals["languages"] = i18n.LANGUAGES
    return made


@cache
def static(name: str) -> str:
    """The address of a static file with a mark of its content, so that browsers may keep it for ever."""
    content = (bundled("static") / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:10]}"


def render(name: str, context: Mapping[str, object]) -> str:
    """A template that is no page: a message's text, a fragment inside another answer."""
    return environment().get_template(name).render(context)
