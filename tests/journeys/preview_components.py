"""Draw every component with made-up data, to look at: static HTML into a folder.

    .venv/bin/python -m tests.journeys.preview_components FOLDER

Each page comes in Chinese and English, light, dark, high contrast and in the large view. Nothing
here needs a database. All persons, places and amounts are made up.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import django

FOLDER = Path(__file__).resolve().parent / "preview"
STATIC = Path(__file__).resolve().parents[2] / "static"
SHANGHAI = ZoneInfo("Asia/Shanghai")

# File name ending -> cookies of the visitor, language.
LOOKS: dict[str, tuple[dict[str, str], str]] = {
    "zh": ({"theme": "light"}, "zh-hans"),
    "zh-dark": ({"theme": "dark"}, "zh-hans"),
    "zh-elder": ({"theme": "light", "view": "elder"}, "zh-hans"),
    "zh-high": ({"theme": "light", "contrast": "high"}, "zh-hans"),
    "en": ({"theme": "light"}, "en"),
    "en-elder": ({"theme": "light", "view": "elder"}, "en"),
}

CLAUSE = {"text": "皖医保中心〔2024〕39号 第三条（二）", "url": "#", "standing": ""}
ASSUMED = {"text": "", "url": "", "standing": "assumed"}
EXAMPLE = {"text": "示例文件〔2026〕1号 第二条", "url": "#", "standing": "example"}


def yuan(text: str) -> Decimal:
    return Decimal(text)


SEATS = [
    {"name": "许静安", "who": "本人", "is_self": True},
    {"name": "陈玉兰", "who": "母亲"},
    {"name": "许国梁", "who": "父亲"},
    {"name": "周立行", "who": "配偶"},
    {"name": "周一诺", "who": "女儿"},
    {"name": "许明远", "who": "儿子", "note": "异地"},
    {"is_empty": True, "url": "#", "url_text": "空座，绑定一位家人"},
]
BALANCE = SimpleNamespace(total=yuan("3286.40"), current=yuan("1456.40"), carried=yuan("1830.00"))
MOVES = [
    {
        "title": "替陈玉兰付门诊费",
        "amount": yuan("-77.60"),
        "detail": "9 月 16 日",
        "after": "余 3,286.40",
    },
    {
        "title": "单位缴费划入",
        "amount": yuan("256"),
        "detail": "9 月 10 日，当年",
        "after": "余 3,364.00",
    },
    {
        "title": "给周一诺缴居民医保",
        "url": "#",
        "amount": yuan("-400"),
        "detail": "9 月 2 日，2026 年度",
        "after": "余 3,108.00",
    },
]
PAYERS = [
    {"name": "陈玉兰（本人）", "place": "self", "note": "自己的账户先付", "amount": yuan("120")},
    {
        "name": "许国梁（父亲）",
        "place": "local",
        "note": "本地，2023-05-11 绑定",
        "amount": yuan("180"),
    },
    {
        "name": "许静安（您）",
        "place": "local",
        "note": "本地，2024-03-02 绑定",
        "amount": yuan("200"),
    },
    {"name": "许明远（儿子）", "place": "remote", "note": "异地，芜湖", "amount": yuan("0")},
]
RECEIPT = {
    "label": "门诊结算单，2025-09-16 10:42",
    "title": "在淝南人民医院的一次门诊",
    "total_label": "这次一共",
    "total": yuan("862.40"),
    "payments": [
        {"kind": "fund", "label": "统筹基金", "note": "医保报销", "amount": yuan("416.00")},
        {"kind": "self", "label": "陈玉兰的个人账户", "note": "本人先付", "amount": yuan("96.40")},
        {
            "kind": "kin",
            "label": "许国梁的个人账户",
            "note": "本地，2023-05-11 绑定",
            "amount": yuan("210.00"),
        },
        {
            "kind": "kin",
            "label": "许静安的个人账户",
            "note": "本地，2024-03-02 绑定",
            "amount": yuan("77.60"),
        },
        {"kind": "cash", "label": "现金", "note": "目录外费用", "amount": yuan("62.40")},
    ],
    "facts": [
        {"label": "结算单号", "value": "JS 2025 0916 003187"},
        {"label": "按哪版规则", "value": "2025 年 1 月 1 日起施行的一版"},
        {"label": "参保人", "value": "3401**********0028，退休"},
    ],
}
STEPS = [
    {
        "title": "目录外的先拿出来",
        "verb": "剩",
        "amount": yuan("800"),
        "sum": "862.40 − 62.40 自费药",
        "clauses": [CLAUSE],
    },
    {
        "title": "乙类药自己先付一部分",
        "verb": "剩",
        "amount": yuan("760"),
        "sum": "400.00 × 10% = 40.00，800.00 − 40.00",
        "clauses": [CLAUSE],
    },
    {
        "title": "补足起付线",
        "verb": "剩",
        "amount": yuan("640"),
        "sum": "退休 800.00，今年已有 680.00，还差 120.00；760.00 − 120.00",
        "clauses": [EXAMPLE],
    },
    {
        "title": "二级医院，退休报 65%",
        "verb": "报",
        "amount": yuan("416"),
        "sum": "640.00 × 65%",
        "clauses": [CLAUSE, ASSUMED],
    },
]
RELATIVES = [
    {
        "name": "陈玉兰",
        "relation": "母亲",
        "id_number": "340104195503120028",
        "detail": "合肥，2024-03-02 绑定",
        "tag": "我可替她付",
        "tag_kind": "go",
        "url": "#",
        "url_text": "解绑",
    },
    {
        "name": "周立行",
        "relation": "配偶",
        "id_number": "3401**********0015",
        "detail": "合肥，2023-06-18 绑定",
        "tag": "互相可付",
        "tag_kind": "go",
        "url": "#",
        "url_text": "解绑",
    },
    {
        "name": "许明远",
        "relation": "儿子",
        "id_number": "3402**********0019",
        "detail": "芜湖，2024-11-20 绑定",
        "tag": "异地，可替我付",
        "tag_kind": "wait",
        "url": "#",
        "url_text": "解绑",
    },
]
COURSE = [
    {"title": "您提交了申请", "note": "9 月 12 日 20:15，替父亲办理", "state": "done"},
    {
        "title": "等您补居住证明",
        "note": "9 月 17 日 15:40",
        "text": "补交后 2 个工作日内看完。",
        "state": "current",
    },
    {"title": "同意登记", "note": "预计 9 月 26 日前", "state": "next"},
]
TASKS = [
    {"title": "许知夏 请您确认绑定", "note": "女儿，9 月 25 日前有效", "url": "#"},
    {"title": "异地居住登记要补一份材料", "note": "许国梁，居住证明看不清", "url": "#"},
]


def sample() -> dict[str, object]:
    """The made-up data of all preview pages."""
    from django.core.paginator import Paginator
    from django.utils.translation import gettext

    tabs = [
        {
            "label": gettext(label),
            "icon": icon,
            "icon_current": f"{icon}-fill",
            "url": "#",
            "current": "",
        }
        for label, icon in (
            ("Home", "house"),
            ("Account", "wallet"),
            ("Family", "people"),
            ("Visits", "hospital"),
            ("Me", "person"),
        )
    ]
    tabs[0]["current"] = "page"
    return {
        "user": SimpleNamespace(is_authenticated=True),
        "tabs": tabs,
        "hotline_hours": "工作日 8:30 至 17:30",
        "now": dt.datetime(2025, 9, 18, 8, 0, tzinfo=SHANGHAI),
        "seats": SEATS,
        "balance": BALANCE,
        "moves": MOVES,
        "months": [
            {
                "first": dt.date(2025, 9, 1),
                "money_in": yuan("256"),
                "money_out": yuan("477.60"),
                "moves": MOVES,
            },
            {
                "first": dt.date(2025, 8, 1),
                "money_in": yuan("256"),
                "money_out": None,
                "moves": MOVES[1:2],
            },
        ],
        "lines": [
            {"label": "原来的历年余额", "amount": yuan("945.16")},
            {"label": "2024 年没用完的", "amount": yuan("1268.26")},
            {"label": "利息", "amount": yuan("16.58"), "note": "三个月定期和活期"},
        ],
        "payers": PAYERS,
        "receipt": RECEIPT,
        "steps": STEPS,
        "relatives": RELATIVES,
        "course": COURSE,
        "tasks": TASKS,
        "figure_left": yuan("230"),
        "used": yuan("770"),
        "limit": yuan("1000"),
        "words": ["选家人", "核对", "知情同意", "完成"],
        "page": Paginator(range(50), 10).page(2),
        "actions": [
            {"url": "#", "text": "先算一算自己付多少"},
            {"url": "#", "text": "看 2024 年的"},
        ],
    }


def _forms() -> dict[str, object]:
    from django import forms

    from portal.forms import DisplayForm

    class Premium(forms.Form):
        name = forms.CharField(label="家人姓名")
        number = forms.CharField(label="身份证号", help_text="18 位")
        year = forms.ChoiceField(
            label="缴哪一年",
            widget=forms.RadioSelect,
            choices=[("2026", "2026 年度，400.00 元"), ("2025", "2025 年度补缴，400.00 元")],
        )
        persons = forms.ChoiceField(label="缴几个人", choices=[("1", "1 人"), ("2", "2 人")])
        agreed = forms.BooleanField(label="我已看完上面的内容，同意许知夏使用我的个人账户")
        remark = forms.CharField(
            label="备注", required=False, widget=forms.Textarea(attrs={"rows": 2})
        )

    form = Premium({"name": "周一诺", "persons": "2"})
    form.full_clean()
    return {
        "form": form,
        "display_form": DisplayForm(
            initial={
                "view": "standard",
                "theme": "system",
                "contrast": "normal",
                "language": "zh-hans",
            }
        ),
    }


def draw(folder: Path) -> list[Path]:
    """Write all pages in all looks; return the files."""
    from allauth.account.forms import LoginForm
    from django.contrib.auth.models import AnonymousUser
    from django.template import engines
    from django.template.loader import get_template
    from django.test import RequestFactory
    from django.utils.translation import override

    engine = engines["django"]
    link = folder / "static"
    folder.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        link.symlink_to(STATIC)
    written: list[Path] = []
    for look, (cookies, language) in LOOKS.items():
        with override(language):
            request = RequestFactory().get("/")
            request.COOKIES = dict(cookies)
            request.user = AnonymousUser()
            pages = {
                path.stem: (
                    engine.from_string(path.read_text(encoding="utf-8")),
                    sample() | _forms(),
                )
                for path in sorted(FOLDER.glob("*.html"))
            }
            anyone = {"user": AnonymousUser(), "tabs": []}
            pages["start"] = (get_template("portal/start.html"), anyone)
            pages["me"] = (get_template("portal/me.html"), sample())
            pages["display"] = (
                get_template("portal/display.html"),
                sample() | {"form": _forms()["display_form"]},
            )
            pages["login"] = (
                get_template("account/login.html"),
                anyone
                | {
                    "form": LoginForm({"login": ""}, request=request),
                    "PASSKEY_LOGIN_ENABLED": True,
                    "signup_url": "#",
                },
            )
            pages["404"] = (get_template("404.html"), anyone)
            pages["500"] = (get_template("500.html"), {})
            for name, (template, context) in pages.items():
                html = template.render(context, None if name == "500" else request)
                path = folder / f"{name}.{look}.html"
                path.write_text(html.replace('="/static/', '="static/'), encoding="utf-8")
                written.append(path)
    return written


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.static_settings")
    os.environ.setdefault("STATIC_FROM_SOURCE", "yes")
    django.setup()
    for path in draw(Path(sys.argv[1])):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
