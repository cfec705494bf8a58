"""What the registry of a home says of a model: version, role, run, who approved it."""

from __future__ import annotations

from models.approval_ledger import Model
from models.registry import Registry, ResolvedModel
from pipelines.environment import Settings
from pipelines.report.origin import Role, Standing


def standing_of(resolved: ResolvedModel, *, settings: Settings) -> Standing:
    """Return where a model stands; a model from a folder stands nowhere.

    The names are those who put a champion in force, or who approved a challenger so far.

    Raises
    ------
    LedgerBroken
        When the ledger of approvals was tampered with.
    """
    if not resolved.version:
        return Standing()
    approvals = Registry(settings.home).approvals
    champion = approvals.champion(resolved.name)
    if champion is not None and champion.content_hash == resolved.content_hash:
        approved = champion.by
    else:
        approved = approvals.approvers(Model(resolved.name, resolved.version, resolved.content_hash))
    return Standing(resolved.version, _role(resolved), approved_by=approved)


def _role(resolved: ResolvedModel) -> Role:
    if "champion" in resolved.aliases:
        return "champion"
    return "challenger" if "challenger" in resolved.aliases else "none"
