"""PostgreSQL that comes along with Kalends, for those who bring none of their own."""

from kalends.operating.embedded.access import running, scratch, serving
from kalends.operating.embedded.folders import DataFolder, open_data_folder
from kalends.operating.embedded.programs import client
from kalends.operating.embedded.refusals import (
    AlreadyRunning,
    CannotRun,
    DiskFull,
    FolderRefused,
    OtherVersion,
    RoleRefused,
    ServerFailed,
)
from kalends.operating.embedded.roles import Urls, check_owner, check_roles, grants_sql
from kalends.operating.embedded.server import EmbeddedServer

__all__ = [
    "AlreadyRunning",
    "CannotRun",
    "DataFolder",
    "DiskFull",
    "EmbeddedServer",
    "FolderRefused",
    "OtherVersion",
    "RoleRefused",
    "ServerFailed",
    "Urls",
    "check_owner",
    "check_roles",
    "client",
    "grants_sql",
    "open_data_folder",
    "running",
    "scratch",
    "serving",
]
