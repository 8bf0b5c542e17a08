"""Which role may do what, in one place."""

from __future__ import annotations

from bot.vocabulary import Permission, Role

VIEWER = frozenset({Permission.PUBLIC, Permission.SELF, Permission.READ})
AGENT = VIEWER | {Permission.REPLY}
LEAD = AGENT | {Permission.EXPORT, Permission.ERASE, Permission.CANNED, Permission.NUMBERS}
ADMIN = LEAD | {Permission.USERS, Permission.SETTINGS, Permission.AUDIT}

ALLOWED: dict[Role, frozenset[Permission]] = {
    Role.VIEWER: VIEWER,
    Role.AGENT: AGENT,
    Role.LEAD: LEAD,
    Role.ADMIN: ADMIN,
}


def may(role: Role, permission: Permission) -> bool:
    return permission in ALLOWED[role]
