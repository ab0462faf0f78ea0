"""The demo of `make run`: a community with somebody to sign in as for every role. Never part of compose or k8s."""

import sys

from shared.local.platform import Platform, Say

PASSWORD = "golden-bean"  # noqa: S105 - printed on every screen that runs the demo
PLACES = "gateway/demo/data/places.csv"
STEWARD_PHONE, STEWARD_NAME = "13800000004", "陈雅琴"
SIGN_INS = (
    ("13800000001", "居民", "resident"),
    ("13800000002", "组织者", "organizer"),
    ("13800000003", "商户", "partner"),
    ("13800000004", "管理员", "steward"),
    ("13800000005", "监督员", "auditor"),
    ("13800000006", "另一位组织者", "second organizer"),
    ("13800000007", "未成年居民", "resident under age"),
    ("13800000008", "高龄居民", "elder"),
)


def load_demo(platform: Platform, *, say: Say) -> None:
    """Found the demo community and let its people live a few weeks through the gateway; once is enough for our own database."""
    loaded = platform.folder / "data" / "mongodb" / "data" / "demo-loaded"
    if platform.mongod and loaded.exists():
        return
    say("loading the demo (up to a minute)")
    platform.run(
        sys.executable, "-m", "services.identity.worker", "found-community", "--places", PLACES,
        "--steward-phone", STEWARD_PHONE, "--steward-name", STEWARD_NAME, "--password", PASSWORD,
    )  # fmt: skip
    platform.run(sys.executable, "-m", "gateway.demo")
    if platform.mongod:
        loaded.touch()


def invitation() -> str:
    """Return the sign-ins, a line each, Chinese first."""
    people = "\n".join(f"  {phone}  {role_zh} / {role}" for phone, role_zh, role in SIGN_INS)
    return f"演示账号 / demo sign-ins, 密码 / password: {PASSWORD}\n{people}"
