"""`wangge serve`: the service, until it is stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from api.serving import serve as serve_settings
from api.settings import Settings


def serve(arguments: argparse.Namespace) -> None:
    """Serve a store."""
    serve_store(
        arguments.store, host=arguments.host, port=arguments.port, insecure_no_accounts=arguments.insecure_no_accounts
    )


def serve_store(path: Path, **given: Any) -> None:
    """Serve a store with the settings of the environment, and those given over them."""
    serve_settings(Settings(store=path, **{name: value for name, value in given.items() if value is not None}))
