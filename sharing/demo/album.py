"""The photos of the demo, drawn and stored by a few processes while the story is being written.

Each goes through the same door as a member's upload: `sharing.photos.pipeline.store`.
"""

import io
import os
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db import connections

from sharing.photos import pipeline

from .cast import Person
from .pictures import people, scenes

PORTRAIT_PIXELS = 480


class Shot(NamedTuple):
    """A picture to be taken: its name, the folder it goes to, how wide it shall be."""

    name: str
    folder: str
    pixels: int


class Album:
    """Takes pictures in the background; `fields(shot)` waits for one and answers the fields of its row."""

    def __init__(self, *, processes: int | None = None) -> None:
        connections.close_all()  # a connection must not be shared with a forked process
        count = processes if processes is not None else max(1, os.cpu_count() or 1)
        self._pool = ProcessPoolExecutor(count, mp_context=get_context("fork")) if count else None
        self._taken: dict[tuple[str, str], Future | dict] = {}

    def take(self, shots: Iterable[Shot]) -> None:
        for shot in shots:
            self._taken[shot.name, shot.folder] = self._pool.submit(_store, shot) if self._pool else _store(shot)

    def fields(self, name: str, folder: str) -> dict:
        """The fields of a StoredPhoto for this picture; each is used for one row."""
        taken = self._taken.pop((name, folder))
        return taken.result() if isinstance(taken, Future) else taken

    def close(self) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)


def portrait_shots(cast: Iterable[Person], pixels: int = PORTRAIT_PIXELS) -> list[Shot]:
    return [Shot(f"face:{person.key}", "portraits", pixels) for person in cast]




def _store(shot: Shot) -> dict:
    if shot.name.startswith("face:"):
        picture = people.portrait(_faces()[shot.name[5:]], shot.pixels)
    else:
        picture = scenes.picture(shot.name, shot.pixels)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, subsampling=0)
    fields = pipeline.store(file, shot.folder)
    default_storage.delete(f"{fields['key']}.jpg")  # the widest variant does for whatever is made later
    return fields


def _faces() -> dict:
    from .communities import HOMES

    return {person.key: person.face for home in HOMES for person in home.people}
