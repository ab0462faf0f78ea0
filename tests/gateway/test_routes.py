"""Every path of the public interface finds its service, and nothing else does."""

import pytest

from gateway.routes import service_for

ID = "d0ca4e1c-3aa3-55b1-beb3-aaa7acf30d77"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/api/v1/sessions", "identity"),
        ("/api/v1/sessions/current", "identity"),
        (f"/api/v1/kiosk-sessions/{ID}", "identity"),
        (f"/api/v1/residents/{ID}/roles", "identity"),
        ("/api/v1/places", "identity"),
        (f"/api/v1/guardian-consents/{ID}/agreement", "identity"),
        (f"/api/v1/paper-guardian-consents/{ID}", "identity"),
        (f"/api/v1/roster-imports/{ID}/decisions", "identity"),
        (f"/api/v1/nominations/{ID}/decision", "talent"),
        ("/api/v1/notices", "talent"),
        (f"/api/v1/activities/{ID}/sign-ups/{ID}", "checkin"),
        (f"/api/v1/sheets/{ID}", "checkin"),
        (f"/api/v1/wallets/{ID}/transfers", "ledger"),
        ("/api/v1/rules/2", "ledger"),
        (f"/api/v1/rule-drafts/{ID}/simulations/{ID}", "ledger"),
        ("/api/v1/rule-acts", "ledger"),
        ("/api/v1/communities/DEMO-01/coverage/history", "ledger"),
        ("/api/v1/vouchers/ABCD2345/fulfilment", "rewards"),
        (f"/api/v1/standings/{ID}", "engagement"),
        (f"/api/v1/matters/{ID}/support", "engagement"),
        ("/api/v1/communities/DEMO-01/engagement", "engagement"),
        ("/api/v1/communities/DEMO-01/base", "engagement"),
        ("/api/v1/communities/DEMO-01/coverage", "ledger"),
        ("/api/v1/communities/DEMO-01", None),
        ("/api/v1/communities/DEMO-01/streets", None),
        ("/api/v1/", None),
        ("/api/v1/internal/tokens", None),
        ("/api/v1/openapi.json", None),
    ],
)
def test_the_first_segment_decides_which_service_answers(path: str, service: str | None) -> None:
    assert service_for(path) == service
