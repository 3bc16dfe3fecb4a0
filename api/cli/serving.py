"""`wangge serve`: the service, until it is stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from api.cli.usage import UsageProblem
from api.serving import serve as serve_settings
from api.settings import Settings


def serve(arguments: argparse.Namespace) -> None:
    """Serve a store."""
    serve_store(
        arguments.store,
        host=arguments.host,
        port=arguments.port,
        insecure_no_accounts=arguments.insecure_no_accounts,
        log=arguments.log,
    )


def serve_store(path: Path, **given: Any) -> None:
    """Serve a store with the settings of the environment (`WANGGE_…`), and those given over them."""
    try:
        settings = Settings(store=path, **{name: value for name, value in given.items() if value is not None})
    except ValidationError as problem:
        wrong = "；".join(f"WANGGE_{error['loc'][0]}".upper() + f"={error['input']}" for error in problem.errors())
        raise UsageProblem(f"环境变量里的设置不对：{wrong}。") from problem
    serve_settings(settings)
