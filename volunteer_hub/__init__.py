"""volunteer_hub: software for a volunteer centre and the self-help groups around it.

How the house is built: each folder is a room (what it is about), each file in it a floor (which kind of line):
`tables` columns and constraints · `rules` pure decisions · `queries` reads, always through the actor · `actions` verbs
that write, one transaction each · `forms` form → typed value or errors · `pages` handlers.
A room uses only rooms to its right, and what needs two rooms lives in the highest of them:
cli → app → worker | demo → routes → privacy → exchange → papers → reports → replies → intake | matching →
schedule → initiatives → atlas → people → access → messaging → web → kit, settings. The tests in
tests/house hold us to it.
"""

import os

__version__ = "0.1.0"

# piccolo finds its configuration by this name; its own default is a top-level module.
os.environ.setdefault("PICCOLO_CONF", "volunteer_hub.piccolo_conf")
