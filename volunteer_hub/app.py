"""Builds the web application: settings, routes, middleware, error pages, the pool's life."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from volunteer_hub import settings as settings_module
from volunteer_hub import worker
from volunteer_hub.kit import database
from volunteer_hub.messaging import quiet
from volunteer_hub.routes import routes
from volunteer_hub.schedule import centre
from volunteer_hub.settings import Settings
from volunteer_hub.web import errors, live, logs
from volunteer_hub.web.middleware import Observed

MAX_BODY = 1_000_000


def create(settings: Settings | None = None, *, with_worker: bool = False) -> Starlette:
    """The application over the database of `settings`; with a worker beside it when asked.

    Without arguments (uvicorn's factory in each of several processes) the settings come from the environment.
    """
    settings = settings or settings_module.load()
    logs.setup()
    centre.configure(settings)
    quiet.configure(settings)
    if settings.database_url:
        dsn = settings.database_url.get_secret_value()
        database.configure(dsn, application="volunteer-hub web", limited=True, timezone=settings.timezone)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with database.pool(), contextlib.AsyncExitStack() as stack:
            stack.enter_context(app.state.live.listening())
            stack.enter_context(app.state.live.stopped_by_signals())
            if with_worker:
                await stack.enter_async_context(worker.beside(settings))
            yield

    app = Starlette(
        routes=routes(settings),
        lifespan=lifespan,
        exception_handlers=errors.HANDLERS,
        middleware=[Middleware(Observed, settings=settings), Middleware(GZipMiddleware, minimum_size=800)],
        max_body_size=MAX_BODY,
    )
    app.state.settings = settings
    app.state.live = live.Hub()
    return app


def create_with_worker() -> Starlette:
    """What each of several web processes makes when every one has a message worker inside."""
    return create(with_worker=True)
