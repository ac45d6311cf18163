"""Has a question answered by a process of its own: one at a time, within its time, ended with whoever asked."""

import asyncio
import logging
import pickle

from volunteer_hub.kit import child
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
    # The solver's steps gain nothing from threads of algebra.
    env = {"OPENBLAS_NUM_THREADS": "1"}
    said = await child.asked(MODULE, given=task, seconds=seconds + BESIDES, env=env)
    if said is None:
        logger.error("a plan was not solved: its process failed or was ended")
        raise Refused(TOO_LONG)
    answer: Answer = await asyncio.to_thread(pickle.loads, said)  # of our own process
    return answer
