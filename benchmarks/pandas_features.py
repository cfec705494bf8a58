"""The same features in plain pandas, as a careful analyst writes them: one morning at a time, groupby and merge.

It starts from frames that already bear day, seen_from and seen_until, so that it need not parse or chain revisions.
"""

from __future__ import annotations

import pandas as pd

from features.book import Book

Frames = dict[str, pd.DataFrame]

TALKS = ("talked", "promised", "refused", "asked_for_plan", "called_back")
UNANSWERED = ("no_answer", "busy", "dead_number", "voicemail")

NAMES = (
    "dpd_latest", "arrears_amount_latest", "unpaid_instalments_count", "arrears_share_of_due",
    "prepaid_amount_latest", "instalments_due_count", "loan_age_days",
    "paid_amount_30d", "paid_amount_90d", "paid_amount_365d",
    "paid_to_due_ratio_30d", "paid_to_due_ratio_90d", "paid_to_due_ratio_180d",
    "payments_count_30d", "payments_count_90d", "days_since_payment", "payment_largest_180d",
    "reversals_count_180d", "payment_channels_distinct_180d",
    "attempts_count_7d", "attempts_count_30d", "right_party_contacts_count_30d",
    "right_party_contacts_count_90d", "connect_rate_60d", "days_since_right_party_contact",
    "unanswered_count_30d", "bad_number_count_180d", "numbers_distinct_180d", "inbound_count_90d",
    "promises_count_90d", "days_since_promise",
)  # fmt: skip
"""Features that both sides compute."""


def frames_of(book: Book) -> Frames:
    """Return the tables as frames with codes as categories; not timed."""
    frames = {}
    for name in book.table_names:
        frame = book.table(name).to_pandas()
        for column in ("channel", "direction", "outcome", "number_id"):
            if column in frame:
                frame[column] = frame[column].astype("category")
        frames[name] = frame
    return frames


def features_by_groupby(frames: Frames, as_of: list[int]) -> pd.DataFrame:
    """Return the features of every loan on each morning, by (loan, morning)."""
    parts = [_one_morning(frames, morning) for morning in as_of]
    return pd.concat(parts, ignore_index=True).sort_values(["loan_no", "as_of"], ignore_index=True)


def _one_morning(frames: Frames, morning: int) -> pd.DataFrame:
    seen = {
        name: frame[(frame["seen_from"] <= morning) & (morning < frame["seen_until"])]
        for name, frame in frames.items()
    }
    loans = seen["loans"]
    loans = loans[loans["day"] < morning]
    out = pd.DataFrame(
        {"loan_no": loans["owner_no"], "as_of": morning, "loan_age_days": morning - loans["day"]}
    )
    out = out.set_index("loan_no")
    past = {name: seen[name][seen[name]["day"] < morning] for name in seen if name != "loans"}
    _ledger(out, past, morning)
    _payments(out, past["payments"], past["instalments"], morning)
    _contacts(out, past["contacts"], morning)
    promises = past["promises"]
    out["promises_count_90d"] = _counted(promises[promises["day"] >= morning - 90], out)
    out["days_since_promise"] = morning - promises.groupby("owner_no")["day"].max()
    return out.reset_index()


def _counted(rows: pd.DataFrame, out: pd.DataFrame) -> pd.Series:
    return rows.groupby("owner_no").size().reindex(out.index, fill_value=0)


def _summed(rows: pd.DataFrame, column: str, out: pd.DataFrame) -> pd.Series:
    return rows.groupby("owner_no")[column].sum().reindex(out.index, fill_value=0)


def _ledger(out: pd.DataFrame, past: Frames, morning: int) -> None:
    dues = past["instalments"][["owner_no", "day", "principal_due", "interest_due"]].copy()
    dues["due"] = dues["principal_due"] + dues["interest_due"]
    dues["owed_so_far"] = dues.groupby("owner_no")["due"].cumsum()
    paid = _summed(past["payments"], "amount", out)
    due = _summed(dues, "due", out)
    dues = dues.merge(paid.clip(lower=0).rename("paid"), left_on="owner_no", right_index=True)
    unpaid = dues[dues["owed_so_far"] > dues["paid"]].groupby("owner_no")["day"].agg(["min", "size"])
    arrears = (due - paid.clip(lower=0)).clip(lower=0)
    out["dpd_latest"] = (morning - unpaid["min"]).reindex(out.index, fill_value=0)
    out["arrears_amount_latest"] = arrears
    out["unpaid_instalments_count"] = unpaid["size"].reindex(out.index, fill_value=0)
    out["arrears_share_of_due"] = arrears / due.where(due > 0)
    out["prepaid_amount_latest"] = (paid - due).clip(lower=0)
    out["instalments_due_count"] = _counted(dues, out)


def _payments(out: pd.DataFrame, payments: pd.DataFrame, instalments: pd.DataFrame, morning: int) -> None:
    due = instalments.assign(due=instalments["principal_due"] + instalments["interest_due"])
    received = payments[payments["amount"] >= 1]
    for days in (30, 90, 180, 365):
        paid = _summed(payments[payments["day"] >= morning - days], "amount", out)
        if days != 180:
            out[f"paid_amount_{days}d"] = paid
        if days != 365:
            fell_due = _summed(due[due["day"] >= morning - days], "due", out)
            out[f"paid_to_due_ratio_{days}d"] = paid / fell_due.where(fell_due > 0)
    for days in (30, 90):
        out[f"payments_count_{days}d"] = _counted(received[received["day"] >= morning - days], out)
    half = received[received["day"] >= morning - 180]
    out["days_since_payment"] = morning - received.groupby("owner_no")["day"].max()
    out["payment_largest_180d"] = half.groupby("owner_no")["amount"].max()
    reversed_ = payments[(payments["amount"] < 0) & (payments["day"] >= morning - 180)]
    out["reversals_count_180d"] = _counted(reversed_, out)
    out["payment_channels_distinct_180d"] = _distinct(half, "channel", out)


def _distinct(rows: pd.DataFrame, column: str, out: pd.DataFrame) -> pd.Series:
    pairs = rows[["owner_no", column]].dropna().drop_duplicates()
    return pairs.groupby("owner_no").size().reindex(out.index, fill_value=0)


def _contacts(out: pd.DataFrame, contacts: pd.DataFrame, morning: int) -> None:
    call = (contacts["channel"] == "call") & (contacts["direction"] == "out")
    talk = contacts["outcome"].isin(TALKS)
    age = morning - contacts["day"]
    out["attempts_count_7d"] = _counted(contacts[call & (age <= 7)], out)
    out["attempts_count_30d"] = _counted(contacts[call & (age <= 30)], out)
    out["right_party_contacts_count_30d"] = _counted(contacts[talk & (age <= 30)], out)
    out["right_party_contacts_count_90d"] = _counted(contacts[talk & (age <= 90)], out)
    calls = _counted(contacts[call & (age <= 60)], out)
    out["connect_rate_60d"] = _counted(contacts[call & talk & (age <= 60)], out) / calls.where(calls > 0)
    out["days_since_right_party_contact"] = morning - contacts[talk].groupby("owner_no")["day"].max()
    unanswered = contacts["outcome"].isin(UNANSWERED)
    out["unanswered_count_30d"] = _counted(contacts[call & unanswered & (age <= 30)], out)
    bad = contacts["outcome"].isin(("dead_number", "wrong_number"))
    out["bad_number_count_180d"] = _counted(contacts[bad & (age <= 180)], out)
    out["numbers_distinct_180d"] = _distinct(contacts[age <= 180], "number_id", out)
    out["inbound_count_90d"] = _counted(contacts[(contacts["direction"] == "in") & (age <= 90)], out)
