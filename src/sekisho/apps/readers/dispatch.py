"""Each kind of file to its reader, which is imported only when a file of its kind is there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sekisho.apps.evidence import Reading, TargetKind
from sekisho.apps.leaks import Value
from sekisho.apps.readers.recognise import HEAD, recognise
from sekisho.apps.readers.recorded import Watch
from sekisho.apps.recipients import Matcher


def read(
    path: Path,
    *,
    kind: TargetKind | None = None,
    matcher: Matcher | None = None,
    values: Sequence[Value] | None = None,
    own_hosts: Sequence[str] = (),
    watch: Watch | None = None,
) -> Reading:
    """The reading of the file at ``path``; ``kind`` is told from it where it isn't given.

    ``values`` are looked for in recorded traffic, ``own_hosts`` are the operator's, ``watch`` sees each request of it.
    Never raises for what the file holds. Raises :class:`ValueError` for
    a kind that isn't a file or can't be told, and what opening the file raises. Policies are read by
    :mod:`sekisho.apps.policy`.
    """
    known = tuple(values or ())
    with path.open("rb") as file:
        found = kind or recognise(file.read(HEAD), path.name)
        file.seek(0)
        name, some = path.name, {} if matcher is None else {"matcher": matcher}
        match found:
            case TargetKind.ANDROID:
                from sekisho.apps.readers.android.reader import read as android  # noqa: PLC0415  only where needed

                return android(file, name=name, **some)
            case TargetKind.IOS:
                from sekisho.apps.readers.ios.reader import read as ios  # noqa: PLC0415  only where needed

                return ios(file, name=name, **some)
            case TargetKind.PRIVACY_MANIFEST:
                from sekisho.apps.readers.privacy_manifest import read as manifest  # noqa: PLC0415  only where needed

                return manifest(file, name=name, **some)
            case TargetKind.HAR:
                from sekisho.apps.readers.har import read as har  # noqa: PLC0415  only where needed

                return har(file, name=name, values=known, own_hosts=own_hosts, watch=watch)
            case TargetKind.FLOWS:
                from sekisho.apps.readers.flows import read as flows  # noqa: PLC0415  only where needed

                return flows(file, name=name, values=known, own_hosts=own_hosts, watch=watch)
            case TargetKind.EVIDENCE_COLLECTOR:
                from sekisho.apps.readers.evidence_collector import read as seen  # noqa: PLC0415  only where needed

                return seen(file, name=name, values=known, own_hosts=own_hosts, watch=watch)
            case TargetKind.PLAY_DATA_SAFETY:
                from sekisho.apps.readers.data_safety import read as form  # noqa: PLC0415  only where needed

                return form(file, name=name)
            case TargetKind.AGE_RATING:
                from sekisho.apps.readers.age_rating import read as rating  # noqa: PLC0415  only where needed

                return rating(file, name=name)
            case TargetKind.PCAP:
                from sekisho.apps.readers.pcap.reader import read as capture  # noqa: PLC0415  only where needed

                return capture(file, name=name, values=known, own_hosts=own_hosts, watch=watch)
            case _:
                raise ValueError(f"no reader reads this kind of file: {found}")
