"""What every HTTP process of the house shares: one factory, one way to sign, refuse, page and be well."""

from shared.web.auth import (
    Acting,
    Caller,
    current_caller,
    known_caller,
    open_to_kiosks,
    open_to_proxies,
    requires,
    service_token,
    sign_token,
)
from shared.web.factory import Blueprint, create_api
from shared.web.paging import PageArgs, answer, decode_cursor, encode_cursor, page_of, page_schema
from shared.web.uploads import UploadIn, uploaded_file

__all__ = [
    "Acting",
    "Blueprint",
    "Caller",
    "PageArgs",
    "UploadIn",
    "answer",
    "create_api",
    "current_caller",
    "decode_cursor",
    "encode_cursor",
    "known_caller",
    "open_to_kiosks",
    "open_to_proxies",
    "page_of",
    "page_schema",
    "requires",
    "service_token",
    "sign_token",
    "uploaded_file",
]
