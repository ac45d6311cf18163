"""A certificate is printed at the desk and its code checked from a phone; the pages of papers at every width."""

import io
import re

import numpy
import pikepdf
import pypdfium2
import pytest
import segno
from playwright.async_api import Browser, expect
from support import papers
from support.eyes import examine, opened

from volunteer_hub.kit import database
from volunteer_hub.papers.kinds import Kind

CM = 72 / 2.54
HELPED = """
    SELECT h.volunteer FROM hours_worked h JOIN volunteer v ON v.id = h.volunteer
    WHERE h.state = 'approved' AND v.first_name <> '' GROUP BY 1 ORDER BY sum(h.minutes) DESC, 1 LIMIT 1"""


def told_address(document: bytes) -> str:
    """The address that the picture of the code tells those who do not see it."""
    with pikepdf.open(io.BytesIO(document)) as pdf:
        figures = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"]
        return re.search(r"https?://\S+", str(figures[-1].Alt))[0]


def is_code_of(document: bytes, address: str) -> bool:
    """Whether the QR code at the foot of the last page, as it is printed, is that of the address: module by module."""
    scale = 8
    with pypdfium2.PdfDocument(document) as pdf:
        page = pdf[len(pdf) - 1]
        dark = page.render(scale=scale, grayscale=True).to_numpy().squeeze() < 128
    above_foot = dark[: -int(2.2 * CM * scale), int(1.9 * CM * scale) : int(4.3 * CM * scale)]
    rows = numpy.flatnonzero(above_foot.any(axis=1))
    top = rows[-1]
    while above_foot[top - 1].any():
        top -= 1
    square = above_foot[top : rows[-1] + 1]
    columns = numpy.flatnonzero(square.any(axis=0))
    square = square[:, columns[0] : columns[-1] + 1]
    wanted = numpy.array([list(row) for row in segno.make(address, micro=False, error="m").matrix], dtype=bool)
    middle = (numpy.arange(len(wanted)) + 0.5) / len(wanted)
    seen = square[numpy.ix_((middle * square.shape[0]).astype(int), (middle * square.shape[1]).astype(int))]
    return bool((seen == wanted).all())


async def test_a_certificate_is_printed_and_its_code_checked_from_a_phone(browser: Browser, town_server: str) -> None:
    who = await database.fetchval(HELPED)
    desk = await opened(browser, town_server)
    await desk.goto(f"/desk/people/{who}")
    await desk.locator("#papers-title ~ .actions").get_by_role("link", name="Dokumenty").click()
    await desk.get_by_role("link", name="Nowe zaświadczenie").click()
    await desk.get_by_label("Od dnia").fill("1.01.2020")
    await desk.get_by_role("button", name="Policz").click()
    await desk.get_by_role("button", name="Wydaj zaświadczenie").click()
    await expect(desk.get_by_role("heading", name=re.compile("^Zaświadczenie [0-9]+"))).to_be_visible()
    file = await desk.get_by_role("link", name="Otwórz (PDF)").get_attribute("href")
    document = await (await desk.request.get(str(file))).body()
    address = told_address(document)
    assert address.startswith(f"{town_server}/verify/") and is_code_of(document, address)
    assert not is_code_of(document, address[:-1] + ("0" if address[-1] != "0" else "1")), "control: another address"

    context = await browser.new_context(
        locale="pl-PL", viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True
    )
    phone = await context.new_page()
    await phone.goto(address)
    name = await database.fetchval("SELECT first_name || ' ' || last_name FROM volunteer WHERE id = $1", who)
    await expect(phone.get_by_text("Ten dokument jest prawdziwy")).to_be_visible()
    await expect(phone.get_by_text(name)).to_be_visible()
    await examine(phone, "verify-genuine-320")
    await phone.get_by_role("textbox", name="Kod").fill(address.rpartition("/")[2].lower().replace("-", " "))
    await phone.get_by_role("button", name="Sprawdź").tap()
    await phone.wait_for_url(address)

    await desk.get_by_label("Dlaczego").fill("Zły okres")
    await desk.get_by_role("button", name="Wycofaj dokument").click()
    await expect(desk.get_by_text("Zły okres")).to_be_visible()
    await phone.reload()
    await expect(phone.get_by_text("nie jest już ważny")).to_be_visible()
    assert name not in await phone.content() and "Zły okres" not in await phone.content()
    await examine(phone, "verify-withdrawn-320")
    await context.close()
    await desk.context.close()


@pytest.mark.parametrize("width", [320, 1280])
async def test_every_page_of_papers(browser: Browser, town_server: str, width: int) -> None:
    who = await database.fetchval(HELPED)
    await papers.issued(volunteer=who)
    paper = await papers.issued(Kind.AGREEMENT, volunteer=who, facts={"first_day": "2026-11-22", "last_day": ""})
    await database.execute(
        """INSERT INTO certificate_asked (id, volunteer, first_day, last_day, language, asked_at, words)
           VALUES (gen_random_uuid(), $1, '2026-01-01', '2026-11-01', 'pl', now(), '')""",
        who,
    )
    page = await opened(browser, town_server, width=width)
    own = f"/desk/people/{who}/papers"
    for name, path in {
        "register": "/desk/papers", "none": "/desk/papers?words=nikt", "paper": f"/desk/papers/{paper.id}",
        "own": own, "agreement": f"{own}/agreement", "certificate": f"{own}/certificate",
        "texts": "/desk/papers/texts", "text": "/desk/papers/texts/agreement.pl",
    }.items():  # fmt: skip
        await page.goto(path)
        await examine(page, f"papers-{name}-{width}")
    await page.get_by_label("Tekst", exact=True).fill("Zepsute {{")
    await expect(page.locator("#paper_preview")).to_contain_text("nie da się odczytać")
    await examine(page, f"papers-broken-{width}")
    await page.context.close()
    page = await opened(browser, town_server, "volunteer", width=width)
    for name, path in {"mine": "/me/papers", "verify": "/verify", "unknown": "/verify/0000-0000-0000-0000"}.items():
        await page.goto(path)
        await examine(page, f"papers-{name}-{width}")
    await page.context.close()
