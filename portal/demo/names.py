"""Invented names: common surnames with given names put together by chance."""

from __future__ import annotations

from random import Random

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
#: The first ones are by far the most common.
_WEIGHTS = [max(1, 40 - place) for place in range(len(_SURNAMES))]
_FIRST = "志建国文明永春秋家海立学玉秀桂淑美晓雨思子一梓若清云景仲启书安宁怀向"
_SECOND_MALE = "强伟军磊涛斌峰宇轩辰泽浩然杰鹏华平民胜辉林松柏川舟远航霖"
_SECOND_FEMALE = "英兰珍芳梅琴霞静敏婷娜丽燕玲芬洁雪涵萱怡彤悦瑶琪宁溪禾萍"


def surname(rng: Random) -> str:
    """Return a surname, as often as it is found."""
    return rng.choices(_SURNAMES, _WEIGHTS)[0]


def given_name(rng: Random, *, male: bool) -> str:
    """Return a given name of one or two characters."""
    second = rng.choice(_SECOND_MALE if male else _SECOND_FEMALE)
    return second if rng.random() < 0.15 else rng.choice(_FIRST) + second
