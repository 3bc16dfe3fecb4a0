"""When the request that is being answered came: what was looked up since then is new enough for it.

Requests that read wait for their turn (`api.lane`), and posts go on meanwhile. Did each follow what was posted until it
is answered, figures would be made anew for everybody in the queue. But nobody is owed more than what had been
acknowledged when they came: so the first of a queue looks, and the others share what it saw.
"""

from __future__ import annotations

import math
from contextvars import ContextVar

_CAME: ContextVar[float] = ContextVar("came", default=math.inf)


def note_coming(moment: float) -> None:
    """Say when the request of this context, which only reads, came (`time.monotonic`)."""
    _CAME.set(moment)


def is_new_enough(looked_at: float) -> bool:
    """Say whether a look at the store begun then shows all that stood when the request came.

    What belongs to no request, or to one that writes, takes no earlier look: it may ask for what it wrote itself.
    """
    return looked_at >= _CAME.get()
