"""What may be asked of the open data: the parameters of each address, as HSDS names them."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from volunteer_hub.exchange.open_data import Themes, Wanted
from volunteer_hub.kit.refused import Refused
from volunteer_hub.web import forms
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import mark

PER_PAGE = 50
MOST_PER_PAGE = 100
MOST_POINTS = 1000

# A plus that was not written %2B comes as a space.
Since = Annotated[
    datetime,
    BeforeValidator(lambda given: given.replace(" ", "+") if isinstance(given, str) else given),
    AfterValidator(lambda moment: moment if moment.tzinfo else moment.replace(tzinfo=UTC)),
]
Id = Annotated[str, Field(max_length=100)]


class Lean(GenerateJsonSchema):
    """Schemas without null: what holds nothing is left out, of our answers as of an address."""

    def nullable_schema(self, schema: Any) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: Any) -> JsonSchemaValue:
        return (
            self.generate_inner(schema["schema"]) if schema.get("default") is None else super().default_schema(schema)
        )


class Nothing(Form):
    """No parameters."""

    sentences = {
        "page": mark("To musi być numer strony, od 1."),
        "per_page": mark("To musi być liczba od 1 do największej, jaką podaje opis."),
        "modified_after": mark("To musi być data albo chwila, na przykład 2026-11-01T00:00:00Z."),
        "full": mark("Możliwe odpowiedzi: true albo false."),
        "full_service": mark("Możliwe odpowiedzi: true albo false."),
        "minimal": mark("Możliwe odpowiedzi: true albo false."),
        "top_only": mark("Możliwe odpowiedzi: true albo false."),
        "year": mark("Podaj rok, na przykład 2025."),
        "kind": mark("Możliwe odpowiedzi: group albo course."),
        "format": mark("Odpowiadamy tylko w formacie json."),
    }


class OfPages(Nothing):
    page: int = Field(1, ge=1, le=1_000_000, description="Which page.")
    per_page: int = Field(PER_PAGE, ge=1, le=MOST_PER_PAGE, description="How many a page.")


class Paged(OfPages):
    search: str = Field("", max_length=100, description="Words that all stand in it.")
    format: Literal["json"] = Field("json", description="There is no other.")


class AskedOpportunities(OfPages):
    area: Id = Field("", description="Those in the district with this slug.")
    theme: Id = Field("", description="Those of the theme with this slug.")


class AskedYear(Nothing):
    year: int = Field(ge=1990, le=2200, description="A calendar year that is over.")


class AskedGroups(OfPages):
    kind: Literal["", "group", "course"] = Field("", description="Groups alone or courses alone.")


class OfThemes(Paged):
    taxonomy_term_id: Id = Field("", description="Those with this taxonomy term.")
    taxonomy_id: Id = Field("", description="Those with any term of this taxonomy.")


class AskedServices(OfThemes):
    organization_id: Id = Field("", description="Those that this organization runs.")
    modified_after: Since | None = Field(None, description="Those changed from this moment on; without a zone: UTC.")
    full: bool = Field(False, description="With all that hangs on it.")
    minimal: bool = Field(False, description="Only `id` and `last_modified`.")


class AskedPlaces(OfThemes):
    organization_id: Id = Field("", description="Those that this organization runs.")
    modified_after: Since | None = Field(None, description="Those changed from this moment on; without a zone: UTC.")
    full: bool = Field(False, description="With all that hangs on it.")


class AskedOrganizations(OfThemes):
    full: bool = Field(False, description="With all that hangs on it.")


class AskedOrganization(Nothing):
    full_service: bool = Field(False, description="With its services whole.")


class AskedTerms(Paged):
    taxonomy_id: Id = Field("", description="Those of this taxonomy.")
    top_only: bool = Field(False, description="Those with no term above them.")
    parent_id: Id = Field("", description="Those right below this term.")


class AskedPoints(AskedPlaces):
    full: bool = Field(False, exclude=True, json_schema_extra={"hidden": True})
    per_page: int = Field(MOST_POINTS, ge=1, le=MOST_POINTS, description="How many a page.")


def read(model: type[Form], given: list[tuple[str, str]]) -> Any:
    """The parameters of an address. Raises Refused (400) that names what is wrong.

    One that we do not know is wrong too: a filter with a slip in its name must not give everything.
    """
    typed: dict[str, list[str]] = {}
    for name, value in given:
        typed.setdefault(name, []).append(value)
    known = parameters(model)
    for name in typed:
        if name not in known:
            raise Refused(mark("%(name)s: nie ma takiego parametru. Są: %(known)s."), 400, name=name[:60],
                          known=", ".join(known) or "–")  # fmt: skip
    checked = forms.read(model, typed)
    if checked.value is None:
        name, sentence = next(iter(checked.errors.items()))
        raise Refused("%(name)s: %(said)s", 400, name=name, said=sentence)
    return checked.value


def parameters(model: type[Form]) -> dict[str, dict[str, Any]]:
    """The JSON schemas of the parameters by their names."""
    properties = model.model_json_schema(schema_generator=Lean).get("properties", {})
    return {name: schema for name, schema in properties.items() if not schema.pop("hidden", False)}


def wanted(asked: Any, base: Wanted, themes: Themes) -> Wanted:
    """The filters of `asked` over `base`; an id that means nothing here finds nothing."""
    of_themes: tuple[UUID, ...] | None = None
    if asked.taxonomy_term_id:
        of_themes = themes.of_term(forms.id_of(asked.taxonomy_term_id))
    if asked.taxonomy_id:
        theirs = themes.of_taxonomy(forms.id_of(asked.taxonomy_id))
        of_themes = theirs if of_themes is None else tuple(id for id in of_themes if id in theirs)
    organisation = getattr(asked, "organization_id", "")
    run_by = tuple(filter(None, [forms.id_of(organisation)])) if organisation else None
    since = getattr(asked, "modified_after", None)
    return Wanted(base.kinds, base.ids, asked.search, of_themes, run_by, since)
