"""Has a question answered by a process of its own: one at a time, within its time, ended with whoever asked."""

import asyncio
import logging
import pickle
import sys

from volunteer_hub.kit.paths import PACKAGE
from volunteer_hub.kit.refused import Refused
from volunteer_hub.matching.plans.values import Answer, Question
from volunteer_hub.schedule import centre
from volunteer_hub.web.i18n import mark

logger = logging.getLogger(__name__)

MODULE = "volunteer_hub.matching.plans.process"
# What a process needs to start, to end its last step and to write, beyond the seconds it may think.
BESIDES = 10

BUSY = mark("Właśnie układa się inny plan. Poczekaj chwilę i spróbuj jeszcze raz.")
TOO_LONG = mark("Nie udało się ułożyć planu na czas. Spróbuj z krótszym okresem.")

# One in each web process: two would take the processor from the pages.
_turn = asyncio.Lock()


async def solved(question: Question) -> Answer:
    """Within HUB_PLAN_SECONDS the best plan that is found. Raises Refused while another is solved, or when it takes
    longer all the same; the process is then ended."""
    if not question.openings:
        return Answer()
    if _turn.locked():
        raise Refused(BUSY)
    async with _turn:
        return await _asked(question, centre.settings().plan_seconds)


async def _asked(question: Question, seconds: float) -> Answer:
    task = await asyncio.to_thread(pickle.dumps, (question, seconds))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", MODULE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PACKAGE.parent,
        env={"OPENBLAS_NUM_THREADS": "1"},  # nothing of ours; the solver's steps gain nothing from threads of algebra
    )
    said = b""
    try:
        async with asyncio.timeout(seconds + BESIDES):
            said, _ = await process.communicate(task)
    except TimeoutError:
        pass
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        logger.error("a plan was not solved: its process ended with %s", process.returncode)
        raise Refused(TOO_LONG)
    answer: Answer = await asyncio.to_thread(pickle.loads, said)  # of our own process
    return answer
