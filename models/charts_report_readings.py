"""How to read each picture of the committee report, and what would be bad, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from models.report_words import Words


@dataclass(frozen=True)
class Reading:
    """The title of a picture and how to read it; English is the docstring of the function that draws it."""

    title: Words
    how: Words


CHINESE: Final[Mapping[str, tuple[Words, str]]] = {
    "plot_split": (
        ("Rows by month and use", "各月样本的用途"),
        "黑色用于检验，应位于灰色（训练）的右侧。不好的情形：黑灰同月（在训练过的月份检验），或黑色太少而不足以证明。",
    ),
    "plot_leads": (
        ("Lead over each challenger", "对各挑战模型的领先"),
        "实心点且横线全部在 0 右侧，即优于该挑战模型；空心点表示无证据；叉表示更差。不好的情形：与评分卡相比横线跨过 0，"
        "或仅合并后领先而各阶段均不领先。",
    ),
    "plot_capture": (
        ("Events found", "事件捕获"),
        "曲线越高于细对角线（盲目排序）越好；圆点表示查看五分之一账户所能找到的事件占比。不好的情形：在左端与挑战模型重合。",
    ),
    "plot_lift": (
        ("Lift", "提升度"),
        "在 10 % 账户处提升度为 4，表示事件浓度为盲目抽取的四倍；右端必然降至 1。不好的情形：左端接近 1。",
    ),
    "plot_reliability": (
        ("Said and happened", "预测与实际"),
        "点在对角线上即诚实，点越大账户越多。不好的情形：点在线下（概率偏高）、线上（概率偏低），或点排成水平一行。",
    ),
    "plot_importance": (
        ("What moves the score", "影响分数的因素"),
        "条长为留出账户 Shapley 绝对值的均值。不好的情形：一条远长于其余（泄漏或无需模型的规则），或强特征无人能解释。",
    ),
    "plot_summary": (
        ("Shapley values of the strongest features", "最强特征的 Shapley 值"),
        "点在 0 右侧提高事件几率，左侧降低；深色为取值高，浅色为取值低，叉为缺失。不好的情形：深色落在与经验相反的一侧，"
        "或叉远离 0（模型从缺失中读出含义）。",
    ),
    "plot_dependence": (
        ("Shapley value by feature value", "Shapley 值随特征取值"),
        "粗线为一箱的均值，灰框为其中间 80 % 的账户，底部条为账户数，斜线框单列缺失值。不好的情形：无理由的锯齿、"
        "与经验相反的走向、过宽的灰框，或缺失值影响过大。",
    ),
    "plot_account": (
        ("How the score came about", "分数的构成"),
        "每条始于上一条的终点；实心提高对数几率，空心降低；竖线为基准，菱形为边际。不好的情形：分数仅由一条决定，"
        "或由审核人员不会接受的理由决定。",
    ),
    "plot_month_auc": (
        ("AUC by month", "各月 AUC"),
        "实心点为留出样本，有效；空心点为训练过的月份，偏好；无竖线者借款人太少。不好的情形：实心点逐月下降，"
        "或远低于空心点（死记硬背）。",
    ),
    "plot_month_level": (
        ("Probability and rate by month", "各月概率与发生率"),
        "点（实际）应落在横线（预测）上。不好的情形：点连续数月偏在一侧，尤其是最近几个月。",
    ),
    "plot_month_psi": (
        ("Shift of the scores by month", "各月分数偏移"),
        "条不高于黑线即属随机；0.1（点线）以下视为稳定，0.25（虚线）以上视为偏移。不好的情形：条逐月升高，远离黑线。",
    ),
}


def reading_of(plot: Callable[..., Any]) -> Reading:
    """Return how to read what a function draws: English from its docstring, Chinese from the table here.

    Raises
    ------
    KeyError
        When the function is not one that draws a picture of the report.

    Examples
    --------
    >>> from models.charts_report import plot_lift
    >>> reading_of(plot_lift).how[0][:52]
    'How to read it: at 10 % of accounts a lift of 4 mean'
    """
    paragraphs = [" ".join(part.split()) for part in (plot.__doc__ or "").split("\n\n")]
    english = next(part for part in paragraphs if part.startswith("How to read it"))
    title, chinese = CHINESE[plot.__name__]
    return Reading(title, (english, chinese))
