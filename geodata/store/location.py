"""Where a town's store is: a GeoPackage file, or a schema of a PostgreSQL database. Its name, never its password.

An address is written as libpq does, `postgresql://user:password@host:port/database?schema=wangge`; each town has a
schema of its own, so that one database holds several. What is left out comes from the environment and the password
file of libpq (`PGHOST`, `PGPASSFILE` …), which is the better place for a password.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from geodata.errors import StoreProblem

SCHEMES = ("postgresql:", "postgres:")
SCHEMA = "wangge"
"""The schema of an address that names none."""

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,49}", re.ASCII)
_OPTIONS = frozenset(
    {"host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "passfile", "service"}
)
_EXAMPLE = "postgresql://wangge@127.0.0.1/wangge?schema=humen"

_VARIABLES = MappingProxyType(
    {"user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    | {name: f"PG{name.upper()}" for name in _OPTIONS}
)
"""Variables of the environment that libpq reads (its documentation, Environment Variables)."""


@dataclass(frozen=True)
class Address:
    """A town in a PostgreSQL database.

    Attributes
    ----------
    schema
        The schema that holds the town.
    files
        The folder for what is no table: photos that were sent in, jobs and their files, backups (option `files`).
    shown
        The address without its password, as people and logs see it; what is equal is the same town for one user.
    parameters
        What libpq is told to connect, the password among it.
    """

    schema: str
    shown: str
    parameters: Mapping[str, str] = field(repr=False, compare=False)
    files: Path | None = None

    def __str__(self) -> str:
        return self.shown

    @property
    def in_public(self) -> Address:
        """The same address, shown as its schema alone: anybody may be told."""
        return replace(self, shown=f"PostgreSQL（{self.schema}）")

    @property
    def name(self) -> str:
        """The schema's name: what a page calls the store."""
        return self.schema

    @property
    def stem(self) -> str:
        """The schema's name: what a backup's name begins with."""
        return self.schema

    @property
    def environment(self) -> dict[str, str]:
        """What libpq is told by the environment: for child processes, whose words anybody on the machine may see."""
        return {_VARIABLES[name]: value for name, value in self.parameters.items()}

    @property
    def bare(self) -> str:
        """The address without what `environment` says."""
        files = "" if self.files is None else f"&files={quote(str(self.files))}"
        return f"postgresql:///?schema={self.schema}{files}"


Where = Path | Address
"""A store: a GeoPackage file or a town in a PostgreSQL database."""


def beside(store: Where, ending: str) -> Path:
    """Give the path of what lies beside a store: `town.gpkg` and `.photos` → `town.photos`.

    Of a database that is the folder of its address (`files`), else one of the user's own.

    Raises
    ------
    StoreProblem
        The folder can't be made.
    """
    path = where_beside(store, ending)
    if isinstance(store, Path):
        return path
    folder = path.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreProblem(
            f"放照片和任务文件的文件夹 {folder} 建不了（{problem.strerror}）。"
            f"请在地址里另外指定，例如 {_EXAMPLE}&files=/var/lib/wangge。"
        ) from problem
    return path


def where_beside(store: Where, ending: str) -> Path:
    """Give the same path without making the folder, for who only looks whether it is there."""
    if isinstance(store, Path):
        return store.with_suffix(ending)
    folder = store.files or Path.home() / ".local" / "share" / "wangge"
    return folder / f"{store.schema}{ending}"


def store_path(path: str | Path | Address) -> Where:
    """Give where a store is.

    Raises
    ------
    StoreProblem
        The text is no address of a database and no name that ends in `.gpkg`. An address is not repeated: a password
        may stand in it.
    """
    if isinstance(path, Address):
        return path
    if isinstance(path, str) and path.lower().startswith(SCHEMES):
        return _address(path)
    if str(path).lower().startswith(SCHEMES):
        raise StoreProblem("PostgreSQL 的地址不是文件路径，要作为文字给出。")
    file = Path(path)
    if file.suffix.lower() != ".gpkg":
        raise StoreProblem(
            f"“{path}”不能作为数据库，请用以 .gpkg 结尾的路径，例如 town.gpkg，或 PostgreSQL 的地址，例如 {_EXAMPLE}。"
        )
    return file


def _address(url: str) -> Address:
    try:
        parts = urlsplit(url)
        port = parts.port
        # a part of a password whose / or # was not escaped would be taken for something that may be seen
        if not url.partition(":")[2].startswith("//") or "@" in parts.path or parts.fragment:
            raise ValueError
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise StoreProblem(
            f"PostgreSQL 的地址写得不对，应该像 {_EXAMPLE}；密码里的 @ : / 要写成 %40 %3A %2F。"
        ) from None
    schema = options.pop("schema", SCHEMA)
    files = options.pop("files", "")
    if files and not Path(files).is_absolute():
        raise StoreProblem(f"PostgreSQL 地址里的 files 应为文件夹的绝对路径，例如 {_EXAMPLE}&files=/var/lib/wangge。")
    if not _NAME.fullmatch(schema) or schema.startswith("pg_") or schema == "public":
        raise StoreProblem(
            "PostgreSQL 地址里的 schema 只能用小写英文字母、数字和下划线，不能以数字或 pg_ 开头，也不能是 public，"
            f"例如 {_EXAMPLE}。"
        )
    unknown = sorted(name for name in options if name not in _OPTIONS)
    if unknown:
        known = "、".join(["schema", "files", *sorted(_OPTIONS)])
        raise StoreProblem(f"PostgreSQL 地址里有不认识的选项。可以用的是 {known}。")
    named = {
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": str(port or ""),
        "dbname": unquote(parts.path.removeprefix("/")),
    }
    parameters = {name: value for name, value in {**named, **options}.items() if value}
    shown = _shown(parameters, schema)
    return Address(schema, shown, MappingProxyType(parameters), Path(files) if files else None)


def _shown(parameters: Mapping[str, str], schema: str) -> str:
    user = f"{quote(parameters['user'], safe='')}@" if "user" in parameters else ""
    host = parameters.get("host", "")
    server = f"[{host}]" if ":" in host else quote(host, safe="")
    folder = ""
    if host.startswith("/"):  # of a socket: upper and lower case stay in the query alone
        server, folder = "", f"host={quote(host)}&"
    port = f":{parameters['port']}" if "port" in parameters else ""
    database = quote(parameters.get("dbname", ""), safe="")
    return f"postgresql://{user}{server}{port}/{database}?{folder}schema={schema}"
