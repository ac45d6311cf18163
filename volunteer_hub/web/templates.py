"""The jinja2 environment: strict, escaped, in three languages, with our formats and hashed names of static files."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from volunteer_hub.kit.paths import bundled
from volunteer_hub.web import formats, i18n


@cache
def environment() -> Environment:
    """One for the process: made at the first page, from files that do not change while it runs."""
    made = Environment(
        loader=FileSystemLoader(bundled("templates")),
        # Texts of SMS and mail (.txt) are not HTML.
        autoescape=lambda name: name is None or name.endswith((".html", ".svg")),  # noqa: S701 - on but for those
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        auto_reload=False,
    )
    made.newstyle_gettext = True  # type: ignore[attr-defined]  # {% trans %} then passes its values to the functions
    made.globals |= {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext}
    made.filters.update(formats.FILTERS)
    made.globals["static"] = static
    made.globals["languages"] = i18n.LANGUAGES
    return made


# jinja2's own pair calls through the context three times for each word, a third of a long page's time.
@pass_eval_context
def _gettext(context: EvalContext, text: str, /, **values: object) -> str:
    return _said(context, i18n.catalogue(i18n.language()).ugettext(text), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
    return _said(context, i18n.catalogue(i18n.language()).ungettext(one, many, number), {"num": number, **values})


def _said(context: EvalContext, text: str, values: Mapping[str, object]) -> str:
    """The words are ours and may hold markup; the values are people's and are escaped, where the template escapes."""
    said = Markup(text) if context.autoescape else text  # noqa: S704
    return said % values if values or "%" in text else said


@cache
def static(name: str) -> str:
    """The address of a static file with a mark of its content, so that browsers may keep it for ever."""
    content = (bundled("static") / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:10]}"


def render(name: str, context: Mapping[str, object]) -> str:
    """A template that is no page: a message's text, a fragment inside another answer."""
    return environment().get_template(name).render(context)
