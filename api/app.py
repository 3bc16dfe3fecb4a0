"""The service: the routes put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from api.compressing import Compressed
from api.cross_origin import Shared
from api.description import Described
from api.desk import Desk
from api.desks import Desks
from api.heading import Headed
from api.idempotency import Keyed
from api.jobs.service import jobs_of
from api.lane import Lane
from api.observing import Observed
from api.ogc import routes as ogc
from api.ogc import tiles as ogc_tiles
from api.oidc import provider_of
from api.openrosa import routes as openrosa
from api.pages import accounts as accounts_pages
from api.pages import appraisal as appraisal_page
from api.pages import desk as desk_page
from api.pages import finding as finding_page
from api.pages import hazards as hazards_pages
from api.pages import leader_board as leader_board_page
from api.pages import missed
from api.pages import month as month_page
from api.pages import over_time as over_time_page
from api.pages import planning as planning_page
from api.pages import rates as rates_page
from api.pages import reports as reports_page
from api.pages import risk as risk_page
from api.pages import route_done as route_done_page
from api.pages import routes as pages
from api.pages import service as service_page
from api.pages import today as today_page
from api.pages import visits as visits_page
from api.pages import wall as wall_page
from api.params import refuse_unknown
from api.problems import add_handlers
from api.remembered import Remembered
from api.routers import accounts as account_routes
from api.routers import (
    appraisal,
    areas,
    assets,
    backgrounds,
    backups,
    care,
    checklists,
    clocks,
    coverage,
    drafts,
    forecast,
    gaps,
    ground,
    hazards,
    hotspots,
    imports,
    inspections,
    jobs,
    leader_board,
    maps,
    over_time,
    phone,
    phone_files,
    photos,
    places,
    plan,
    reports,
    risk,
    route_done,
    routes,
    rules,
    streets,
    town,
    visits,
)
from api.security import guard
from api.settings import Settings
from api.signing_in import SignedIn, permitted
from api.tags import Tagged
from geodata.accounts.book import Accounts
from geodata.store.keys import Keys

VERSION = "0.1.0"
STATIC = Path(__file__).parent / "pages" / "static"


def create_app(settings: Settings) -> FastAPI:
    """Give the service of one store. Raises StoreProblem when the store can't be opened."""
    desk, keys, accounts = Desk(settings), Keys(settings.store), Accounts(settings.store)
    jobs_run = jobs_of(settings, desk.town.zone)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs_run.open()
        yield
        jobs_run.close()
        keys.close()
        accounts.close()
        desk.close()

    # the documentation pages of FastAPI come from a CDN: the description alone is served
    app = Described(
        title="wangge 网格",
        version=VERSION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(permitted)],
    )
    app.state.desk, app.state.desks, app.state.accounts = desk, Desks(desk), accounts
    app.state.runner, app.state.remembered = jobs_run.runner, Remembered()
    app.state.provider = provider_of(settings.service)
    add_handlers(app)
    _put_around(app, desk, keys, accounts)
    for router in (
        visits,  # before inspections, whose ids may hold anything
        inspections,  # first, for they are looked for in this order
        account_routes,
        town,
        areas,
        risk,
        places,
        clocks,  # before hazards, whose ids may hold anything
        hazards,
        hotspots,
        photos,
        phone,
        coverage,
        leader_board,
        streets,
        ground,
        gaps,
        forecast,
        plan,
        routes,
        route_done,
        appraisal,
        drafts,
        reports,
        jobs,
        imports,
        rules,
        checklists,
        backups,
    ):
        app.include_router(router.router, prefix="/api/v1", dependencies=[Depends(refuse_unknown)])
    app.include_router(ogc.router)
    app.include_router(ogc_tiles.router)
    app.include_router(openrosa.router)
    app.include_router(over_time.router)  # before maps, whose kinds may be anything
    app.include_router(maps.router)
    app.include_router(assets.router)
    app.include_router(over_time_page.router)
    app.include_router(backgrounds.router)
    app.include_router(care.router)
    app.include_router(missed.router)
    app.include_router(planning_page.router)
    app.include_router(route_done_page.router)
    app.include_router(today_page.router)
    app.include_router(phone_files.router)
    app.include_router(month_page.router)
    app.include_router(visits_page.router)
    app.include_router(rates_page.router)
    app.include_router(reports_page.router)
    app.include_router(hazards_pages.router)
    app.include_router(finding_page.router)
    app.include_router(risk_page.router)
    app.include_router(appraisal_page.router)
    app.include_router(desk_page.router)
    app.include_router(wall_page.router)
    app.include_router(leader_board_page.router)
    app.include_router(accounts_pages.router)
    app.include_router(service_page.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _put_around(app: FastAPI, desk: Desk, keys: Keys, accounts: Accounts) -> None:
    """Put around the routes what every request goes through; the one added last is asked first."""
    app.add_middleware(Tagged)
    app.add_middleware(Keyed, desk=desk, keys=keys)
    app.add_middleware(Compressed)
    app.add_middleware(SignedIn, accounts=accounts, remembered=app.state.remembered)
    app.add_middleware(Shared, accounts=accounts)
    guard(app, desk.settings, accounts)
    app.add_middleware(Headed)
    app.add_middleware(Lane)
    app.add_middleware(Observed)
