"""The row of statements: the status of each of the latest six, and how late all of them were."""

from __future__ import annotations

from functools import partial

import numpy as np

from features.catalogue import feature
from features.columns import Column, known_where, ratio
from features.history import History

panel = partial(feature, purpose="repayment behaviour", sources=("statements",))
status = partial(panel, unit="code", kind="code", low=None, group="statement status")
late = partial(panel, unit="count", group="late statements")


@status(
    zh="最近一期账单状态", reason_en="status of the latest statement: {value}", reason_zh="最近一期账单状态：{value}",
)  # fmt: skip
def statement_status_1(history: History) -> Column:
    """Return the status of the latest statement."""
    return history.statement_path.status(1)


@status(
    zh="倒数第二期账单状态",
    reason_en="status of the second latest statement: {value}", reason_zh="倒数第二期账单状态：{value}",
)  # fmt: skip
def statement_status_2(history: History) -> Column:
    """Return the status of the second latest statement."""
    return history.statement_path.status(2)


@status(
    zh="倒数第三期账单状态",
    reason_en="status of the third latest statement: {value}", reason_zh="倒数第三期账单状态：{value}",
)  # fmt: skip
def statement_status_3(history: History) -> Column:
    """Return the status of the third latest statement."""
    return history.statement_path.status(3)


@status(
    zh="倒数第四期账单状态",
    reason_en="status of the fourth latest statement: {value}", reason_zh="倒数第四期账单状态：{value}",
)  # fmt: skip
def statement_status_4(history: History) -> Column:
    """Return the status of the fourth latest statement."""
    return history.statement_path.status(4)


@status(
    zh="倒数第五期账单状态",
    reason_en="status of the fifth latest statement: {value}", reason_zh="倒数第五期账单状态：{value}",
)  # fmt: skip
def statement_status_5(history: History) -> Column:
    """Return the status of the fifth latest statement."""
    return history.statement_path.status(5)


@status(
    zh="倒数第六期账单状态",
    reason_en="status of the sixth latest statement: {value}", reason_zh="倒数第六期账单状态：{value}",
)  # fmt: skip
def statement_status_6(history: History) -> Column:
    """Return the status of the sixth latest statement."""
    return history.statement_path.status(6)


@panel(
    unit="count", high=6.0, group="statement status", zh="最近状态已连续出现的期数（最多六期）",
    reason_en="the same status on {value} statements in a row", reason_zh="同一状态已连续 {value} 期",
)  # fmt: skip
def statement_status_run(history: History) -> Column:
    """Return how many of the latest six statements in a row bear the status of the latest; missing without one."""
    run = history.statement_path.same_status_run
    return known_where(run, run > 0)


@panel(
    unit="days", group="worst days past due", zh="倒数第二期账单逾期天数",
    reason_en="{value} days past due one statement earlier", reason_zh="上一期账单逾期 {value} 天",
)  # fmt: skip
def statement_dpd_2(history: History) -> Column:
    """Return the days past due of the second latest statement."""
    return history.statement_path.dpd(2)


@panel(
    unit="days", group="worst days past due", zh="倒数第三期账单逾期天数",
    reason_en="{value} days past due two statements earlier", reason_zh="前两期账单逾期 {value} 天",
)  # fmt: skip
def statement_dpd_3(history: History) -> Column:
    """Return the days past due of the third latest statement."""
    return history.statement_path.dpd(3)


@panel(
    unit="days", low=None, group="change of days past due", zh="最近账单与倒数第四期账单逾期天数之差",
    reason_en="{value} days past due more than three statements earlier",
    reason_zh="比三期之前多逾期 {value} 天",
)  # fmt: skip
def statement_dpd_change_3(history: History) -> Column:
    """Return the days past due of the latest statement less those three statements earlier."""
    return history.statement_path.dpd(1) - history.statement_path.dpd(4)


@panel(
    unit="days", direction=+1, group="worst days past due", zh="历史账单最高逾期天数",
    reason_en="at worst {value} days past due on any statement", reason_zh="历史账单最高逾期 {value} 天",
)  # fmt: skip
def statement_dpd_max(history: History) -> Column:
    """Return the highest days past due on any statement so far."""
    return _told(history, "worst")


@late(
    unit="months", group="statements so far", zh="已有账单期数",
    reason_en="{value} statements so far", reason_zh="已有 {value} 期账单",
)  # fmt: skip
def statements_count(history: History) -> Column:
    """Return how many statements are known so far: months on book."""
    return history.statements.count().astype(np.float64)


@late(
    unit="share", high=1.0, direction=+1, zh="历史账单中逾期的占比",
    reason_en="{value} of all statements were past due", reason_zh="历史账单中 {value} 逾期",
)  # fmt: skip
def statements_late_share(history: History) -> Column:
    """Return the share of statements past due among those that tell how late they were."""
    return ratio(history.statement_path.late("late"), history.statement_path.late("told"))


@late(
    direction=+1, group="seriously late statements", zh="历史上逾期31天及以上的账单数",
    reason_en="{value} statements at 31 days past due or more", reason_zh="{value} 期账单逾期31天及以上",
)  # fmt: skip
def statements_late_31_count(history: History) -> Column:
    """Return how many statements so far were 31 or more days past due."""
    return _told(history, "late_31")


@late(
    direction=+1, group="seriously late statements", zh="历史上逾期61天及以上的账单数",
    reason_en="{value} statements at 61 days past due or more", reason_zh="{value} 期账单逾期61天及以上",
)  # fmt: skip
def statements_late_61_count(history: History) -> Column:
    """Return how many statements so far were 61 or more days past due."""
    return _told(history, "late_61")


@late(
    group="late in a row", zh="截至最近账单连续逾期期数",
    reason_en="past due on {value} statements in a row", reason_zh="已连续 {value} 期逾期",
)  # fmt: skip
def statements_late_run(history: History) -> Column:
    """Return how many statements in a row, up to the latest, were past due."""
    return _told(history, "run")


@late(
    group="late in a row", zh="此前最长连续逾期期数",
    reason_en="an earlier run of {value} late statements", reason_zh="此前曾连续 {value} 期逾期",
)  # fmt: skip
def statements_late_run_earlier_max(history: History) -> Column:
    """Return the longest row of late statements that ended before the latest statement."""
    return _told(history, "longest_earlier_run")


@late(
    group="late in a row", zh="历史逾期段数",
    reason_en="became past due {value} times", reason_zh="先后 {value} 次进入逾期",
)  # fmt: skip
def statements_late_runs_count(history: History) -> Column:
    """Return how many times the statements became past due."""
    return _told(history, "runs")


@late(
    direction=-1, group="since last late", zh="距最近一期逾期账单的期数",
    reason_en="latest late statement {value} statements ago", reason_zh="最近一次逾期在 {value} 期之前",
    none=("no statement was ever past due", "账单从未逾期"),
)  # fmt: skip
def statements_since_late(history: History) -> Column:
    """Return the statements since the last one past due, 0 when it is the latest; missing when none ever was."""
    since = history.statement_path.late("since_late")
    return known_where(since, since >= 0)


def _told(history: History, what: str) -> Column:
    return known_where(history.statement_path.late(what), history.statement_path.late("told") > 0)
