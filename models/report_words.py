"""Words of the committee report in both languages: the few sentences that other modules say in English only.

A sentence that is not known here stays English in the Chinese report: better than not said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from features.code_words import code_word
from features.feature_spec import FeatureSpec
from models.report_fields import Named

Words = tuple[str, str]
"""English, Chinese."""

BANDS: Final[Mapping[str, Words]] = {
    "low": ("low", "低"), "medium": ("medium", "中"), "high": ("high", "高"),
    "insufficient": ("evidence insufficient", "证据不足"),
}  # fmt: skip

PARTS: Final[Mapping[str, Words]] = {
    "train": ("training", "训练"), "calibrate": ("calibration", "校准"), "test": ("held out", "留出"),
    "unused": ("not used", "未使用"), "mixed": ("training and held out", "训练与留出"),
}  # fmt: skip

RIVALS: Final[Mapping[str, Words]] = {
    "scorecard": ("scorecard", "评分卡"),
    "sort by dpd": ("sorting by days past due", "按逾期天数排序"),
    "sort by arrears": ("sorting by arrears", "按逾期金额排序"),
}

WAYS: Final[Mapping[str, Words]] = {
    "naive": ("naive", "未校正"), "corrected": ("corrected for who was investigated", "按被核查概率校正"),
    "audit_only": ("random audits only", "仅随机抽查"),
    "where_sufficient": ("where evidence suffices", "仅证据充分者"),
}  # fmt: skip

EVENTS: Final[Mapping[str, tuple[Words, Words]]] = {
    "roll_30": (("rolled", "恶化"), ("did not roll", "未恶化")),
    "roll_60": (("rolled", "恶化"), ("did not roll", "未恶化")),
    "stays_30": (("stayed at 31 days or more", "仍逾期 31 天以上"), ("fell below 31 days", "降至 31 天以下")),
    "pays_within": (("paid", "已还款"), ("did not pay", "未还款")),
    "next_month_default": (("defaulted", "违约"), ("did not default", "未违约")),
    "first_instalment_late": (("late", "首期逾期"), ("on time", "首期按时")),
    "willful": (("decided able and unwilling (T3)", "认定有能力而不愿还（T3）"),
                ("decided not willful (T3-no)", "认定非恶意（T3-no）")),
}  # fmt: skip
"""What happened and what did not, by target."""

_SAID: Final[tuple[tuple[str, str], ...]] = (
    (r"flagged: (.+)", "有标记：{0}"),
    (r"ended: (.+)", "已终结：{0}"),
    (r"constant: (.+)", "取值无变化：{0}"),
    (r"always missing: (.+)", "始终缺失：{0}"),
    (r"protected attribute: (.+)", "受保护属性：{0}"),
    (r"too many codes to be one: (.+)", "取值过多，无法作为类别：{0}"),
    (r"date \(give days since an event instead\): (.+)", "日期（应改为距某事件的天数）：{0}"),
    (r"outcome not known", "结果未知"),
    (r"no statement in the window", "观察期内没有账单"),
    (r"no loan in the window", "观察期内没有借款"),
    (r"no outcome stated in the window", "观察期内没有说明结果"),
    (r"no instalment known on the morning", "观察日没有已知的分期"),
    (r"first seen after its first due day", "首期到期之后才首次出现"),
    (r"outside the population", "不属于该标签的人群"),
    (r"not matured(?:: .+)?", "观察期未满"),
    (r"does not satisfy --where (.+)", "不满足 --where {0}"),
    (r"trained on", "已用于训练"),
    (r"decided by people before the morning", "观察日前已由人员作出结论"),
    (r"test group before the test days", "留出借款人在留出期之前的行"),
    (r"training group on the test days", "训练借款人在留出期内的行"),
    (r"embargo: label window reaches into the test days", "隔离期：观察期伸入留出期"),
    (r"id that is also in a later part", "同一编号也出现在后面的部分"),
    (r"by group only: one day, or no time was given", "仅按借款人划分：只有一天或没有时间"),
    (r"by group only: the days lie closer together than the label window, so no embargo fits",
     "仅按借款人划分：观察日间隔短于观察期，无法设置隔离期"),
    (r"by time and group: the test begins on (\S+), windows of the others end by then",
     "按时间和借款人划分：留出样本自 {0} 开始，其余样本的观察期在此之前结束"),
    (r"by borrower, alike within each tier; not by time: verdicts are few",
     "按借款人划分，各证据等级比例一致；因结论太少，未按时间划分"),
    (r"quantiles of the calibration part", "校准样本的分位数"),
    (r"training rows with the good outcome, at most (\S+)", "训练样本中结果良好的账户，至多 {0} 个"),
    (r"no cash capture: no amounts were given", "没有金额，无法给出金额捕获率"),
    (r"no cash capture: the money at stake is not known of any row", "所有行的涉及金额均未知，无法给出金额捕获率"),
    (r"no cash capture, the amount of (\d+) of (\d+) rows is not known", "{1} 行中有 {0} 行金额未知，无法给出金额捕获率"),
    (r"no cash capture\. Expected money behind the positive labels, found 0 in all\..*",
     "发生事件的账户没有涉及金额，无法给出金额捕获率"),
    (r"no cash capture\. .+", "金额不可用，无法给出金额捕获率"),
    (r"bucket (.+?): (.+)", "阶段 {0}：{1}"),
    (r"pooled: (.+)", "合并：{0}"),
    (r"no interval, (.+)", "没有区间，{0}"),
    (r"no calibration line, (.+)", "没有校准线，{0}"),
    (r"positives come from (\d+) groups and negatives from (\d+), an interval needs (\d+) of each",
     "发生事件的借款人 {0} 个、未发生的 {1} 个，各需 {2} 个才能给出区间"),
    (r"nothing to rank, all (\d+) rows are labelled (\d)", "无法排序，全部 {0} 行的结果均为 {1}"),
    (r"challenger (.+) left out, (\d+) of (\d+) rows have no score", "略去挑战模型“{0}”：{2} 行中有 {1} 行没有分数"),
    (r"intervals draw whole groups \((\d+)\)", "区间按整个借款人重抽（{0} 个）"),
    (r"intervals draw single ids \((\d+)\), as (.+); they do not cover the spread from group to group",
     "区间按单个编号重抽（{0} 个），因为{1}；不含组与组之间的差异"),
    (r"(\d+) rows belong to ids the model was trained on: set aside", "{0} 行属于模型训练过的编号，已剔除"),
    (r"(\d+) rows belong to ids the model was trained on: kept as asked, so the figures look too good",
     "{0} 行属于模型训练过的编号，按要求保留，因此数字偏好"),
    (r"leak alarm: AUC (\S+) within days (\d+) to (\d+) past due \((\d+) rows\)",
     "泄漏警报：逾期 {1} 至 {2} 天内 AUC 达 {0}（{3} 行）"),
    (r"too few verdicts for corrected figures: see three_ways", "结论太少，无法给出校正后的数字，见三种口径"),
    (r"Expected verdicts of both kinds; found (\d+) of one kind or none. Decide more cases.",
     "需要两类结论；现有 {0} 个且仅一类或没有"),
    (r"Expected at least (\d+) random audit visits with a verdict; found (\d+)\. .*",
     "至少需要 {0} 个有结论的随机抽查上门，现有 {1} 个"),
    (r"p_able × \(1 − p_willing\), mapped by the joint map", "p_able × (1 − p_willing)，再经联合校准"),
    (r"all probabilities are equal", "所有概率相同"),
    (r"no figure of the ranking can be told", "无法给出排序类数字"),
    (r"only (\d+) rows may judge, (\d+) are needed", "仅 {0} 行可用于检验，至少需要 {1} 行"),
    (r"all labels are the same", "所有结果相同"),
    (r"the score separates the labels perfectly, so the slope is infinite", "分数完全区分结果，斜率为无穷"),
    (r"only (\d+) of (\d+) draws held both labels", "{1} 次重抽中仅 {0} 次两类结果俱全"),
)  # fmt: skip
_RIVALS_ZH: Final[Mapping[str, str]] = {name: zh for name, (_, zh) in RIVALS.items()}
_NAMED_BUCKETS: Final = frozenset({"current", "all"})
_CODED: Final[Mapping[str, str]] = {"flagged: ": "flag", "ended: ": "end_kind"}
"""Kind of the code that follows in a cause."""


def in_chinese(said: str) -> str:
    """Return a sentence of the other modules in Chinese; as it stands when it is not known here.

    Examples
    --------
    >>> in_chinese("bucket 31-60: nothing to rank, all 7 rows are labelled 0")
    '阶段 31-60：无法排序，全部 7 行的结果均为 0'
    >>> in_chinese("flagged: dispute")
    '有标记：争议'
    """
    if said in _RIVALS_ZH:
        return _RIVALS_ZH[said]
    if said in _NAMED_BUCKETS:
        return bucket_words(said)[1]
    for pattern, chinese in _SAID:
        found = re.fullmatch(pattern, said)
        if found:
            kind = next((_CODED[head] for head in _CODED if said.startswith(head)), "")
            inner = (code_word(kind, part, language="zh") for part in found.groups())
            return chinese.format(*(in_chinese(part) for part in inner))
    return said


def words_of(spec: FeatureSpec) -> Named:
    """Return a feature's name, meaning, unit and idea in both languages."""
    return {
        "feature": spec.name,
        "meaning_en": spec.meaning("en"),
        "meaning_zh": spec.meaning("zh"),
        "unit": spec.unit,
        "group_en": spec.group_in("en"),
        "group_zh": spec.group_in("zh"),
    }


def bucket_words(bucket: str) -> Words:
    """Return a bucket of days past due as a reader says it.

    Examples
    --------
    >>> bucket_words("31-60"), bucket_words("91+"), bucket_words("pooled")
    (('31–60 days', '逾期 31–60 天'), ('91+ days', '逾期 91 天以上'), ('All buckets', '全部阶段'))
    """
    named = {
        "current": ("not past due", "未逾期"),
        "all": ("all accounts", "全部账户"),
        "pooled": ("All buckets", "全部阶段"),
        "91+": ("91+ days", "逾期 91 天以上"),
    }
    if bucket in named:
        return named[bucket]
    spoken = bucket.replace("-", "–")
    return (f"{spoken} days", f"逾期 {spoken} 天") if re.fullmatch(r"\d+-\d+", bucket) else (bucket, bucket)


def window_words(window: str) -> Words:
    """Return a label's window in words; empty when it has none.

    Examples
    --------
    >>> window_words("30d"), window_words("1m"), window_words("")
    (('30 days', '30 天'), ('1 month', '1 个月'), ('', ''))
    """
    if not re.fullmatch(r"\d+[dm]", window):
        return window, window
    length, unit = int(window[:-1]), {"d": ("day", "天"), "m": ("month", "个月")}[window[-1]]
    return f"{length} {unit[0]}{'' if length == 1 else 's'}", f"{length} {unit[1]}"


def event_words(target: str) -> tuple[Words, Words]:
    """Return what happened and what did not happen, for a target."""
    return EVENTS.get(target, ((f"{target}: yes", f"{target}：是"), (f"{target}: no", f"{target}：否")))


def signed(difference: float | None) -> str:
    """Return a difference with its sign as a reader expects it; a dash when it is not known.

    Examples
    --------
    >>> signed(-0.0021), signed(0.03), signed(None)
    ('−0.002', '+0.030', '–')
    """
    return "–" if difference is None else f"{difference:+.3f}".replace("-", "−")
