"""What the registry of a home says of a model: version, role, run, who approved it."""

from __future__ import annotations

from models.approval_ledger import Model
from models.model_list import read_model_list
from models.registry import Registry, ResolvedModel
from pipelines.environment import Settings
from pipelines.report.origin import Role, Standing


def standing_of(resolved: ResolvedModel, *, settings: Settings) -> Standing:
    """Return where a model stands; a model from a folder stands nowhere.

    The names are those who put a champion in force, or who approved a challenger so far.

    Raises
    ------
    LedgerBroken, ModelListDamaged
        When the ledger of approvals was tampered with, or the list of models is not what was written.
    """
    if not resolved.version:
        return Standing()
    approvals = Registry(settings.home).approvals
    champion = approvals.champion(resolved.name)
    if champion is not None and champion.content_hash == resolved.content_hash:
        approved = champion.by
    else:
        approved = approvals.approvers(Model(resolved.name, resolved.version, resolved.content_hash))
    listed = next(
        (
            one
            for one in read_model_list(settings.home)
            if (one.name, one.version) == (resolved.name, resolved.version)
        ),
        None,
    )
    return Standing(
        resolved.version,
        _role(resolved),
        run_id=listed.run_id if listed else "",
        registered_at=listed.registered_at if listed else "",
        approved_by=approved,
    )


def _role(resolved: ResolvedModel) -> Role:
    if "champion" in resolved.aliases:
        return "champion"
    return "challenger" if "challenger" in resolved.aliases else "none"
