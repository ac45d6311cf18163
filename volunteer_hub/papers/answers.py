"""A paper as the answer to a request."""

from starlette.responses import Response

from volunteer_hub.papers.queries import Paper


def pdf(document: bytes, name: str) -> Response:
    """Shown by the browser, kept nowhere on the way."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return Response(document, media_type="application/pdf", headers=headers)


def named(paper: Paper) -> str:
    """The name of its file."""
    return f"{paper.kind}-{paper.number}-{paper.year}"
