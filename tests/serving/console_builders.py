"""A small list as a morning makes it: calls, a message, a visit that waits for two people, one left alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from serving.account_sheet import AccountSheet, OtherOverdueLoan, TimelineItem, UnpaidInstalment
from serving.decision import ActionValue, Decision, GateCheck, ReasonText
from serving.store_publish import next_fence, publish
from tests.serving.browser import Place
from tests.serving.service_builders import small_bundle
from tests.serving.worklist_builders import AS_OF, NOON, PROVENANCE, decision, left_alone, visit

_REASONS = (
    ReasonText("max_dpd_90d", 1.31, "at worst 41 days past due in 90 days", "近 90 天最高逾期 41 天"),
    ReasonText("unanswered_count_30d", 0.62, "6 calls unanswered in 30 days", "近 30 天 6 次未接通"),
    ReasonText("paid_share_60d", -0.48, "paid 62% of what fell due in 60 days", "近 60 天应还已还 62%"),
)
_GATES = (
    GateCheck(
        "CN-hours",
        "call",
        "allowed",
        "No collection between 22:00 and 08:00 in the debtor's local time unless a dated agreement allows it.",
        "除有注明日期的约定外，债务人当地时间22:00至次日8:00不得催收。",
        "GB/T 45251-2025",
        "within the lawful hours",
        "处于允许时段",
    ),
    GateCheck(
        "CN-measures",
        "visit",
        "refused",
        "Each bucket of days past due has its own permitted measures: early talk, visits late only.",
        "各逾期阶段仅可采取相应措施：早期沟通为主，上门仅限后期。",
        "overdue-loan management process: buckets and measures",
        "bucket 1-30",
        "逾期阶段1-30",
    ),
)
_VALUES = (
    ActionValue("call", 74_359.0, 510.0, allowed=True),
    ActionValue("message", 34_081.0, 35.0, allowed=True),
    ActionValue("visit", 81_000.0, 20_100.0, allowed=False),
    ActionValue("nothing", 0.0, 0.0, allowed=True),
)
_CALLED_EN = "A call recovers most here for what it costs: 743.59 expected against 5.10."
_CALLED_ZH = "电话的预期回收最高：预期 743.59，成本 5.10。"


def morning_list() -> tuple[Decision, ...]:
    """Return seven calls (L-1 … L-7), a message (L-8), a visit (L-9) and one left alone (L-10)."""
    calls = [
        decision(
            number,
            reasons=_REASONS,
            gates=_GATES,
            values=_VALUES,
            why_en=_CALLED_EN,
            why_zh=_CALLED_ZH,
            arrears=150_000 + 1_000 * number,
            dpd=8 + number,
            facts=_facts(150_000 + 1_000 * number),
        )
        for number in range(1, 8)
    ]
    visited = visit(
        9,
        bucket="31-60",
        dpd=56,
        scores={"roll_60": 0.747, "p_able": 0.699, "p_willing": 0.215, "p_willful": 0.548},
        bands={"roll_60": "high", "willful": "high"},
        reasons=_REASONS,
        gates=_GATES,
        values=_VALUES,
        tier="T2",
        why_en="A visit is proposed: two people decide whether it takes place.",
        why_zh="建议上门：是否进行由两人决定。",
        duties=("human_review",),
        rank=9,
        facts=_facts(150_000),
    )
    alone = left_alone(
        10,
        rank=0,
        reasons=_REASONS,
        why_en="Left alone: likely to cure by itself.",
        why_zh="不联系：可能自行恢复。",
    )
    message = decision(8, action="message", gates=_GATES, reasons=_REASONS, facts=_facts(150_000))
    return (*calls, message, visited, alone)


def _facts(arrears: int) -> dict[str, str | int | float | bool]:
    parts = {"arrears_principal": 120_000, "arrears_interest": arrears - 123_000, "arrears_fee": 3_000}
    return {**parts, "time_zone": "Asia/Shanghai", "asset_class": "special_mention"}


def sheet_of_case(one: Decision) -> AccountSheet:
    """Return the account of a decision: two instalments unpaid, what happened, one more loan."""
    day = AS_OF - timedelta(days=one.dpd)
    owed = one.arrears or 0
    later = owed - 60_000
    return AccountSheet(
        case_id=one.case_id,
        loan_id=one.loan_id,
        borrower_id=one.borrower_id,
        as_of=one.as_of,
        currency=one.currency,
        product=one.product,
        disbursed_on="2025-08-18",
        principal=1_200_000,
        balance=840_000,
        arrears_principal=120_000,
        arrears_interest=owed - 123_000,
        arrears_fee=3_000,
        unpaid=(
            UnpaidInstalment(6, day.isoformat(), 105_000, 60_000, 50_000, 10_000, 0, one.dpd),
            UnpaidInstalment(7, AS_OF.isoformat(), later, later, 70_000, later - 73_000, 3_000, 0),
        ),
        timeline=(
            TimelineItem("2026-02-27", "contact", "no_answer", channel="call"),
            TimelineItem("2026-02-24", "promise", "broken", amount=60_000, until="2026-02-26"),
            TimelineItem("2026-02-24", "contact", "promised", channel="call", detail="cash_short"),
            TimelineItem("2026-02-20", "payment", amount=45_000, channel="app"),
            TimelineItem(day.isoformat(), "due", "part_paid", amount=60_000),
        ),
        country="CN",
        time_zone="Asia/Shanghai",
        language="zh",
        employment="employee",
        opened_on="2024-05-02",
        other_overdue_loans=(OtherOverdueLoan(f"{one.loan_id}-b", "card", 4, 21_000, one.currency),),
    )


def fill(place: Place) -> None:
    """Publish the morning's list and write a report in each language."""
    publish(
        place.store,
        morning_list(),
        as_of=AS_OF,
        fence=next_fence(place.store),
        at=NOON,
        provenance=PROVENANCE,
        sheets=[sheet_of_case(one) for one in morning_list()],
    )
    write_reports(place.home)


def write_reports(home: Path) -> None:
    """Write a report on the model in force in each language."""
    folder = home / "reports"
    folder.mkdir()
    for language, title, section in (("zh", "审查报告", "局限"), ("en", "Review report", "Limits")):
        (folder / f"roll_30.{language}.html").write_text(
            _REPORT.format(language=language, title=title, section=section, hash=small_bundle().content_hash),
            encoding="utf-8",
        )


_REPORT = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="duecourse-model" content="roll_30 1"><meta name="duecourse-content-hash" content="{hash}">
<title>{title}</title><style>h1 {{ color: #123456 }}</style></head>
<body><h1>{title}</h1><section><h2>{section}</h2></section></body></html>
"""
