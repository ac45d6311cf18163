"""A volunteer's page of a circle they are in: its neutral name and their own tasks, nothing else of it."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from volunteer_hub.initiatives import circle_tasks
from volunteer_hub.initiatives.circle_tasks import MyCircle, Task
from volunteer_hub.web.i18n import mark
from volunteer_hub.web.render import redirect, render, settings_of


@dataclass(frozen=True)
class MyCirclePage:
    circle: MyCircle
    tasks: list[Task]


async def show(request: Request) -> Response:
    found, tasks = await circle_tasks.mine(settings_of(request), request.state.actor, request.path_params["id"])
    return render(request, "initiatives/my_circle.html", MyCirclePage(found, tasks))


async def set_done(request: Request) -> Response:
    """The button says what becomes of the task."""
    done, where = (await request.form()).get("done") == "yes", request.path_params
    await circle_tasks.tick_mine(request.state.actor, where["id"], where["task"], done=done)
    return redirect(request, f"/me/circles/{where['id']}", mark("Zapisane."))
