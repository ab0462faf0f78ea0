"""Who lives in the demo: the six sign-ins with their roles, somebody under age and an elder, and a few neighbours without a phone. None of
them stands in the office's roster."""

from dataclasses import dataclass

from shared.ids import derive_id

COMMUNITY = "DEMO-01"
PASSWORD = "golden-bean"  # noqa: S105 - printed on every screen that runs the demo
STEWARD_PHONE = "13800000004"


def demo_id(*parts: str) -> str:
    """Return the id that a thing of the demo always has."""
    return derive_id("demo", *parts)


@dataclass(frozen=True)
class Person:
    """Somebody of the demo; without `phone` they do not sign in. `invited_by` is the key of another, `born` year and month;
    who `publishes` agrees to be named in public."""

    key: str
    name: str
    grid: str
    household: str
    phone: str = ""
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    licence_no: str = ""
    invited_by: str = ""
    born: tuple[int, int] | None = None
    publishes: bool = False
    free_times: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of this resident."""
        return demo_id("resident", self.key)

    def skills_told(self) -> list[dict[str, str]]:
        """Return the skills as a nomination tells them. The licence ends on a fixed day: a second run must say the same."""
        licence = {"licence_no": self.licence_no, "licence_expires_on": "2029-12-31"} if self.licence_no else {}
        return [{"skill": skill} | licence for skill in self.skills]


RESIDENT = Person("resident", "周玉兰", "DEMO-01-G01", "金苗苑3号楼2单元501", "13800000001", (), ("haircut",),
                  free_times=("sat-morning", "sun-morning"), languages=("mandarin", "sichuan"))  # fmt: skip
ORGANIZER = Person("organizer", "李建国", "DEMO-01-G02", "金苗苑8号楼1单元302", "13800000002", ("organizer",), ("environment",))
PARTNER = Person("partner", "赵敏", "DEMO-01-G05", "向阳里2号楼3单元101", "13800000003", ("partner",))
AUDITOR = Person("auditor", "孙立新", "DEMO-01-G08", "铝厂老院5号楼1单元202", "13800000005", ("auditor",))
SECOND_ORGANIZER = Person("second-organizer", "何晓梅", "DEMO-01-G11", "河畔新居6号楼2单元903", "13800000006", ("organizer",))

SIGN_INS = (RESIDENT, ORGANIZER, PARTNER, AUDITOR, SECOND_ORGANIZER)

CHILD = Person("child", "周小满", "DEMO-01-G01", RESIDENT.household, "13800000007", born=(2011, 5))
ELDER = Person("elder", "郑桂芬", "DEMO-01-G02", "金苗苑6号楼1单元101", "13800000008", born=(1950, 3))
CARED_FOR = (CHILD, ELDER)
GUARDIANS_BIRTH_YEAR = 1968  # of the resident, who is the child's grandmother

NEIGHBOURS = (
    Person("ma", "马春燕", "DEMO-01-G03", "金苗苑11号楼1单元102", skills=("square-dance", "tai-chi"),
           free_times=("mon-evening", "wed-evening", "fri-evening"), languages=("mandarin", "cantonese"), publishes=True),
    Person("zheng", "郑海波", "DEMO-01-G06", "向阳里9号楼2单元401", skills=("repair",), licence_no="DG-2024-0817",
           invited_by="ma", free_times=("sat-morning", "sat-afternoon"), languages=("mandarin", "ningbo")),
    Person("luo", "罗秀芳", "DEMO-01-G09", "铝厂老院12号楼3单元303", invited_by="ma"),
    Person("gao", "高志远", "DEMO-01-G12", "河畔新居15号楼1单元1201"),
    Person("song", "宋丽华", "DEMO-01-G04", "金苗苑20号楼2单元602"),
    Person("tang", "唐文静", "DEMO-01-G07", "向阳里16号楼1单元203"),
)
