"""The bare page of benchmarks/pages.py: starlette and asyncpg, the recorded statements, the recorded bytes."""

import contextlib
import pickle
import sys
from pathlib import Path

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.routing import Route

PORT, PLAN, DSN = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
recorded = pickle.loads(PLAN.read_bytes())


async def page(request: Request) -> HTMLResponse:
    statements, body = recorded[request.url.path]
    async with request.app.state.pool.acquire() as connection:
        for query, values in statements:
            await connection.fetch(query, *values)
    return HTMLResponse(body)


async def livez(request: Request) -> PlainTextResponse:
    return PlainTextResponse("alive")


@contextlib.asynccontextmanager
async def lifespan(app: Starlette):
    async with asyncpg.create_pool(DSN, max_size=10, server_settings={"timezone": "UTC"}) as app.state.pool:
        yield


app = Starlette(routes=[Route("/livez", livez), Route("/{path:path}", page)], lifespan=lifespan)
uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning", access_log=False)
