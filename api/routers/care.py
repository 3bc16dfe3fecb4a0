"""For who keeps the service running: whether it lives, whether it is ready, what it counts."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.metrics import MEDIA_TYPE, metrics_text
from api.params import TheDesk
from api.problems import problem
from api.signing_in import address_of
from geodata.store.health import faults

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process answers: no store, no thread of the pool is asked."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(desk: TheDesk) -> Response:
    """Say whether the store can be read, written to within a second, and has room: 200, or 503 with what is wrong."""
    found = [{"check": check, "problem": said} for check, said in faults(desk.settings.store).items()]
    body: dict[str, Any] = {"status": "unready" if found else "ready", "faults": found}
    return JSONResponse(body, 503 if found else 200)


@router.get("/metrics")
def metrics(request: Request, desk: TheDesk) -> Response:
    """Give what is counted, as Prometheus reads it; to this machine alone unless a setting says so."""
    if not desk.settings.metrics_to_others and not _from_here(request):
        return problem(request, 403, "运行指标只给本机看。要给别的电脑看，请设 WANGGE_METRICS_TO_OTHERS=true。")
    return Response(metrics_text(desk.settings.store), media_type=MEDIA_TYPE)


def _from_here(request: Request) -> bool:
    """Say whether this machine asks: not whoever asks through a proxy on it, trusted or not."""
    forwarded = {"forwarded", "x-forwarded-for"} & set(request.headers)
    if request.client is None or (forwarded and not request.app.state.desk.settings.trusts(request.client.host)):
        return False
    try:
        address = ip_address(address_of(request))
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback
