"""What each reason of an import says to people, Chinese first: the closed list of codes that importers may use."""

from collections.abc import Iterable

REASONS: dict[str, tuple[str, str]] = {
    "name_missing": ("没有姓名", "There is no name."),
    "name_unreadable": ("姓名无法辨认", "The name cannot be read."),
    "duplicate_in_file": ("与本表前面一行是同一人", "The same person stands in an earlier row of this file."),
    "same_person_possible": ("可能与另一位同名居民是同一人", "This may be the same person as another of that name."),
    "several_known": ("登记册中有多位居民符合", "More than one registered resident fits."),
    "phone_shared": ("此电话属于另一位居民", "This phone belongs to somebody else as well."),
    "phone_incomplete": ("电话号码位数不够", "The phone number is incomplete."),
    "phone_several": ("写了不止一个电话", "More than one phone is given."),
    "phone_unreadable": ("电话无法辨认", "The phone cannot be read."),
    "birth_unreadable": ("出生年月无法辨认", "The birth cannot be read."),
    "grid_unknown": ("社区地点表里没有这个网格", "There is no such grid in the place table."),
    "grid_not_of_quarter": ("网格与住址的小区不符", "The grid does not belong to the address's quarter."),
    "guardian_needed": ("可能未满十四岁，需监护人同意", "May be under fourteen: a guardian has to agree."),
    "note_too_long": ("备注过长，只能保留前面部分", "The note is too long to keep whole."),
    "marked_twice": ("备注写明重复登记", "The note says that this is a double entry."),
    "marked_gone": ("备注写明已搬走或去世", "The note says that the person moved away or died."),
    "left_before": ("此人曾登记后退出，请确认是否重新登记", "This person was registered and left; please confirm."),
    "phone_differs": ("电话与登记的不同", "The phone differs from the registered one."),
    "household_differs": ("住址与登记的不同", "The address differs from the registered one."),
    "birth_differs": ("出生年月与登记的不同", "The birth differs from the registered one."),
    "grid_differs": ("网格与登记的不同", "The grid differs from the registered one."),
    "note_differs": ("特长备注与登记的不同", "The note differs from the registered one."),
    "phone_missing": ("没有电话", "No phone is given."),
    "household_missing": ("没有住址", "No address is given."),
    "grid_missing": ("没有网格", "No grid is given."),
    "same_name": ("另有同名居民", "There is another resident of this name."),
    "household_in_two_grids": ("同一住址出现在两个网格", "This address is told in two grids."),
    "id_number_dropped": ("证件号已略去，不予保存", "An ID number was left out: none is stored."),
    "title": ("表名", "Title of the table."),
    "heading": ("表头", "Heading of the columns."),
    "blank": ("空行", "Blank line."),
    "footer": ("表尾", "Foot of the table."),
    "no_heading": ("这张工作表没有“姓名”一栏", "This worksheet has no column 姓名."),
    "other_community": ("属于别的社区", "This belongs to another community."),
    "grid_told_twice": ("网格重复出现", "This grid is told twice."),
    "grid_of_other_community": ("网格代码已被别的社区使用", "Another community uses this grid code."),
    "community_code_unreadable": ("社区代码无法辨认", "The community code cannot be read."),
    "grid_code_unreadable": ("网格代码无法辨认", "The grid code cannot be read."),
    "grid_name_unreadable": ("网格名称无法辨认", "The grid's name cannot be read."),
    "community_name_unreadable": ("社区名称无法辨认", "The community's name cannot be read."),
    "quarter_name_unreadable": ("小区名称无法辨认", "The quarter's name cannot be read."),
    "households_unreadable": ("户数无法辨认", "The number of households cannot be read."),
}


def explain(codes: Iterable[str]) -> list[dict[str, str]]:
    """Return `{code, zh, en}` for each code."""
    return [{"code": code, "zh": REASONS[code][0], "en": REASONS[code][1]} for code in codes]
