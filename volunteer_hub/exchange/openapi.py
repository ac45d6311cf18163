"""The open data described: every address, what may be asked of it, what it answers. Made from the models themselves.

The same table makes the OpenAPI 3.1 document for programs and the page for people; its words are in English for the
first, in the reader's language on the second.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, RootModel
from pydantic.json_schema import models_json_schema

from volunteer_hub import __version__
from volunteer_hub.exchange import asking, figures, hsds, work
from volunteer_hub.exchange.api_access.events import Event
from volunteer_hub.exchange.api_access.rules import Kind, Scope
from volunteer_hub.settings import Settings
from volunteer_hub.web.forms import Form
from volunteer_hub.web.i18n import gettext, mark, speaking

BASE = "/api/v1"


class Document(RootModel[dict[str, Any]]):
    """An OpenAPI document, as it is sent."""


@dataclass(frozen=True)
class Endpoint:
    """One address under BASE. `answers`: the models one of which is the body; `example`: a query worth trying.

    A token that is sent must be of `scope`; where `needs_token`, one must be sent.
    """

    path: str
    operation: str
    summary: str
    query: type[Form]
    answers: tuple[type[BaseModel], ...]
    example: str = ""
    media_type: str = "application/json"
    scope: Scope | None = Scope.RESOURCES
    needs_token: bool = False

    @property
    def parameters(self) -> dict[str, dict[str, Any]]:
        return asking.parameters(self.query)

    @property
    def must(self) -> set[str]:
        """The parameters without which there is no answer."""
        return {name for name, field in self.query.model_fields.items() if field.is_required()}

    @property
    def by_id(self) -> bool:
        return "{id}" in self.path


OF_HSDS = (
    Endpoint("/", "about", mark("Co to za dane i gdzie jest ich opis."), asking.Nothing, (hsds.About,), scope=None),
    Endpoint(
        "/services", "services", mark("Usługi, umiejętności, grupy i miejsca, z których można skorzystać."),
        asking.AskedServices,
        (hsds.Page[hsds.ListedService], hsds.Page[hsds.Service], hsds.Page[hsds.MinimalService]),
        "full=true&per_page=2",
    ),
    Endpoint("/services/{id}", "service", mark("Jedna z nich, ze wszystkim."), asking.Nothing, (hsds.Service,)),
    Endpoint(
        "/organizations", "organizations", mark("Organizacje."), asking.AskedOrganizations,
        (hsds.Page[hsds.BasicOrganization], hsds.Page[hsds.Organization]), "full=true",
    ),
    Endpoint(
        "/organizations/{id}", "organization", mark("Jedna organizacja, z tym, co prowadzi."),
        asking.AskedOrganization, (hsds.Organization,),
    ),
    Endpoint(
        "/service_at_locations", "serviceAtLocations", mark("Usługi razem z miejscem, w którym są."),
        asking.AskedPlaces, (hsds.Page[hsds.BasicServiceAtLocation], hsds.Page[hsds.ServiceAtLocation]),
        "modified_after=2026-11-01",
    ),
    Endpoint(
        "/service_at_locations/{id}", "serviceAtLocation", mark("Jedna usługa w swoim miejscu."), asking.Nothing,
        (hsds.ServiceAtLocation,),
    ),
    Endpoint(
        "/taxonomies", "taxonomies", mark("Klasyfikacje, z których są tematy."), asking.Paged,
        (hsds.Page[hsds.Taxonomy],),
    ),
    Endpoint("/taxonomies/{id}", "taxonomy", mark("Jedna klasyfikacja."), asking.Nothing, (hsds.Taxonomy,)),
    Endpoint(
        "/taxonomy_terms", "taxonomyTerms", mark("Tematy, drzewem: każdy ma swój temat nadrzędny."),
        asking.AskedTerms, (hsds.Page[hsds.TaxonomyTerm],), "top_only=true",
    ),
    Endpoint("/taxonomy_terms/{id}", "taxonomyTerm", mark("Jeden temat."), asking.Nothing, (hsds.TaxonomyTerm,)),
    Endpoint(
        "/resources.geojson", "points", mark("Wszystkie zasoby jako punkty na mapę (GeoJSON, RFC 7946)."),
        asking.AskedPoints, (hsds.Resources,), "per_page=100", "application/geo+json",
    ),
)  # fmt: skip
OF_WORK = (
    Endpoint(
        "/opportunities", "opportunities", mark("Spotkania najbliższych trzech tygodni, na których brakuje ludzi."),
        asking.AskedOpportunities, (hsds.Page[work.Opportunity],), "per_page=10", scope=Scope.OPPORTUNITIES,
    ),
    Endpoint(
        "/opportunities/{id}", "opportunity", mark("Jedno z nich."), asking.Nothing, (work.Opportunity,),
        scope=Scope.OPPORTUNITIES,
    ),
    Endpoint(
        "/groups", "groups", mark("Grupy samopomocowe i szkolenia, do których można dołączyć."), asking.AskedGroups,
        (hsds.Page[work.Group],), "kind=group", scope=Scope.GROUPS,
    ),
    Endpoint("/groups/{id}", "group", mark("Jedna grupa."), asking.Nothing, (work.Group,), scope=Scope.GROUPS),
)  # fmt: skip
OF_FIGURES = (
    Endpoint(
        "/indicators", "indicators", mark("Wskaźniki minionego roku, w wydaniu do publikacji. Potrzebny klucz."),
        asking.AskedYear, (figures.Year,), scope=Scope.INDICATORS, needs_token=True,
    ),
)  # fmt: skip
ENDPOINTS = OF_HSDS + OF_WORK + OF_FIGURES

REFUSALS = {
    "400": mark("Czegoś w adresie nie rozumiemy; zdanie mówi, czego."),
    "401": mark("Klucza nie ma, nie znamy go albo już nie działa."),
    "403": mark("Ten klucz nie obejmuje tych danych."),
    "404": mark("Nie ma tego wśród danych publicznych."),
    "429": mark("Za dużo pytań; nagłówek Retry-After mówi, kiedy spróbować."),
    "503": mark("Przerwa techniczna; nagłówek Retry-After mówi, kiedy spróbować."),
}
TAKEN = mark("Przyjęte. Każda inna odpowiedź: przyślemy jeszcze raz, przez około dobę.")
NO_MORE = mark("Nie chcę więcej: webhook się kończy.")
EVENT = mark("Coś publicznego się pojawiło, zmieniło albo znikło. Co, mówi adres w treści.")
TITLE = mark("Otwarte dane: gdzie jest pomoc")
ABOUT = mark(
    "Zasoby, których właściciele zgodzili się na publikację, w standardzie HSDS 3.2 i jako GeoJSON. Bez klucza i bez"
    " opłat. Nie ma tu potrzeb, tematów poufnych ani miejsc prywatnych."
)


def about(settings: Settings) -> hsds.About:
    """What HSDS wants to be told at the root. We follow HSDS itself; the page says what stands for what of ours."""
    with speaking("en"):
        words = gettext(ABOUT)
    return hsds.About(
        version=hsds.VERSION,
        profile=f"{settings.public_url}{BASE}/docs",
        openapi_url=f"{settings.public_url}{BASE}/openapi.json",
        description=words,
        publisher=hsds.Publisher(name=settings.centre_name, email=settings.mail_from, website=settings.public_url),
    )


def document(settings: Settings) -> Document:
    with speaking("en"):
        info = {
            "title": f"{settings.centre_name}: {gettext(TITLE)}",
            "version": __version__,
            "description": gettext(ABOUT),
            "contact": {"name": settings.centre_name, "url": settings.public_url, "email": settings.mail_from},
        }
        paths = {endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS}
        told = _webhooks()
    return Document({
        "openapi": "3.1.0",
        "info": info,
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": [{"url": f"{settings.public_url}{BASE}"}],
        "paths": paths,
        "webhooks": told,
        "components": {
            "schemas": _schemas()[1],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })  # fmt: skip


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    refs = [_schemas()[0][answer] for answer in endpoint.answers]
    body = {endpoint.media_type: {"schema": refs[0] if len(refs) == 1 else {"anyOf": refs}}}
    answers: dict[str, Any] = {
        "200": {"description": gettext(endpoint.summary), "headers": {"ETag": {"schema": {"type": "string"}}},
                "content": body},
        "304": {"description": "Not Modified: If-None-Match names what the caller already has."},
    }  # fmt: skip
    problem = {"application/problem+json": {"schema": _schemas()[0][hsds.Problem]}}
    for status, words in REFUSALS.items():
        if status != "404" or endpoint.by_id or endpoint.needs_token:
            answers[status] = {"description": gettext(words), "content": problem}
    named = [
        {"name": name, "in": "query", "required": name in endpoint.must, "description": schema.get("description", ""),
         "schema": {key: value for key, value in schema.items() if key not in ("title", "description")}}
        for name, schema in endpoint.parameters.items()
    ]  # fmt: skip
    if endpoint.by_id:
        named.insert(0, {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}})
    summary = gettext(endpoint.summary)
    token: list[dict[str, list[str]]] = [{"token": [endpoint.scope.value] if endpoint.scope else []}]
    return {
        "operationId": endpoint.operation, "summary": summary, "parameters": named, "responses": answers,
        "security": token if endpoint.needs_token else [{}, *token],
    }  # fmt: skip


def _webhooks() -> dict[str, Any]:
    """What is posted to a webhook, of each kind; all of them have the same body."""
    body = {"required": True, "content": {"application/json": {"schema": _schemas()[0][Event]}}}
    taken = {"2XX": {"description": gettext(TAKEN)}, "410": {"description": gettext(NO_MORE)}}
    named = [
        {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ]
    return {
        f"{kind}.*": {"post": {"summary": gettext(EVENT), "parameters": named, "requestBody": body, "responses": taken}}
        for kind in Kind
    }


@lru_cache(1)
def _schemas() -> tuple[dict[type[BaseModel], dict[str, Any]], dict[str, Any]]:
    """(a reference to the schema of each answer, all schemas by name)."""
    models: set[type[BaseModel]] = {answer for endpoint in ENDPOINTS for answer in endpoint.answers}
    models |= {hsds.Problem, Event}
    ordered = sorted(models, key=lambda model: model.__name__)
    refs, whole = models_json_schema(
        [(model, "serialization") for model in ordered],
        ref_template="#/components/schemas/{model}",
        schema_generator=asking.Lean,
    )
    return {model: refs[model, "serialization"] for model in ordered}, whole["$defs"]
