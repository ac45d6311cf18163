"""What may stand in an edited text: words, names, a name cut short, and a part that is left out when a name is empty.

Jinja's own language is much larger. So a text is parsed, every node must be one of a few, and only then is it compiled,
in Jinja's immutable sandbox without a single global: nothing in it can run long, grow or reach anything.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from volunteer_hub.kit.refused import Refused
from volunteer_hub.web.i18n import mark

# The longest source of an SMS, a subject and a body of a letter; the most names and conditions in one, and how deep.
MOST_SMS, MOST_SUBJECT, MOST_BODY = 1000, 200, 6000
MOST_NODES, MOST_DEPTH = 400, 8

SYNTAX = mark("Tego zapisu nie da się odczytać (wiersz %(line)s). Nazwy pisz tak: {{ centre }}.")
NOT_ALLOWED = mark("Wiersz %(line)s: można użyć tylko nazw z listy, cut(…) i warunku „if”. Reszta nie działa.")
UNKNOWN = mark("Nie ma tu nazwy „%(name)s”. Lista nazw stoi obok.")
TOO_MUCH = mark("Ten tekst ma za dużo nazw albo warunków.")
TOO_LONG = mark("Ten tekst jest za długi. Najwięcej znaków: %(max_length)s.")


def cut(text: str, most: int) -> str:
    """At most `most` characters of `text`, with dots where something is missing."""
    return text if len(text) <= most else text[: max(most - 3, 0)].rstrip() + "..."


def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, cache_size=0)
    made.globals.clear()
    made.tests.clear()
    made.filters.clear()
    made.filters["cut"] = cut
    return made


_SANDBOX = _environment()
SAID = (nodes.TemplateData, nodes.Name, nodes.Filter)


def check(source: str, names: frozenset[str], most: int) -> nodes.Template:
    """The tree of a text that uses only `names`. Raises Refused 422 with a sentence."""
    if len(source) > most:
        raise Refused(TOO_LONG, 422, max_length=most)
    tree = _parsed(source)
    for count, (node, depth) in enumerate(_walk(tree, 0)):
        if count > MOST_NODES or depth > MOST_DEPTH:
            raise Refused(TOO_MUCH, 422)
        _allowed(node, names)
    return tree


def _parsed(source: str) -> nodes.Template:
    try:
        return _SANDBOX.parse(source)
    except TemplateSyntaxError as error:
        raise Refused(SYNTAX, 422, line=error.lineno) from None
    except (RecursionError, ValueError, MemoryError):  # brackets in brackets; a number of thousands of digits
        raise Refused(SYNTAX, 422, line=1) from None


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    yield node, depth
    if depth <= MOST_DEPTH:
        for child in node.iter_child_nodes():
            yield from _walk(child, depth + 1)


def _allowed(node: nodes.Node, names: frozenset[str]) -> None:
    match node:
        case nodes.Template() | nodes.TemplateData():
            return
        case nodes.Output(nodes=parts) if all(isinstance(part, SAID) for part in parts):
            return
        case nodes.Name(name=name, ctx="load"):
            if name not in names:
                raise Refused(UNKNOWN, 422, name=name[:40])
        case nodes.If(test=nodes.Name() | nodes.Not(node=nodes.Name())) | nodes.Not(node=nodes.Name()):
            return
        case nodes.Filter(name="cut", node=nodes.Name(), args=[nodes.Const(value=int())], kwargs=[], dyn_args=None,
                          dyn_kwargs=None):
            return
        case nodes.Const(value=int(value)) if 1 <= value <= 500:  # what `cut` was given
            return
        case _:
            raise Refused(NOT_ALLOWED, 422, line=node.lineno)


def plain_text(tree: nodes.Template, between: str = "") -> str:
    """What was typed itself, without names and conditions, `between` where they stood."""
    return between.join(data.data for data in tree.find_all(nodes.TemplateData))


def always_said(tree: nodes.Template) -> set[str]:
    """The names that are said whole whatever their values; an empty one counts as said where it is asked about."""
    return _said(tree.body)


def _said(body: list[nodes.Node]) -> set[str]:
    said: set[str] = set()
    for node in body:
        if isinstance(node, nodes.Output):
            said |= {part.name for part in node.nodes if isinstance(part, nodes.Name)}
        elif isinstance(node, nodes.If):
            said |= _said_either_way(node.test, node.body, node.elif_, node.else_)
    return said


def _said_either_way(
    test: nodes.Node, body: list[nodes.Node], more: list[nodes.If], other: list[nodes.Node]
) -> set[str]:
    yes = _said(body)
    no = _said_either_way(more[0].test, more[0].body, more[1:], other) if more else _said(other)
    match test:
        case nodes.Not(node=nodes.Name(name=name)):
            yes |= {name}
        case nodes.Name(name=name):
            no |= {name}
    return yes & no


@lru_cache(500)
def _compiled(source: str, names: frozenset[str]) -> Template:
    return _SANDBOX.from_string(check(source, names, MOST_BODY))


@lru_cache(500)
def names_in(source: str) -> frozenset[str]:
    """The names that a text asks for, known or not. Raises Refused 422 with a sentence."""
    return frozenset(name.name for name in _parsed(source).find_all(nodes.Name))


def render(source: str, names: frozenset[str], values: Mapping[str, str]) -> str:
    """The text with `values` in the place of its names, of which it may use `names` alone.

    Raises Refused for what may not stand in it, jinja2.TemplateError for what it lacks.
    """
    return _compiled(source, names).render(values)
