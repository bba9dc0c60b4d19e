"""The controls of the organisation, as they are made known: what each is called, takes, checks and writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from collab.controls import service as controls
from collab.controls.registry import Control, registry
from collab.kernel import reactions
from collab.people import queries
from collab.people.queries import governing as words
from collab.people.schemas import governed as schemas
from collab.people.service import MemberLeft
from collab.people.service.governing import departments, files, members, offices, sites


def install() -> None:
    """Make them known, and who the members are."""
    registry.know_members(queries.list_actors)
    registry.add(
        _control(offices.ADD, schemas.OfficeIn, offices.check_add, offices.add),
        _control(offices.GIVE, schemas.OfficeGiveIn, offices.check_give, offices.give, dated=True),
        _control(
            offices.END,
            schemas.OfficeEndIn,
            offices.check_end,
            offices.stop,
            dated=True,
            effects=offices.effects_of_end,
        ),
        _control(departments.LEAD, schemas.LeadIn, departments.check_lead, departments.lead, dated=True),
        _control(departments.ADD, schemas.DepartmentIn, departments.check_add, departments.add),
        _control(departments.SIDE, schemas.SideIn, departments.check_side, departments.take_side),
        _control(departments.CLOSE, schemas.CloseIn, departments.check_close, departments.close),
        _control(members.ROLE, schemas.RoleIn, members.check_role, members.set_role),
        _control(members.MANAGER, schemas.ManagerIn, members.check_manager, members.set_manager, dated=True),
        _control(sites.ADD, schemas.SiteAddIn, sites.check_add, sites.add),
        _control(sites.PUT, schemas.SiteIn, sites.check_put, sites.put),
        Control(
            files.FILE,
            schemas.FileIn,
            files.check,
            files.take,
            words.title(files.FILE),
            words.describe_file,
            dated=True,
        ),
    )
    registry.add_obstacles("people", departments.obstacles)
    reactions.on(MemberLeft, _leave)


def _control(
    code: str, schema: type[Schema], check: Callable[..., Any], apply: Callable[..., Any], **more: Any
) -> Control:
    return Control(code, schema, check, apply, words.title(code), words.describe, **more)


def _leave(left: MemberLeft) -> None:
    controls.leave(left.member, now=left.at)
