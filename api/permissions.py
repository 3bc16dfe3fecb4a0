"""Who may do what: one table role × action, one table route → action. Every route and page is asked here, nothing else.

What of the town somebody sees is another question, and answered by `api.scope`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from geodata.accounts.model import ROLES


class Action(StrEnum):
    """What can be done."""

    ANYBODY = "anybody"
    OWN = "own"
    SEE = "see"
    RECORD = "record"
    STEP = "step"
    WATCH = "watch"
    REVIEW = "review"
    PLAN = "plan"
    RISK = "risk"
    REPORT = "report"
    APPRAISE = "appraise"
    DIVIDE = "divide"
    KEEP = "keep"
    USERS = "users"


ACTION_WORDS: Mapping[Action, str] = MappingProxyType(
    {
        Action.ANYBODY: "不登录也能打开：登录页、页面的样式和程序、服务的健康状况",
        Action.OWN: "自己的账号：退出、改密码、个人令牌",
        Action.SEE: "看自己范围里的数字、地图、场所、检查、隐患，看发给自己的路线",
        Action.RECORD: "登记检查、隐患、照片、轨迹、去不了的点",
        Action.STEP: "办理隐患（各环节由规定的角色办）",
        Action.WATCH: "看检查核实、路线落实：每个人去没去",
        Action.REVIEW: "写复核意见",
        Action.PLAN: "排路线、改路线、发到手机",
        Action.RISK: "定风险等级",
        Action.REPORT: "看和下载报表、督办单、公示清单",
        Action.APPRAISE: "看季度考核",
        Action.DIVIDE: "划分网格、启用方案",
        Action.KEEP: "导入、规则、备份、后台任务",
        Action.USERS: "管理账号",
    }
)

_EVERYBODY = frozenset(ROLES)
_OFFICE = _EVERYBODY - {"inspector"}
ALLOWED: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        Action.ANYBODY: _EVERYBODY,
        Action.OWN: _EVERYBODY,
        Action.SEE: _EVERYBODY,
        Action.RECORD: _EVERYBODY,
        Action.STEP: _EVERYBODY,
        Action.WATCH: _OFFICE,
        Action.REVIEW: frozenset({"grid_manager", "clerk"}),
        Action.PLAN: frozenset({"grid_manager", "clerk"}),
        Action.RISK: frozenset({"clerk", "department"}),
        Action.REPORT: _OFFICE,
        Action.APPRAISE: frozenset({"clerk", "leader"}),
        Action.DIVIDE: frozenset({"clerk"}),
        Action.KEEP: frozenset({"clerk"}),
        Action.USERS: frozenset({"clerk"}),
    }
)
"""Which roles may do it."""

WHOLE_TOWN = frozenset({Action.DIVIDE, Action.KEEP, Action.USERS})
"""Only for who sees the whole town."""


def _all(action: Action, *routes: str) -> dict[str, Action]:
    return dict.fromkeys(routes, action)


ROUTES: Mapping[str, Action] = MappingProxyType(
    _all(
        Action.ANYBODY,
        "GET /login",
        "GET /login/service",
        "GET /login/service/callback",
        "GET /login/service/end",
        "POST /api/v1/session",
        "GET /assets/{name}",
        "GET /today/worker.js",
        "GET /today/manifest.webmanifest",
        "GET /today/icon-192.png",
        "GET /today/icon-512.png",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
        "GET /api/v1/health",
    )
    | _all(
        Action.OWN,
        "DELETE /api/v1/session",
        "GET /me",
        "GET /api/v1/me",
        "PUT /api/v1/me/password",
        "GET /api/v1/me/tokens",
        "POST /api/v1/me/tokens",
        "DELETE /api/v1/me/tokens/{number}",
        "DELETE /api/v1/me/sessions",
    )
    | _all(
        Action.USERS,
        "GET /users",
        "GET /api/v1/users",
        "POST /api/v1/users",
        "PUT /api/v1/users/{login}",
        "PUT /api/v1/users/{login}/password",
        "DELETE /api/v1/users/{login}/sessions",
        "GET /api/v1/user-changes",
    )
    | _all(
        Action.SEE,
        "GET /",
        "GET /find",
        "GET /places/{place_id}",
        "GET /hazards",
        "GET /hazards/rates",
        "GET /hazards/{hazard_id}",
        "GET /gaps",
        "GET /gaps/walks.gpx",
        "GET /forecast",
        "GET /map/measures",
        "GET /map/months",
        "GET /map/change",
        "GET /map/{kind}",
        "GET /maps/measures",
        "GET /maps/months",
        "GET /maps/change",
        "GET /maps/months.pdf",
        "GET /maps/change.pdf",
        "GET /maps/areas",
        "GET /maps/{kind}.pdf",
        "GET /maps/{kind}",
        "GET /maps/routes",
        "GET /backgrounds/{number}/file",
        "GET /backgrounds/{number}/{z}/{x}/{y}",
        "GET /today",
        "GET /todo",
        "GET /risk",
        "GET /board",
        "GET /board.pdf",
        "GET /board.png",
        "GET /wall",
        "GET /wall/data",
        "GET /divide/ground",
        "GET /api/v1/town",
        "GET /api/v1/areas",
        "GET /api/v1/areas/{level}/{code}",
        "GET /api/v1/risk",
        "GET /api/v1/places/{place_id}/risk",
        "GET /api/v1/places",
        "GET /api/v1/places/{place_id}",
        "GET /api/v1/inspections",
        "GET /api/v1/inspections/{inspection_id}",
        "GET /api/v1/inspections/{inspection_id}/reviews",
        "GET /api/v1/hazards/clocks",
        "GET /api/v1/hazards/published",
        "GET /api/v1/todo",
        "GET /api/v1/hazards",
        "GET /api/v1/hazards/figures",
        "GET /api/v1/hazards/{hazard_id}/steps",
        "GET /api/v1/hazards/{hazard_id}",
        "GET /api/v1/hotspots",
        "GET /api/v1/coverage",
        "GET /api/v1/board",
        "GET /api/v1/streets",
        "GET /api/v1/ground",
        "GET /api/v1/gaps",
        "GET /api/v1/gaps/list",
        "GET /api/v1/gaps/walks",
        "GET /api/v1/forecast",
        "GET /api/v1/what-if",
        "GET /api/v1/routes",
        "GET /api/v1/routes/{date}/{officer}/gpx",
        "GET /api/v1/routes/{date}/{officer}",
        "GET /api/v1/routes/today",
        "GET /api/v1/phone",
        "GET /api/v1/checklists",
        "GET /api/v1/photos/{photo_id}",
        "GET /api/v1/photos/{photo_id}/thumbnail",
        "GET /api/v1/photos/{photo_id}/picture",
        "GET /ogc/",
        "GET /ogc",
        "GET /ogc/conformance",
        "GET /ogc/api",
        "GET /ogc/collections",
        "GET /ogc/collections/{name}",
        "GET /ogc/collections/{name}/schema",
        "GET /ogc/collections/{name}/queryables",
        "GET /ogc/collections/{name}/items",
        "GET /ogc/collections/{name}/items/{feature_id}",
        "GET /ogc/tileMatrixSets",
        "GET /ogc/tileMatrixSets/WebMercatorQuad",
        "GET /ogc/collections/{name}/tiles",
        "GET /ogc/collections/{name}/tiles/WebMercatorQuad",
        "GET /ogc/collections/{name}/tiles/WebMercatorQuad/{level}/{row}/{column}",
    )
    | _all(
        Action.SEE,
        "GET /openrosa/formList",
        "GET /openrosa/forms/{form_id}.xml",
        "GET /openrosa/forms/{form_id}/manifest",
        "GET /openrosa/forms/{form_id}/media/{name}",
        "GET /openrosa/settings.svg",
    )
    | _all(Action.RECORD, "GET /openrosa/submission", "POST /openrosa/submission")
    | _all(
        Action.RECORD,
        "POST /api/v1/inspections",
        "POST /api/v1/hazards",
        "POST /api/v1/routes/skips",
        "PUT /api/v1/photos/{photo_id}",
        "POST /api/v1/tracks",
    )
    | _all(Action.STEP, "POST /api/v1/hazards/{hazard_id}/steps")
    | _all(
        Action.WATCH,
        "GET /visits",
        "GET /routes/done",
        "GET /api/v1/visits",
        "GET /api/v1/visits/figures",
        "GET /api/v1/routes/done",
        "GET /api/v1/stays",
    )
    | _all(Action.REVIEW, "POST /api/v1/inspections/{inspection_id}/reviews")
    | _all(
        Action.PLAN,
        "GET /routes",
        "GET /routes/streets",
        "GET /routes/month",
        "GET /maps/routes/streets",
        "GET /maps/routes/month",
        "GET /api/v1/plan",
        "GET /api/v1/plan/month",
        "GET /api/v1/plan.gpx",
        "GET /api/v1/plan.kml",
        "GET /api/v1/plan.ics",
        "GET /api/v1/plan.pdf",
        "GET /api/v1/plan/streets",
        "GET /api/v1/plan/streets.gpx",
        "POST /api/v1/routes",
        "POST /api/v1/routes/{date}/send",
        "POST /api/v1/routes/{date}/{officer}/changes",
        "POST /api/v1/routes/{date}/{officer}/replan",
        "GET /api/v1/routes/{date}/{officer}/places",
    )
    | _all(Action.RISK, "POST /api/v1/places/{place_id}/risk")
    | _all(
        Action.REPORT,
        "GET /reports",
        "GET /supervision",
        "GET /published",
        "GET /api/v1/hazards/supervision",
        "GET /api/v1/reports/{kind}/{period}",
        "GET /api/v1/reports/{kind}/{period}/{name}",
    )
    | _all(Action.APPRAISE, "GET /appraisal", "GET /api/v1/appraisal")
    | _all(
        Action.DIVIDE,
        "GET /divide",
        "GET /api/v1/drafts",
        "POST /api/v1/drafts",
        "GET /api/v1/drafts/{number}",
        "POST /api/v1/drafts/{number}/edits",
        "GET /api/v1/drafts/{number}/plan",
        "POST /api/v1/drafts/{number}/adopt",
        "POST /api/v1/drafts/{number}/drop",
    )
    | _all(
        Action.KEEP,
        "GET /desk",
        "GET /desk/imports",
        "GET /desk/jobs",
        "GET /desk/jobs/{number}",
        "GET /desk/rules",
        "GET /desk/checklists",
        "GET /desk/backups",
        "POST /api/v1/uploads",
        "GET /api/v1/jobs",
        "POST /api/v1/jobs",
        "GET /api/v1/jobs/{number}",
        "POST /api/v1/jobs/{number}/cancel",
        "POST /api/v1/jobs/{number}/again",
        "GET /api/v1/jobs/{number}/result",
        "GET /api/v1/jobs/{number}/rejected.csv",
        "GET /api/v1/jobs/{number}/files/{name}",
        "GET /api/v1/imports",
        "POST /api/v1/imports/{import_id}/undo",
        "GET /api/v1/rules",
        "POST /api/v1/rules",
        "POST /api/v1/rules/check",
        "POST /api/v1/checklists",
        "GET /api/v1/backups",
        "GET /api/v1/backups/{name}",
    )
)
"""Method and path of each route, as the code writes it → the action it is."""

PUBLIC = frozenset(route for route, action in ROUTES.items() if action is Action.ANYBODY)
PUBLIC_BELOW = ("/static/", "/assets/")
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def action_of(method: str, path: str) -> Action | None:
    """Give what a route does, by the path as the code writes it; None for a route that nobody thought of."""
    return ROUTES.get(f"{method} {path}")


def is_public(method: str, path: str) -> bool:
    """Say whether an address is answered to anybody."""
    return f"{method} {path}" in PUBLIC or (method == "GET" and path.startswith(PUBLIC_BELOW))


def allowed(role: str, action: Action) -> bool:
    """Say whether a role may do something."""
    return role in ALLOWED[action]
