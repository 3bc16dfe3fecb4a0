"""The desk of each scope: everybody who sees the same part of the town sits at the same one."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from api.desk import Desk
from api.own_desk import OwnDesk
from api.scope import Scope

DESKS_KEPT = 512
"""Scopes at hand: more than a town has inspectors, who take turns all day. One takes some 0.4 MB; to cut it anew costs
fifteen times what it costs to add what was written since."""


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
            desk = self._own.pop(scope, None) or OwnDesk(self.whole, scope)
            self._own[scope] = desk  # the one that was asked last stands last
            while len(self._own) > DESKS_KEPT:
                self._own.popitem(last=False)
            return desk
