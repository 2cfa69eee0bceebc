"""Extensions, suspension, appeal and ruling on the case row.

Going down drops what was granted from the rows; the journal keeps it, and `python -m db verify` names those cases.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COLUMNS = (
    ("extensions", sa.Integer(), "0"),
    ("order_extensions", sa.Integer(), "0"),
    ("extension_asked_at", sa.DateTime(timezone=True), None),
    ("suspensions", sa.Integer(), "0"),
    ("suspension_asked_at", sa.DateTime(timezone=True), None),
    ("suspended_from", sa.DateTime(timezone=True), None),
    ("suspended_until", sa.DateTime(timezone=True), None),
    ("appealed_at", sa.DateTime(timezone=True), None),
    ("appeal_decided_at", sa.DateTime(timezone=True), None),
    ("exempt", sa.Boolean(), sa.false()),
    ("ruled", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    for name, kind, default in COLUMNS:
        op.add_column("cases", sa.Column(name, kind, nullable=default is None, server_default=default))


def downgrade() -> None:
    for name, _kind, _default in reversed(COLUMNS):
        op.execute(f"ALTER TABLE cases DROP COLUMN {name}")
