"""The consent notice (告知书) of the demonstration, in two versions and two languages."""

from __future__ import annotations

from datetime import date

from families.models import Notice
from families.notices import publish_notice

_ZH = """家庭共济告知书

同意之前，请您花一分钟读完。

一、您同意以后，这位家人看病、买药时先用自己的个人账户；不够的部分，可以用您个人账户里的钱。
二、家人只限您的配偶、父母、子女。请如实选择你们的关系，并由您本人对此负责。
三、这里用的只是您账户里的钱。您和家人各自的医保待遇都不会改变。
{more}{last}、每次用钱您都会看到日期和金额；家人看了什么病、用了什么药，您看不到。
{after}、您随时可以解除，立即生效；已经结算的费用不再退回。家人也可以随时退出。

不明白的地方，请拨打医保服务热线，或到服务窗口询问。
"""
_ZH_MORE = """四、您最多可以授权六位家人。
五、家人参保在省内其他市也可以；每位家人只能有一位外市的授权人。
"""
_EN = """Notice on sharing your account with your family

Please take a minute to read this before you agree.

1. Once you agree, this relative's own account pays first when they see a doctor or buy medicine.
   Where it is not enough, money from your account may be used.
2. Relatives are your spouse, your parents and your children. Please state truthfully how you are
   related; you answer for it yourself.
3. Only the money in your account is shared. Nobody's insurance benefits change.
{more}{last}. You see the date and the amount each time. You do not see what they were treated for.
{after}. You can end this at any time, at once. What has been settled is not given back. Your
   relative can leave at any time too.

If anything is unclear, call the medical insurance line or ask at a counter.
"""
_EN_MORE = """4. You can share with up to six relatives.
5. They may be insured in another city of the province; each of them can have one such sharer.
"""


def publish_notices() -> list[Notice]:
    """Publish both versions; return the Chinese ones, oldest first."""
    versions = []
    for version, begins_on, scope, zh_more, en_more in (
        ("2022-1", date(2022, 7, 1), "", "", ""),
        ("2024-1", date(2024, 6, 1), "34", _ZH_MORE, _EN_MORE),
    ):
        zh_last, zh_after = ("六", "七") if zh_more else ("四", "五")
        en_last, en_after = ("6", "7") if en_more else ("4", "5")
        versions.append(
            publish_notice(
                version=version,
                language="zh-hans",
                text=_ZH.format(more=zh_more, last=zh_last, after=zh_after),
                begins_on=begins_on,
                scope=scope,
            )
        )
        publish_notice(
            version=version,
            language="en",
            text=_EN.format(more=en_more, last=en_last, after=en_after),
            begins_on=begins_on,
            scope=scope,
        )
    return versions
