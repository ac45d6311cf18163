"""`python -m volunteer_hub.matching.plans.process`: a question in on standard input, its answer out.

A process of its own, as the solver's libraries are half a second and 50 MB that web and worker need not pay for, and as
it can be ended at any moment. It is started by `solving` alone and speaks pickle with it, in both directions over pipes
that nobody else holds; it knows no database and no secrets, and writes nothing anywhere.
"""

import os
import pickle
import sys
import time

from volunteer_hub.matching.plans import answers

# The pages of the same machine go first.
NICE = 5


def main() -> None:
    """Reads (question, seconds), writes an Answer."""
    began = time.monotonic()
    os.nice(NICE)
    question, seconds = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    pickle.dump(answers.answer(question, began + seconds), sys.stdout.buffer)


if __name__ == "__main__":
    main()
