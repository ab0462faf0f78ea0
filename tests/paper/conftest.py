"""A sheet as the gateway prints it, without a service behind."""

from collections.abc import Sequence
from typing import Any

import pytest
from PIL import Image

from gateway import paper
from gateway.app import create_app
from gateway.routes import SERVICES
from gateway.settings import GatewaySettings
from services.checkin.models import PrintedSheet
from services.checkin.queries.printed_sheets import paper_of
from shared.clock import utc_now
from tests.paper.camera import pages_of

TOKEN, ROWS = "7K3MX2QA5T", 40
NAMES = ("王小明", "欧阳慧", "李", "阿卜杜热合曼·买买提", "张三", "䲜㐂𠮷")


@pytest.fixture(scope="session")
def sheet_pages(platform_settings: None) -> Sequence[Image.Image]:
    """Return the two pages of a sheet of forty rows on paper."""
    sheet = PrintedSheet(id="of-these-tests", token=TOKEN, rows=[f"r{number}" for number in range(ROWS)])
    pages = paper_of(sheet, {f"r{number}": NAMES[number % len(NAMES)] for number in range(ROWS)})
    app = create_app(GatewaySettings(service_urls=dict.fromkeys(SERVICES, "http://127.0.0.1:1"), secret_key="of these tests"))
    now = utc_now().isoformat()
    activity: dict[str, Any] = {"title": "便民服务日", "starts_at": now, "ends_at": now, "place": "社区广场", "leader_name": "刘芳"}
    with app.test_request_context("/"):
        return pages_of(paper.printed("paper/sign_in.html", "sheet.pdf", activity=activity, pages=pages).data)
