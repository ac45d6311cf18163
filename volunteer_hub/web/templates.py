"""The jinja2 environments: strict, escaped, one for each language, with our formats and hashed names of static files.

What is the same on every page of a language is worked out when a template is compiled, once: words without values and
the names of static files then are plain text of the template.
"""

from collections.abc import Callable, Mapping, MutableMapping
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, pass_eval_context
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

from volunteer_hub.kit.paths import bundled
from volunteer_hub.web import formats, i18n


class Calls(Context):
    """Calls macros at once: jinja2 first asks each of them several times for wishes that none of ours has."""

    def call(self, called: Callable[..., Any], /, *args: Any, **named: Any) -> Any:
        if type(called) in (Macro, Kept):
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
            return called(*args, **named)
        return super().call(called, *args, **named)


class Escaped(CodeGenerator):
    """Compiles `{{ … }}` so that what is markup already, as all that macros make is, is not looked at again."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.text(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Spoken(Environment):
    """An environment that says its words in one language, whatever language is spoken around it."""

    code_generator_class = Escaped
    context_class = Calls

    def __init__(self, code: str) -> None:
        super().__init__(
            loader=FileSystemLoader(bundled("templates")),
            # Texts of SMS and mail (.txt) are not HTML.
            autoescape=_is_markup,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            auto_reload=False,
        )
        self.code = code
        self.newstyle_gettext = True  # {% trans %} then passes its values to the functions
        self.globals |= {"_": self.gettext, "gettext": self.gettext, "ngettext": self.ngettext}
        self.globals |= {"static": static, "kept": kept, "languages": i18n.LANGUAGES}
        self.filters.update(formats.FILTERS)

    @staticmethod
    def text(value: object) -> Markup:
        return value if type(value) is Markup else escape(value)

    @pass_eval_context
    def gettext(self, context: EvalContext, text: str, /, **values: object) -> str:
        return _said(i18n.catalogue(self.code).ugettext(text), values, markup=context.autoescape)

    @pass_eval_context
    def ngettext(self, context: EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
        said = i18n.catalogue(self.code).ungettext(one, many, number)
        return _said(said, {"num": number, **values}, markup=context.autoescape)

    def make_globals(self, given: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own: no template of ours brings more, and the parent's ChainMap costs every page."""
        return self.globals if given is None else super().make_globals(given)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return Constants(self.code, markup=_is_markup(name)).visit(super()._parse(source, name, filename))


class Constants(NodeTransformer):
    """Puts text in the place of calls that always give the same: words of one language, names of static files."""

    def __init__(self, code: str, *, markup: bool) -> None:
        self.code = code
        self.markup = markup

    def visit_Call(self, call: nodes.Call) -> nodes.Expr:
        """A call of `_("…")`, `gettext` or `static("…")`; any other, or one of what is not yet known, stays."""
        self.generic_visit(call)
        match call:
            case nodes.Call(node=nodes.Name(name="static"), args=[nodes.Const(value=file)], kwargs=[]):
                return nodes.Const(static(file))
            case nodes.Call(node=nodes.Name(name="_" | "gettext"), args=[nodes.Const(value=text)], dyn_kwargs=None):
                text = i18n.catalogue(self.code).ugettext(text)
                if not call.kwargs:
                    return nodes.Const(_said(text, {}, markup=self.markup))
                values = [nodes.Pair(nodes.Const(given.key), given.value) for given in call.kwargs]
                return nodes.Mod(nodes.Const(Markup(text) if self.markup else text), nodes.Dict(values))  # noqa: S704
        return call


def _is_markup(name: str | None) -> bool:
    return name is None or name.endswith((".html", ".svg"))


def _said(text: str, values: Mapping[str, object], *, markup: bool) -> str:
    """The words are ours and may hold markup; the values are people's and are escaped, where the template escapes."""
    said = Markup(text) if markup else text  # noqa: S704
    return said % values if values or "%" in text else said


def environment() -> Environment:
    """The one of the language now spoken."""
    return speaking(i18n.language())


@cache
def speaking(code: str) -> Spoken:
    """One for the process and the language: made at its first page, from files that do not change while it runs."""
    return Spoken(code)


def kept(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """`{% set x = kept(x) %}`: what the macro x once made of its arguments is not made again.

    For small parts that lists repeat, made of words and numbers: nobody's data may stay here. It keeps only where the
    macro's file is imported without context, and so is read once.
    """
    return lru_cache(1000, typed=True)(macro)


Kept = type(kept(Markup))


@cache
def static(name: str) -> str:
    """The address of a static file with a mark of its content, so that browsers may keep it for ever."""
    content = (bundled("static") / name).read_bytes()
    return f"/static/{name}?v={sha256(content).hexdigest()[:10]}"


def render(name: str, context: Mapping[str, object]) -> str:
    """A template that is no page: a message's text, a fragment inside another answer."""
    return environment().get_template(name).render(context)


def word(macro: str, *values: object, of: str = "parts/words.html") -> str:
    """What a macro of the template `of` says, as plain text: `word("step", Step.ACTIVE)`; of a pill its words."""
    said: Markup = getattr(environment().get_template(of).module, macro)(*values)
    return said.striptags()
