"""The leader's board (领导看板) as figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.described.board import BoardAnswer
from api.described.shapes import answers
from api.leader_board import FIRST, MONTH, board_of
from api.leader_board_said import board_said
from api.params import Area, TheDay
from maps.leader_board.ranked import RANKED

router = APIRouter(tags=["coverage"])
Figure = Annotated[str, Query(max_length=40, description=f"下级区域按哪个指标排名：{'、'.join(RANKED)}")]
Against = Annotated[
    str, Query(max_length=20, description="和哪一天比：month 上月同日、year 去年同日，或截至日以前的一天")
]


@router.get("/board", responses=answers(BoardAnswer))
def board(day: TheDay, area: Area = None, figure: Figure = FIRST, against: Against = MONTH) -> dict[str, Any]:
    """Give what the leader's board shows: figures beside another day, the ranking of the areas below, major hazards."""
    return board_said(board_of(day, area, figure, against))
