"""Cells that name an organisation or a person: a grower is named by its owner, a farm or company by itself.

What does not look like an organisation is taken for a person: of a person only the surname and a keyed token stay.
"""

from __future__ import annotations

import re

from ingest.personal import mask_name
from ingest.personal_text import scrub
from ingest.text import narrow, split_brackets

# Anywhere in a text these say that it is no person.
_WORDS = (
    "合作社|联社|公司|农场|牧场|林场|渔场|农庄|庄园|养殖场|养殖小区|繁育场|种植园|产业园|示范园|果园|茶园|园区|中心|协会|商会|集团|企业|基地|"
    "工厂|加工厂|车间|供销社|信用社|合作联社|经济组织|村委会|委员会|经营部|门市部|服务部|服务站|工作站|收购站|商店|超市|商行|商贸|研究所|"
    "银行|政府|学校|家庭牧场|扶贫办"
)
_BODY = re.compile(_WORDS)
# At the end of a longer text one character says so too; 王建社 and 李园园 are persons.
_ENDS = re.compile(r".{2,}厂$|.{4,}[场社部站店园]$")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏"
    "付方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔文安祁包蒲漆巩缑年强后令柴苟辛党展丑边冉杜闵妥"
)
_LONG_SURNAMES = frozenset("欧阳 司马 上官 诸葛 令狐 皇甫 尉迟 公孙 慕容 司徒 夏侯 东方 长孙 宇文".split())
_MARKS = "、,，;；/"  # and nothing: the text's end
_PLACES = ("省", "镇", "乡", "村", "县", "市", "区", "社", "组")
ROLE = "种养殖?大户|养殖大户|种植大户|大户|养殖户|种植户|专业户|个体户|户主|负责人|法定代表人|法人代表|法人|联系人|经营者|业主|场主|理事长"
_ROLE_FIRST = re.compile(rf"^(?:{ROLE})[:：]?")
_ROLE_LAST = re.compile(rf"(?:{ROLE})$")
_DOTS = re.compile(r"[·•・．.∙‧]")
_HAN = "\u3400-\u9fff〇"
# A run of characters that ends a text, a piece of it or a bracket: where a person's name may stand beside a body's.
_RUN = re.compile(rf"(?<![{_HAN}·])((?:{ROLE})[:：]?)?([{_HAN}·]+)(?=[)）]?(?:$|[、,，;；/\s]))")


def is_body(text: str) -> bool:
    """Whether a text names an organisation; what stands in its brackets decides nothing."""
    key = _plain(text)
    return bool(_BODY.search(key) or (_ENDS.match(key) and not _DOTS.search(key)))


def person_key(text: str) -> str:
    """A person's name as it is compared: narrow, without what stands in brackets, roles and dots."""
    key = _DOTS.sub("", _plain(text))
    return _ROLE_LAST.sub("", _ROLE_FIRST.sub("", key)) or key


def public_name(text: str) -> str | None:
    """The text as it may be seen: a body's name whole but for persons beside it, a person's surname and two stars."""
    if not narrow(text):
        return None
    if is_body(text):
        return scrub(_RUN.sub(_masked_run, text))
    return mask_name(person_key(text))


def _plain(text: str) -> str:
    """Narrow, without brackets; where nothing stands outside them, what stands inside."""
    key = narrow(text)
    outside, inside = split_brackets(key)
    return outside or "".join(inside) or key


def _masked_run(match: re.Match[str]) -> str:
    role, name = match[1] or "", match[2]
    if is_body(role + name) or name.endswith(_PLACES):
        return match[0]
    around = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    is_listed = any(around) and all(mark in _MARKS for mark in around)  # beside a body: 张三、某某合作社
    has_surname = (len(name) in (2, 3) and name[0] in _SURNAMES) or (len(name) in (3, 4) and name[:2] in _LONG_SURNAMES)
    is_name = "·" in name or has_surname or (2 <= len(name) <= 5 and (role or is_listed))
    return f"{role}{name[0]}**" if is_name else match[0]
