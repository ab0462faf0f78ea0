"""The sentences behind the codes, in Chinese and English, so that every page and program says the same."""

from collections.abc import Mapping
from typing import Any

WHY = {
    "talent": ("已在能人库，技能：{skills}", "stands in the talent registry with: {skills}"),
    "led": ("牵头组织活动 {count} 次", "activities led: {count}"),
    "mobilized": ("带动 {count} 人参与", "people brought who then took part: {count}"),
    "served_with_skill": ("用核实过的技能服务 {count} 次", "services with a verified skill: {count}"),
    "served_repeatedly": ("多次参与，共 {count} 次", "took part repeatedly, {count} times"),
    "took_part": ("参与 {count} 次", "times that they took part: {count}"),
    "no_deed": ("近 {window_days} 天还没有参与记录", "no deed in the last {window_days} days yet"),
}
STEPS = {
    "first_deed": ("参加一次活动即可成为普通参与者", "one activity makes a participant"),
    "come_back": ("以前来过，再参加一次即可", "was here before; one activity brings them back"),
    "come_this_time": ("报过名但没来成，这次来即可", "had signed up but could not come; this time will do"),
    "one_more_deed": ("再参与一次即成为热心居民", "one more deed makes an enthusiast"),
    "more_deeds": ("再多参与几次即成为热心居民", "a few more deeds make an enthusiast"),
    "use_skill": ("用一次自己的技能即成为热心居民", "one service with their skill makes an enthusiast"),
    "lead": ("牵头一次活动或带动一位邻居即成为骨干", "leading once, or bringing a neighbour, makes a backbone"),
    "be_nominated": ("值得举荐进能人库", "deserves to be nominated to the talent registry"),
    "sleeping": ("能人已有 {days} 天没有活动", "a talent without a deed for {days} days"),
    "fits": ("技能适合活动《{title}》", "has the skill for “{title}”"),
    "no_backbone": ("本网格还没有骨干", "this grid has no backbone yet"),
}


def explained(
    code: str, words: Mapping[str, tuple[str, str]], params: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a code with its sentences filled in: {code, params, text_zh, text_en}."""
    chinese, english = words[code]
    filled = {name: str(value) for name, value in (params or {}).items()}
    return {
        "code": code,
        "params": filled,
        "text_zh": chinese.format_map(filled),
        "text_en": english.format_map(filled),
    }
