"""What search does by itself."""

from sharing.clock import every

from . import clusters, index


@every(seconds=30)
def refresh_clusters() -> None:
    clusters.refresh()


@every(hours=1)
def count_terms() -> None:
    index.count_terms()


@every(minutes=10)
def retire_rides() -> None:
    index.retire_rides()
