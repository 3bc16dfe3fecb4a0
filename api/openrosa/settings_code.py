"""The QR code that sets ODK Collect up: https://docs.getodk.org/collect-import-export/ (JSON, zlib, base64).

It holds no password: each inspector types the own one.
"""

from __future__ import annotations

import json
from base64 import b64encode
from zlib import compress

from geodata.model import Town
from maps.qr import qr_svg


def settings_svg(address: str, town: Town) -> str:
    """Give the code of the settings; `address` is that of the service with `/openrosa` behind it."""
    settings = {
        "general": {"protocol": "odk_default", "server_url": address, "form_update_mode": "match_exactly"},
        "admin": {},
        "project": {"name": town.name},
    }
    return qr_svg(b64encode(compress(json.dumps(settings).encode())).decode())
