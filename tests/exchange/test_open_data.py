"""Open data: what is told fits HSDS 3.2 and our own description of it, and only what is public is told."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx2
import pytest
from exchange import openly
from exchange.openly import told
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from support import people

from volunteer_hub.atlas.tables import Resource
from volunteer_hub.exchange import open_data
from volunteer_hub.exchange.openapi import ENDPOINTS, OF_HSDS
from volunteer_hub.kit import clock, database


def test_control_complaints_see_what_breaks_the_standard() -> None:
    bare = {"id": "x", "name": "Klub", "status": "active"}
    assert openly.complaints("service", bare) == []
    assert openly.complaints("service", {"id": "x", "name": "Klub"})
    assert openly.complaints("service", {**bare, "opening": "x"})
    assert openly.complaints("service", {**bare, "email": None})
    assert openly.complaints("service", {**bare, "phones": [{"id": "x"}]})


async def validate(client: httpx2.AsyncClient, path: str, answer: Any, media_type: str = "application/json") -> None:
    document = await told(client, "/openapi.json")
    content = document["paths"][path]["get"]["responses"]["200"]["content"]
    schema = {**content[media_type]["schema"], "components": document["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer)


async def test_every_answer_is_as_the_openapi_document_says(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    terms = (await told(client, "/taxonomy_terms"))["contents"]
    ids = {
        "/services/{id}": town["group"].id, "/organizations/{id}": town["organisation"].id,
        "/service_at_locations/{id}": town["group"].id, "/taxonomies/{id}": terms[0]["taxonomy_id"],
        "/taxonomy_terms/{id}": terms[-1]["id"],
    }  # fmt: skip
    for endpoint in OF_HSDS:
        path = endpoint.path.replace("{id}", str(ids.get(endpoint.path, "")))
        yes = [name for name, schema in endpoint.parameters.items() if schema["type"] == "boolean"]
        for query in ("", *(f"?{name}=true" for name in yes)):
            answer = await told(client, path + query)
            await validate(client, endpoint.path, answer, endpoint.media_type)
            if endpoint.media_type == "application/json" and endpoint.path != "/" and query != "?minimal=true":
                entity = openly.ENTITY[endpoint.path.split("/")[1]]
                for one in answer.get("contents", [answer]):
                    assert openly.complaints(entity, one) == []


async def test_control_another_answer_does_not_pass(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    answer = await told(client, f"/services/{town['group'].id}")
    await validate(client, "/services/{id}", answer)
    for broken in ({"name": None}, {"last_modified": 7}, {"hidden": "x"}, {"status": "closed"}):
        with pytest.raises(ValidationError):
            await validate(client, "/services/{id}", answer | broken)


async def test_the_document_is_openapi_and_the_root_names_it(client: httpx2.AsyncClient) -> None:
    about = await told(client, "/")
    assert about["version"] == "3.2" and about["openapi_url"] == "http://hub.test/api/v1/openapi.json"
    assert (await client.get(about["profile"])).status_code == 200
    document = await told(client, "/openapi.json")
    assert document["openapi"] == "3.1.0" and document["servers"] == [{"url": "http://hub.test/api/v1"}]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    assert set(document["paths"]) == {endpoint.path for endpoint in ENDPOINTS}


async def test_a_service_says_where_when_for_whom_and_who_runs_it(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    club = await told(client, f"/services/{town['group'].id}")
    assert (club["name"], club["description"], club["eligibility_description"], club["assured_date"]) == (
        "Klub seniora", "Rozmowa i herbata.", "60+", "2026-11-02"
    )  # fmt: skip
    assert [one["number"] for one in club["phones"]] == ["+48600111222"]
    assert {one["code"]: one["name"] for one in club["languages"]} == {"pl": "polski", "uk": "ukraiński"}
    month, week = club["schedules"]
    offset = clock.now().astimezone(ZoneInfo(people.ZONE)).strftime("%z")
    assert (week["freq"], week["byday"], week["opens_at"]) == ("WEEKLY", "MO,WE", f"09:00{offset[:3]}:{offset[3:]}")
    assert (week["valid_from"], "valid_to" in week) == ("2026-09-01", False)
    assert (month["freq"], month["byday"], month["valid_to"]) == ("MONTHLY", "2TU", "2027-06-30")
    (at,) = club["service_at_locations"]
    assert at["location"]["addresses"][0]["city"] == "Włocławek" and at["location"]["addresses"][0]["country"] == "PL"
    assert at["location"]["latitude"] == town["place"].latitude
    marks = [one.get("attributes", [{}])[0].get("value") for one in at["location"]["accessibility"]]
    assert marks == ["step-free", "hearing-loop", None]
    labels = {one["label"]: one["value"] for one in club["attributes"] if "label" in one}
    assert labels == {"kind": "group", "capacity": "20"}
    terms = [one["taxonomy_term"] for one in club["attributes"] if "taxonomy_term" in one]
    assert [term["code"] for term in terms] == ["samotnosc", "starsi", "1102"]
    assert club["organization"]["name"] == "Fundacja Most"
    assert club["organization"]["website"] == "https://most.example"


async def test_an_organization_tells_what_it_runs_and_its_own_hours(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    found = await told(client, f"/organizations/{town['organisation'].id}")
    assert [one["id"] for one in found["services"]] == [str(town["group"].id)]
    (hours,) = found["locations"][0]["schedules"]
    assert (hours["freq"], hours["byday"]) == ("WEEKLY", "MO,TU,WE,TH,FR,SA,SU")
    whole = await told(client, f"/organizations/{town['organisation'].id}?full_service=true")
    assert whole["services"][0]["schedules"]


async def test_an_organization_with_very_much_is_told_without_it(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await openly.rich()
    monkeypatch.setattr(open_data, "MOST_INSIDE", 1)
    assert (await told(client, f"/organizations/{town['organisation'].id}"))["services"]
    await openly.resource(organisation=town["organisation"].id)
    assert "services" not in await told(client, f"/organizations/{town['organisation'].id}")
    assert (await told(client, f"/services?organization_id={town['organisation'].id}"))["total_items"] == 2


CANARY = "ZŁOTYKANAREK"


async def planted() -> list[Resource]:
    """Resources that must not be told, each for one reason, each named by the canary."""
    hidden = await people.theme(slug="przemoc", name_pl=CANARY, confidential=True)
    below = await people.theme(slug="pod-przemoca", name_pl=f"{CANARY} niżej", parent=hidden.id)
    home = await people.place(private=True, name=CANARY)
    gone = clock.today(people.ZONE)
    reasons: list[dict[str, Any]] = [
        {"public": False}, {"public": False, "consent_on": None, "consent_by": ""}, {"place": home.id},
        {"theme": hidden.id}, {"theme": below.id},
        {"closed_on": gone}, {"opened_on": gone + timedelta(days=1)},
    ]  # fmt: skip
    rows = [
        await openly.resource(name=f"{CANARY} {n}", kind=kind, **reason)
        for n, reason in enumerate(reasons)
        for kind in ("service", "organisation")
    ]
    rows.append(await openly.resource(name=f"{CANARY} dalszy temat"))
    await openly.further(rows[-1], hidden)
    return rows


async def test_nothing_that_is_not_public_leaves(client: httpx2.AsyncClient) -> None:
    rows = await planted()
    await openly.resource(name="Jawny zasób", organisation=rows[1].id, contact_name=CANARY, consent_by=CANARY)
    said = await openly.everything(client)
    assert "Jawny zasób" in said
    assert CANARY not in said and "przemoc" not in said
    for row in rows:
        assert str(row.id) not in said
        for kind in ("services", "organizations", "service_at_locations"):
            assert (await client.get(f"/api/v1/{kind}/{row.id}")).status_code == 404
        for by in (f"organization_id={row.id}", f"taxonomy_term_id={row.theme}"):
            found = await told(client, f"/services?{by}")
            assert CANARY not in str(found)


async def test_control_a_canary_that_becomes_public_sings(client: httpx2.AsyncClient) -> None:
    await planted()
    consent = "public = true, consent_on = $1, consent_by = 'Prezes'"
    await database.execute(f"UPDATE resource SET {consent}, opened_on = NULL", date(2026, 1, 1))
    assert CANARY in await openly.everything(client)


async def test_pages_hold_everything_once(client: httpx2.AsyncClient) -> None:
    theme, place = await people.theme(), await people.place()
    ids = {str((await openly.resource(theme=theme.id, place=place.id, name=f"Z {n}")).id) for n in range(23)}
    seen: list[str] = []
    for number in range(1, 9):
        page = await told(client, f"/services?per_page=5&page={number}")
        seen += [one["id"] for one in page["contents"]]
        assert page["total_items"] == 23 and page["total_pages"] == 5 and page["size"] == len(page["contents"])
        assert page["page_number"] == number and page["first_page"] is (number == 1)
        assert page["last_page"] is (number >= 5) and page["empty"] is (number > 5)
    assert len(seen) == len(set(seen)) and set(seen) == ids
    assert seen == sorted(seen)


async def test_filters_all_hold_at_once(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    later = quote((await database.fetchval("SELECT clock_timestamp()")).isoformat())
    await database.execute("UPDATE resource SET about = about || ' Szachy' WHERE id = $1", town["group"].id)

    async def names(query: str) -> list[str]:
        return sorted(one["id"] for one in (await told(client, f"/services?{query}"))["contents"])

    club = [str(town["group"].id)]
    assert await names("search=HERBATA") == club and await names("search=herbata+nic") == []
    assert await names(f"taxonomy_term_id={town['lonely'].id}") == club
    assert len(await names(f"taxonomy_term_id={town['elders'].id}")) == 4
    terms = (await told(client, "/taxonomy_terms"))["contents"]
    (foreign,) = [term for term in terms if term["code"] == "1102"]
    assert len(await names(f"taxonomy_term_id={foreign['id']}")) == 4
    assert len(await names(f"taxonomy_id={foreign['taxonomy_id']}")) == 4
    assert await names(f"taxonomy_id={foreign['taxonomy_id']}&taxonomy_term_id={town['lonely'].id}") == []
    assert await names(f"organization_id={town['organisation'].id}") == club
    assert await names(f"modified_after={later}") == club and await names("modified_after=2999-01-01") == []
    for nothing in (f"taxonomy_term_id={uuid4()}", "taxonomy_term_id=x", "organization_id=x", "taxonomy_id=x"):
        assert await names(nothing) == []


async def test_terms_are_a_tree(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    top = (await told(client, "/taxonomy_terms?top_only=true&search=STARSI"))["contents"]
    assert {term["code"] for term in top} == {"starsi", "1102"}
    (below,) = (await told(client, f"/taxonomy_terms?parent_id={town['elders'].id}"))["contents"]
    assert below["description"] == "Starsi › Samotność"
    ours = (await told(client, "/taxonomies"))["contents"][0]
    assert {t["code"] for t in (await told(client, f"/taxonomy_terms?taxonomy_id={ours['id']}"))["contents"]} == {
        "starsi", "samotnosc"
    }  # fmt: skip


async def test_points_are_geojson(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    answer = await client.get("/api/v1/resources.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    found = answer.json()
    assert found["type"] == "FeatureCollection" and len(found["features"]) == 5
    (club,) = [one for one in found["features"] if one["id"] == str(town["group"].id)]
    assert club["geometry"] == {"type": "Point", "coordinates": [town["place"].longitude, town["place"].latitude]}
    assert club["properties"]["organization"] == "Fundacja Most" and club["properties"]["capacity"] == 20


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "per_page=101", "per_page=-1", "full=maybe", "modified_after=wczoraj", "format=csv",
     "serach=x", "page=99999999999999999999", f"search={'x' * 200}", "taxonomy_term_id=" + "x" * 200],
)  # fmt: skip
async def test_a_bad_parameter_is_refused_with_a_sentence(client: httpx2.AsyncClient, query: str) -> None:
    answer = await client.get(f"/api/v1/services?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*" and answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert problem["status"] == 400 and problem["detail"].startswith(query.split("=")[0] + ": ")
    assert problem["detail"].endswith(".")


@pytest.mark.parametrize(
    "query", ["search=%00", "search=%ED%A0%80", "search=%25_%5C", "search=%27%22", "page=1&page=2"]
)
async def test_strange_words_find_nothing_and_break_nothing(client: httpx2.AsyncClient, query: str) -> None:
    await openly.resource()
    assert (await client.get(f"/api/v1/services?{query}")).status_code in (200, 400)


async def test_what_is_not_there_is_json_too(client: httpx2.AsyncClient) -> None:
    for path in ("services/x", f"services/{uuid4()}", f"taxonomies/{uuid4()}", "taxonomy_terms/1", "nothing"):
        answer = await client.get(f"/api/v1/{path}")
        assert answer.status_code == 404 and answer.json()["status"] == 404, path
    assert (await client.post("/api/v1/services")).status_code == 405


async def test_any_page_may_read_and_no_cookie_is_set(client: httpx2.AsyncClient) -> None:
    await openly.rich()
    for path in ("/", "/services", "/resources.geojson", "/openapi.json", "/taxonomies"):
        answer = await client.get(f"/api/v1{path}")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert "set-cookie" not in answer.headers and "etag" in answer.headers


async def test_who_has_it_already_is_told_so(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    path = "/api/v1/services?full=true"
    first = await client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    for given in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        again = await client.get(path, headers={"If-None-Match": given})
        assert again.status_code == 304 and again.content == b"" and again.headers["etag"] == tag
    assert (await client.get(path, headers={"If-None-Match": '"x"'})).status_code == 200
    plain = await client.get(path, headers={"Accept-Encoding": "identity"})
    assert plain.headers["etag"] != tag and plain.json() == first.json()
    assert (await client.get("/api/v1/services", headers={"If-None-Match": tag})).status_code == 200
    changes = (
        ("UPDATE resource SET name = 'Inna' WHERE id = $1", town["group"].id),
        ("UPDATE place SET address = 'Inna 2' WHERE id = $1", town["place"].id),
        ("UPDATE opening_hours SET closes = '20:00' WHERE resource = $1", town["group"].id),
        ("DELETE FROM opening_hours WHERE resource = $1", town["group"].id),
        ("DELETE FROM further_theme WHERE resource = $1", town["group"].id),
        ("UPDATE theme SET name_pl = 'Inny' WHERE id = $1", town["elders"].id),
        ("UPDATE resource SET consent_on = NULL, public = false WHERE id = $1", town["group"].id),
        ("DELETE FROM resource WHERE id = $1", town["venue"].id),
    )
    for sql, id in changes:
        await database.execute(sql, id)
        changed = await client.get(path, headers={"If-None-Match": tag})
        assert changed.status_code == 200 and changed.headers["etag"] != tag, sql
        tag = changed.headers["etag"]


async def test_control_an_edit_that_changes_nothing_keeps_the_tag(client: httpx2.AsyncClient) -> None:
    town = await openly.rich()
    tag = (await client.get("/api/v1/services")).headers["etag"]
    await database.execute("UPDATE resource SET name = name WHERE id = $1", town["group"].id)
    await database.execute("UPDATE place SET name = name WHERE id = $1", town["place"].id)
    assert (await client.get("/api/v1/services", headers={"If-None-Match": tag})).status_code == 304


async def test_the_page_for_people_names_every_address_and_parameter(client: httpx2.AsyncClient) -> None:
    for language in ("pl", "en", "uk"):
        page = await client.get("/api/v1/docs", headers={"accept-language": language})
        assert page.status_code == 200 and f'<html lang="{language}">' in page.text
        for endpoint in ENDPOINTS:
            assert f"GET /api/v1{endpoint.path}<" in page.text
            assert all(f"<code>{name}</code>" in page.text for name in endpoint.parameters)
    assert "https://" not in page.text.replace("https://bip", "")


async def test_examples_of_the_page_work(client: httpx2.AsyncClient) -> None:
    for endpoint in ENDPOINTS:
        if endpoint.example:
            assert (await client.get(f"/api/v1{endpoint.path}?{endpoint.example}")).status_code == 200
