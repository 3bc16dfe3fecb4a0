"""The desk of each scope: everybody who sees the same part of the town sits at the same one."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from api.desk import Desk
from api.own_desk import OwnDesk
from api.scope import Scope

DESKS_KEPT = 32
"""Scopes at hand; a town of 424 inspectors doesn't look at figures all at once, and one is made in a moment."""


class Desks:
    """Give the whole desk to who sees everything, else one of the scope."""

    def __init__(self, whole: Desk) -> None:
        self.whole = whole
        self._lock = Lock()
        self._own: OrderedDict[Scope, OwnDesk] = OrderedDict()

    def of(self, scope: Scope | None) -> Desk:
        """Give the desk of a scope; None: everything."""
        if scope is None:
            return self.whole
        with self._lock:
            desk = self._own.setdefault(scope, OwnDesk(self.whole, scope))
            self._own.move_to_end(scope)
            while len(self._own) > DESKS_KEPT:
                self._own.popitem(last=False)
            return desk
