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
    "no_talent": ("本网格还没有骨干，也还没有能人，先举荐一位", "this grid has neither a backbone nor a talent yet: put somebody forward"),
    "no_backbone": ("本网格还没有骨干", "this grid has no backbone yet"),
}

ASKS = {
    "invite": ("社区想邀请您参加《{title}》", "the community would be glad if you came to “{title}”"),
    "invite_plain": ("社区想邀请您来参加活动", "the community would be glad if you came to something"),
    "call": ("社区想和您通个电话，聊聊《{title}》", "the community would like to call you about “{title}”"),
    "call_plain": ("社区想和您通个电话", "the community would like to call you"),
    "assign": ("社区想请您牵头《{title}》，愿不愿意由您决定", "would you lead “{title}”? It is yours to decide"),
    "assign_plain": ("社区想请您牵头一次活动，愿不愿意由您决定", "would you lead an activity? It is yours to decide"),
}
DOUBTS = {
    "own_household": ("和带动人同住一户", "lives in the bringer's own household"),
    "one_household": ("带来的人都是同一户", "all who were brought live in one household"),
    "same_phone": ("几个人的手机尾号相同", "several have the same end of the phone"),
    "same_days": ("几个人每次都在同样的日子来", "several came on exactly the same days"),
    "only_together": ("只和带动人一起出现过", "only ever came where the bringer was"),
    "circle": ("互相带动，绕成一圈", "they brought each other, in a circle"),
}
FITS = {
    "skill": ("技能对口：{skill}", "has the skill: {skill}"),
    "item_before": ("来过这类活动 {count} 次", "came to this kind before (times: {count})"),
    "same_grid": ("就在自己网格", "it is held in their own grid"),
    "usual_weekday": ("平常{weekday}有空", "usually comes on a {weekday}"),
    "usual_time": ("平常{part}有空", "usually comes in the {part}"),
}
WEEKDAYS = {
    "1": ("周一", "Monday"), "2": ("周二", "Tuesday"), "3": ("周三", "Wednesday"), "4": ("周四", "Thursday"), "5": ("周五", "Friday"),
    "6": ("周六", "Saturday"), "7": ("周日", "Sunday"),
}  # fmt: skip
PARTS_OF_DAY = {"morning": ("上午", "morning"), "afternoon": ("下午", "afternoon"), "evening": ("晚上", "evening")}


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
