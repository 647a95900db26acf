"""Sign-ins of machines: opened, limited, given keys, closed; each by an administrator.

A key is a client of allauth's identity provider, whose secret is told once and kept as a hash. A
machine has at most two keys at a time, so that it changes from one to the next without a pause.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.idp.oidc.models import Client
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils import timezone

from claims.models import Institution
from record.changes import NotAllowed
from record.models import Role
from record.operations import Actor, audit, operation
from record.outcome import Refusal, Refused
from record.queries import has_role

from .models import Machine, MachineKey

#: Who may open, change and close the sign-ins of an area's institutions.
KEEPERS = frozenset({Role.Kind.ADMINISTRATOR.value})
#: How long the former key stays good when a new one is given.
OVERLAP = timedelta(days=14)
PLACES = (1, 2)


class InvalidMachine(ValueError):
    """What was given for a machine cannot be read; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is told, once: what a machine signs in with."""

    client_id: str
    secret: str


@operation
def open_machine(
    *,
    institution: Institution,
    name: str,
    scopes: Iterable[str],
    networks: Iterable[str],
    by: AbstractBaseUser,
    now: datetime,
) -> tuple[Machine, NewKey]:
    """Open a sign-in for a system of an institution, with its first key.

    Raises NotAllowed for who is no administrator of the institution's area, and InvalidMachine.
    Refused: machine_name_taken.
    """
    _check_keeper(institution, by, now)
    return open_for(
        institution=institution,
        name=name,
        scopes=scopes,
        networks=networks,
        actor=Actor.of(by),
        now=now,
    )


def open_for(
    *,
    institution: Institution,
    name: str,
    scopes: Iterable[str],
    networks: Iterable[str] = (),
    actor: Actor,
    now: datetime,
    key: NewKey | None = None,
) -> tuple[Machine, NewKey]:
    """Open a sign-in in the caller's operation. `key`: the key that it gets; else a new one."""
    if not name.strip():
        raise InvalidMachine("the sign-in has no name")
    if Machine.objects.filter(institution=institution, name=name.strip(), closed_at=None).exists():
        raise Refused(Refusal("machine_name_taken"))
    machine = Machine.objects.create(
        institution=institution,
        name=name.strip(),
        scopes=read_scopes(scopes),
        networks=read_networks(networks),
        opened_at=now,
    )
    _audit(machine, "open", actor, {"scopes": machine.scopes, "networks": machine.networks})
    return machine, _give_key(machine, place=1, now=now, actor=actor, key=key)


@operation
def limit_machine(
    *,
    machine_id: int,
    scopes: Iterable[str],
    networks: Iterable[str],
    by: AbstractBaseUser,
    now: datetime,
) -> Machine:
    """Change what a machine may do and where it may come from; it holds for its next request.

    Raises NotAllowed and InvalidMachine. Refused: machine_closed.
    """
    machine = _lock(machine_id, by, now)
    machine.scopes, machine.networks = read_scopes(scopes), read_networks(networks)
    machine.save(update_fields=["scopes", "networks"])
    actor = Actor.of(by)
    _audit(machine, "limit", actor, {"scopes": machine.scopes, "networks": machine.networks})
    return machine


@operation
def give_key(
    *, machine_id: int, by: AbstractBaseUser, now: datetime, overlap: timedelta = OVERLAP
) -> NewKey:
    """Give a machine its next key; the one it has stays good for the overlap.

    Raises NotAllowed. Refused: machine_closed; two_keys, while two are good already.
    """
    machine = _lock(machine_id, by, now)
    good = list(_good_keys(machine, now))
    free = [place for place in PLACES if place not in {key.place for key in good}]
    if not free:
        raise Refused(Refusal("two_keys"))
    for key in good:
        ends_at = now + overlap
        if key.ends_at is None or key.ends_at > ends_at:
            key.ends_at = ends_at
            key.save(update_fields=["ends_at"])
    actor = Actor.of(by)
    return _give_key(machine, place=free[0], now=now, actor=actor)


@operation
def end_key(*, key_id: int, by: AbstractBaseUser, now: datetime) -> MachineKey:
    """End a key at once, and every token that was given for it. Raises NotAllowed.

    Refused: not_in_force, where it has ended already.
    """
    machine_id = MachineKey.objects.values_list("machine_id", flat=True).get(pk=key_id)
    machine = _lock(machine_id, by, now)
    key = MachineKey.objects.get(pk=key_id)
    if key.ends_at is not None and key.ends_at <= now:
        raise Refused(Refusal("not_in_force"))
    _end(key, now)
    actor = Actor.of(by)
    _audit(machine, "end_key", actor, {"client_id": key.client_id})
    return key


@operation
def close_machine(*, machine_id: int, by: AbstractBaseUser, now: datetime) -> Machine:
    """Close a sign-in with all its keys and tokens. Raises NotAllowed. Refused: machine_closed."""
    machine = _lock(machine_id, by, now)
    for key in _good_keys(machine, now):
        _end(key, now)
    machine.closed_at = now
    machine.save(update_fields=["closed_at"])
    _audit(machine, "close", Actor.of(by), {})
    return machine


def read_scopes(scopes: Iterable[str]) -> list[str]:
    """Return scopes in their order. Raises InvalidMachine where there is none, or another one."""
    given = set(scopes)
    unknown = given - set(Machine.Scope.values)
    if unknown or not given:
        raise InvalidMachine(f"scopes are {', '.join(Machine.Scope.values)}, at least one")
    return [scope for scope in Machine.Scope.values if scope in given]


def read_networks(networks: Iterable[str]) -> list[str]:
    """Return networks in their normal form. Raises InvalidMachine for what is none."""
    found = []
    for text in networks:
        try:
            found.append(str(ipaddress.ip_network(text.strip())))
        except ValueError:
            raise InvalidMachine(f"{text.strip()} is no network such as 203.0.113.0/24") from None
    return found


def may_come_from(networks: Iterable[str], address: str) -> bool:
    """Say whether a network address lies in one of these networks; none named means all do."""
    allowed = [ipaddress.ip_network(network) for network in networks]
    if not allowed:
        return True
    try:
        given = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(given, ipaddress.IPv6Address) and given.ipv4_mapped is not None:
        given = given.ipv4_mapped
    return any(given in network for network in allowed)


def _give_key(
    machine: Machine, *, place: int, now: datetime, actor: Actor, key: NewKey | None = None
) -> NewKey:
    key = key or NewKey(client_id=secrets.token_hex(12), secret=secrets.token_hex(32))
    client = Client(
        id=key.client_id,
        name=f"{machine.institution.code} {machine.name}"[:100],
        type=Client.Type.CONFIDENTIAL,
        created_at=now,
    )
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS.value])
    client.set_response_types([])
    client.set_redirect_uris([])
    # What a token may do is cut to what its machine may at each request.
    client.set_scopes(list(Machine.Scope.values))
    client.set_default_scopes(list(Machine.Scope.values))
    client.set_secret(key.secret)
    client.save(force_insert=True)
    MachineKey.objects.create(machine=machine, place=place, client_id=key.client_id, begins_at=now)
    _audit(machine, "give_key", actor, {"client_id": key.client_id})
    return key


def _end(key: MachineKey, now: datetime) -> None:
    key.ends_at = max(now, key.begins_at)
    key.save(update_fields=["ends_at"])
    # Its tokens go with it.
    Client.objects.filter(pk=key.client_id).delete()


def _good_keys(machine: Machine, now: datetime) -> Iterable[MachineKey]:
    return machine.keys.filter(Q(ends_at=None) | Q(ends_at__gt=now)).order_by("pk")


def _lock(machine_id: int, by: AbstractBaseUser, now: datetime) -> Machine:
    machine = (
        Machine.objects.select_for_update(of=("self",))
        .select_related("institution")
        .get(pk=machine_id)
    )
    _check_keeper(machine.institution, by, now)
    if machine.closed_at is not None:
        raise Refused(Refusal("machine_closed"))
    return machine


def _check_keeper(institution: Institution, by: AbstractBaseUser, now: datetime) -> None:
    day = timezone.localdate(now)
    if not has_role(user_id=by.pk, kinds=KEEPERS, area=institution.area, day=day):
        raise NotAllowed("an administrator of the institution's area keeps its sign-ins")


def _audit(machine: Machine, verb: str, actor: Actor, data: dict[str, object]) -> None:
    audit(
        actor=actor,
        verb=f"claims.machine.{verb}",
        area=machine.institution.area,
        record=f"machine:{machine.pk}",
        data={"institution": machine.institution.code, "name": machine.name, **data},
    )
