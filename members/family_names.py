"""Family names of two letters: after them, not after the first letter, a given name begins.

Those of the Hundred Family Names (百家姓), and a few that are borne today without being in it; as
of November 2026. An index is made for these names alone (`naming.FINDING`), so a change of the list
is a migration, which `./run check` asks for.
"""

from __future__ import annotations

OF_TWO_LETTERS = (
    "万俟", "司马", "上官", "欧阳", "夏侯", "诸葛", "闻人", "东方", "赫连", "皇甫", "尉迟", "公羊",
    "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "公孙", "仲孙", "轩辕", "令狐",
    "钟离", "宇文", "长孙", "慕容", "鲜于", "闾丘", "司徒", "司空", "亓官", "司寇", "子车", "颛孙",
    "端木", "巫马", "公西", "漆雕", "乐正", "壤驷", "公良", "拓跋", "夹谷", "宰父", "谷梁", "段干",
    "百里", "东郭", "南门", "呼延", "羊舌", "微生", "梁丘", "左丘", "东门", "西门", "伯赏", "南宫",
    "第五", "独孤", "纳兰", "叶赫", "完颜", "耶律", "达奚",
)  # fmt: skip
