"""`wangge serve`: the service, until it is stopped."""

from __future__ import annotations

import argparse
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from api.cli.usage import UsageProblem
from api.serving import serve as serve_settings
from api.settings import Settings
from geodata.store.location import Where

BACKUPS = ("backup_dir", "backup_at", "backup_keep")


def serve(arguments: argparse.Namespace) -> None:
    """Serve a store."""
    names = ("host", "port", "background", "log", "insecure_no_accounts", *BACKUPS)
    serve_store(arguments.store, **{name: getattr(arguments, name) for name in names})


def serve_store(path: Where, **given: Any) -> None:
    """Serve a store with the settings of the environment (`WANGGE_…`), and those given over them."""
    try:
        settings = Settings(store=path, **{name: value for name, value in given.items() if value is not None})
    except ValidationError as problem:
        wrong = "；".join(_wrong(error) for error in problem.errors())
        raise UsageProblem(f"环境变量里的设置不对：{wrong}。") from problem
    serve_settings(settings)


def _wrong(error: ErrorDetails) -> str:
    """Say what is wrong with a setting; of several together in their own words, for one of them is a secret."""
    if not error["loc"]:
        return str(error["ctx"]["error"])
    return f"WANGGE_{error['loc'][0]}".upper() + f"={error['input']}"
