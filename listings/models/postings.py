"""What search reads and alone writes: postings, stops as points, the vocabulary and the clusters of the map."""

from django.db import models


class Term(models.Model):
    """A posting: this listing is found under this key at this place. Only `listings.search` writes it.

    tid: 63-bit hash of the kind, or of kind and stem; tile: Morton number of the public point; x, y, z: the
    same point in centimetres, so that the nearest are found here alone.
    """

    pk = models.CompositePrimaryKey("tid", "tile", "listing_id")
    tid = models.BigIntegerField()
    tile = models.BigIntegerField()
    listing_id = models.BigIntegerField()
    x = models.IntegerField()
    y = models.IntegerField()
    z = models.IntegerField()

    class Meta:
        db_table = "listings_term"
        indexes = [models.Index(fields=["listing_id"], name="term_by_listing")]


class Spot(models.Model):
    """A stop of a ride as search sees it: its blurred point and order. Only `listings.search` writes it."""

    pk = models.CompositePrimaryKey("listing_id", "position")
    listing_id = models.BigIntegerField()
    position = models.PositiveSmallIntegerField()
    tile = models.BigIntegerField()
    x = models.FloatField()
    y = models.FloatField()
    z = models.FloatField()
    lat = models.FloatField()
    lon = models.FloatField()
    minutes = models.PositiveIntegerField(default=0)


class TermFrequency(models.Model):
    """About how many public listings carry a term, so that the rarest leads; also the vocabulary for suggestions.

    Words of listings that only a community may see are never written here.
    """

    tid = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=4)
    stem = models.CharField(max_length=60, db_index=True)
    word = models.CharField(max_length=60, db_index=True)
    n = models.BigIntegerField(default=0)


class Cluster(models.Model):
    """How many public listings of a kind lie in a map tile, and where their middle is."""

    zoom = models.PositiveSmallIntegerField()
    tile = models.BigIntegerField()
    kind = models.CharField(max_length=4)
    n = models.BigIntegerField()
    sum_lat = models.FloatField()
    sum_lon = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zoom", "tile", "kind"], name="one_cluster_per_tile_and_kind")]


class StaleTile(models.Model):
    """A note that the clusters over a zoom-13 tile must be counted anew; only added, taken away once counted."""

    tile = models.BigIntegerField()
