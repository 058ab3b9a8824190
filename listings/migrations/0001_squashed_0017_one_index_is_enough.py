import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from sharing.db.operations import Together


KEY = "primary key (tid, tile, listing_id)"
WITHOUT_ROWID = (
    "create table listings_term (tid bigint not null, tile bigint not null, listing_id bigint not null,"
    f" x integer not null, y integer not null, z integer not null, {KEY}) without rowid"
)


def postings_are_their_own_key(apps, schema_editor):
    """The posting table is found, and its points are read, in its key alone. Its index follows at the end."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("drop table listings_term")
        schema_editor.execute(WITHOUT_ROWID)
    else:
        schema_editor.execute("alter table listings_term drop constraint listings_term_pkey")
        schema_editor.execute(f"alter table listings_term add {KEY} include (x, y, z)")


class Migration(migrations.Migration):

    replaces = [('listings', '0001_initial'), ('listings', '0002_posting_table'), ('listings', '0003_weekly_rides'), ('listings', '0004_facts_terms_and_attributes'), ('listings', '0005_knowledge_inventory_history_and_kits'), ('listings', '0006_number_the_commons'), ('listings', '0007_notices_changeover_holidays'), ('listings', '0008_postings_carry_their_point'), ('listings', '0009_visible_to_a_circle'), ('listings', '0010_catalogue_imports'), ('listings', '0011_synonyms_of_communities'), ('listings', '0012_saved_searches'), ('listings', '0013_wants'), ('listings', '0014_kits_are_marked'), ('listings', '0015_purchases_of_the_commons'), ('listings', '0016_communities_rate_of_driving'), ('listings', '0017_one_index_is_enough')]

    initial = True

    dependencies = [
        ('cooperative', '0001_squashed_0007_one_index_is_enough'),
        ('members', '0001_squashed_0005_one_index_is_enough'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='CatalogueImport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='imports', to=settings.AUTH_USER_MODEL)),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='members.community')),
                        ('commons', models.BooleanField(default=False)),
                        ('kind', models.CharField(choices=[('tool', 'Tool'), ('room', 'Room'), ('ride', 'Ride')], default='tool', max_length=4)),
                        ('publish', models.BooleanField(default=True)),
                        ('state', models.CharField(choices=[('matching', 'Columns to match'), ('checking', 'Being checked'), ('checked', 'Checked'), ('running', 'Being brought in'), ('done', 'Brought in'), ('undoing', 'Being taken back'), ('undone', 'Taken back'), ('failed', 'Could not be read')], default='matching', max_length=9)),
                        ('name', models.CharField(max_length=120)),
                        ('sheet', models.CharField(max_length=160)),
                        ('pictures', models.CharField(blank=True, max_length=160)),
                        ('encoding', models.CharField(max_length=12)),
                        ('delimiter', models.CharField(max_length=1)),
                        ('headers', models.JSONField(default=list)),
                        ('sample', models.JSONField(default=list)),
                        ('mapping', models.JSONField(default=list)),
                        ('rows', models.PositiveIntegerField(default=0)),
                        ('at', models.PositiveIntegerField(default=0)),
                        ('added', models.PositiveIntegerField(default=0)),
                        ('changed', models.PositiveIntegerField(default=0)),
                        ('same', models.PositiveIntegerField(default=0)),
                        ('wrong', models.PositiveIntegerField(default=0)),
                        ('pictures_due', models.PositiveIntegerField(default=0)),
                        ('pictures_done', models.PositiveIntegerField(default=0)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('moved', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['member', '-id'], name='import_by_member'), models.Index(fields=['state', 'moved'], name='import_by_state')],
                    },
                ),
                migrations.CreateModel(
                    name='Category',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, unique=True)),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='listings.category')),
                        ('kind', models.CharField(choices=[('tool', 'Tool'), ('room', 'Room'), ('ride', 'Ride')], max_length=4)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='own_categories', to='members.community')),
                        ('name', models.CharField(blank=True, max_length=60)),
                        ('retired', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name_plural': 'categories',
                        'ordering': ['position', 'slug'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('community__isnull', True), ('name', ''), ('retired', False)), models.Q(('community__isnull', False), ('parent__isnull', False), models.Q(('name', ''), _negated=True)), _connector='OR'), name='a_communitys_category_has_a_name_and_a_parent')],
                    },
                ),
                migrations.CreateModel(
                    name='Attribute',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attributes', to='members.community')),
                        ('category', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attributes', to='listings.category')),
                        ('slug', models.SlugField(max_length=40)),
                        ('name', models.CharField(max_length=60, verbose_name='question')),
                        ('type', models.CharField(choices=[('yes_no', 'Yes or no'), ('choice', 'One of several'), ('number', 'A number'), ('text', 'A few words')], max_length=6, verbose_name='kind of answer')),
                        ('unit', models.CharField(blank=True, max_length=12, verbose_name='unit')),
                        ('options', models.JSONField(blank=True, default=list, verbose_name='choices')),
                        ('required', models.BooleanField(default=False, verbose_name='must be answered')),
                        ('retired', models.BooleanField(default=False)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        'ordering': ['position', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'slug'), name='one_attribute_per_name_in_a_community'), models.CheckConstraint(condition=models.Q(('unit', ''), ('type', 'number'), _connector='OR'), name='only_numbers_have_a_unit')],
                    },
                ),
                migrations.CreateModel(
                    name='Cluster',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('zoom', models.PositiveSmallIntegerField()),
                        ('tile', models.BigIntegerField()),
                        ('kind', models.CharField(max_length=4)),
                        ('n', models.BigIntegerField()),
                        ('sum_lat', models.FloatField()),
                        ('sum_lon', models.FloatField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('zoom', 'tile', 'kind'), name='one_cluster_per_tile_and_kind')],
                    },
                ),
                migrations.CreateModel(
                    name='CommunityRate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='driving_rates', to='members.community')),
                        ('currency', models.CharField(max_length=3)),
                        ('hundredths', models.PositiveIntegerField()),
                        ('by_mile', models.BooleanField(default=False)),
                        ('since', models.DateField(verbose_name='from')),
                        ('source', models.CharField(max_length=160, verbose_name='where the figure comes from')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['community', '-since'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'since'), name='one_rate_of_a_community_from_a_day'), models.CheckConstraint(condition=models.Q(('hundredths__gte', 1)), name='driving_costs_something')],
                    },
                ),
                migrations.CreateModel(
                    name='ImportProblem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='listings.catalogueimport')),
                        ('row', models.PositiveIntegerField()),
                        ('column', models.CharField(blank=True, max_length=80)),
                        ('sentence', models.CharField(max_length=300)),
                    ],
                    options={
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='Listing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('tool', 'Tool'), ('room', 'Room'), ('ride', 'Ride')], max_length=4)),
                        ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='listings', to=settings.AUTH_USER_MODEL)),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='members.community')),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('paused', 'Paused'), ('archived', 'Archived')], default='draft', max_length=10)),
                        ('visibility', models.CharField(choices=[('public', 'Everyone'), ('community', 'Members of the community'), ('circle', 'People I choose')], default='public', max_length=10, verbose_name='who may see it')),
                        ('circle', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='listings', to='members.circle')),
                        ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='listings', to='listings.category')),
                        ('title', models.CharField(blank=True, max_length=120, verbose_name='title')),
                        ('description', models.TextField(blank=True, max_length=6000, verbose_name='description')),
                        ('tags', models.JSONField(blank=True, default=list, verbose_name='tags')),
                        ('language', models.CharField(default='en', max_length=12)),
                        ('terms', models.CharField(choices=[('gift', 'For free'), ('cost_share', 'Shared cost'), ('rent', 'Rent')], default='gift', max_length=10, verbose_name='terms')),
                        ('price_minor', models.PositiveBigIntegerField(default=0, verbose_name='price')),
                        ('price_unit', models.CharField(choices=[('hour', 'hour'), ('day', 'day'), ('night', 'night'), ('seat', 'seat'), ('use', 'use')], default='day', max_length=5, verbose_name='per')),
                        ('currency', models.CharField(default='EUR', max_length=3)),
                        ('price_tiers', models.JSONField(blank=True, default=list, verbose_name='price by length')),
                        ('commercial_price_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='price for commercial use')),
                        ('deposit_minor', models.PositiveBigIntegerField(default=0, verbose_name='deposit')),
                        ('capacity', models.PositiveSmallIntegerField(default=1, verbose_name='how many')),
                        ('instant', models.BooleanField(default=False, verbose_name='may be booked at once')),
                        ('cancellation', models.CharField(choices=[('flexible', 'Free until the day before'), ('moderate', 'Free until five days before'), ('strict', 'Half back until a week before')], default='flexible', max_length=8, verbose_name='cancelling')),
                        ('place', models.CharField(blank=True, max_length=160, verbose_name='place, in words')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='address')),
                        ('lat', models.FloatField(null=True)),
                        ('lon', models.FloatField(null=True)),
                        ('public_lat', models.FloatField(null=True)),
                        ('public_lon', models.FloatField(null=True)),
                        ('x', models.FloatField(null=True)),
                        ('y', models.FloatField(null=True)),
                        ('z', models.FloatField(null=True)),
                        ('tile', models.BigIntegerField(null=True)),
                        ('time_zone', models.CharField(default='UTC', max_length=64)),
                        ('min_units', models.PositiveSmallIntegerField(default=1, verbose_name='shortest')),
                        ('max_units', models.PositiveSmallIntegerField(default=14, verbose_name='longest')),
                        ('notice_hours', models.PositiveSmallIntegerField(default=0, verbose_name='notice in hours')),
                        ('horizon_days', models.PositiveSmallIntegerField(default=180, verbose_name='bookable ahead, in days')),
                        ('buffer_before', models.PositiveSmallIntegerField(default=0, verbose_name='minutes kept free before')),
                        ('buffer_after', models.PositiveSmallIntegerField(default=0, verbose_name='minutes kept free after')),
                        ('change_hours', models.PositiveSmallIntegerField(default=0, verbose_name='notice to change, in hours')),
                        ('cancel_hours', models.PositiveSmallIntegerField(default=0, verbose_name='notice to cancel, in hours')),
                        ('arrive_days', models.PositiveSmallIntegerField(default=127, verbose_name='weekdays to arrive')),
                        ('leave_days', models.PositiveSmallIntegerField(default=127, verbose_name='weekdays to leave')),
                        ('holiday_region', models.CharField(blank=True, max_length=12, verbose_name='closed on the holidays of')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('updated', models.DateTimeField(auto_now=True)),
                        ('published', models.DateTimeField(blank=True, null=True)),
                        ('version', models.PositiveIntegerField(default=1)),
                        ('is_kit', models.BooleanField(default=False)),
                        ('next_step', models.CharField(blank=True, default='', max_length=8)),
                        ('free_to', models.ManyToManyField(blank=True, related_name='free_listings', to='members.community', verbose_name='free to')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['owner', 'state'], name='listing_by_owner'), models.Index(models.F('community'), models.OrderBy(models.F('published'), descending=True), name='listing_newest_of_community'), models.Index(models.OrderBy(models.F('published'), descending=True), models.OrderBy(models.F('id'), descending=True), name='listing_newest'), models.Index(fields=['price_minor', 'id'], name='listing_cheapest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('capacity__gte', 1)), name='a_listing_has_room_for_one'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('public_lat__isnull', False), ('published__isnull', False), ('tile__isnull', False), ('x__isnull', False), models.Q(('title', ''), _negated=True)), _connector='OR'), name='a_published_listing_can_be_found'), models.CheckConstraint(condition=models.Q(models.Q(('terms', 'gift'), _negated=True), ('price_minor', 0), _connector='OR'), name='a_gift_has_no_price'), models.CheckConstraint(condition=models.Q(('commercial_price_minor__isnull', True), ('commercial_price_minor__gte', models.F('price_minor')), _connector='OR'), name='commercial_use_is_never_cheaper'), models.CheckConstraint(condition=models.Q(models.Q(('visibility', 'circle'), _negated=True), models.Q(('circle__isnull', False), ('owner__isnull', False)), _connector='OR'), name='what_a_circle_sees_has_an_owner_and_a_circle'), models.CheckConstraint(condition=models.Q(('max_units__gte', models.F('min_units'))), name='the_longest_stay_is_no_shorter_than_the_shortest'), models.CheckConstraint(condition=models.Q(('arrive_days__gte', 1), ('arrive_days__lte', 127), ('leave_days__gte', 1), ('leave_days__lte', 127)), name='one_can_arrive_and_leave')],
                    },
                ),
                migrations.CreateModel(
                    name='AttributeValue',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attribute_values', to='listings.listing')),
                        ('attribute', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='values', to='listings.attribute')),
                        ('text', models.CharField(blank=True, max_length=120)),
                        ('thousandths', models.BigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['attribute__position', 'attribute_id'],
                        'constraints': [models.UniqueConstraint(fields=('listing', 'attribute'), name='one_answer_per_listing_and_attribute'), models.CheckConstraint(condition=models.Q(models.Q(('thousandths__isnull', True), models.Q(('text', ''), _negated=True)), models.Q(('text', ''), ('thousandths__isnull', False)), _connector='OR'), name='an_answer_is_words_or_a_number')],
                    },
                ),
                migrations.CreateModel(
                    name='Departure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='departures', to='listings.listing')),
                        ('leaves', models.DateTimeField()),
                        ('cancelled', models.BooleanField(default=False)),
                        ('day', models.DateField(blank=True, null=True)),
                        ('alone', models.BooleanField(default=False)),
                        ('moved', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['leaves'],
                        'constraints': [models.UniqueConstraint(fields=('listing', 'leaves'), name='a_ride_leaves_once_at_a_time'), models.UniqueConstraint(fields=('listing', 'day'), name='a_plan_makes_one_departure_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='ImportedItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('scope', models.CharField(max_length=44)),
                        ('key', models.CharField(max_length=80)),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imported', to='listings.listing')),
                        ('digest', models.CharField(max_length=32)),
                        ('pictures', models.JSONField(default=list)),
                        ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to='listings.catalogueimport')),
                        ('fresh', models.BooleanField(default=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('pictures', []), _negated=True), fields=['run'], name='import_pictures_due')],
                        'constraints': [models.UniqueConstraint(fields=('scope', 'key'), name='a_number_names_one_thing')],
                    },
                ),
                migrations.CreateModel(
                    name='KitPart',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='kit_parts', to='listings.listing')),
                        ('part', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kit_places', to='listings.listing')),
                        ('quantity', models.PositiveSmallIntegerField(default=1)),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        'ordering': ['position', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('kit', 'part'), name='a_part_is_once_in_a_kit'), models.CheckConstraint(condition=models.Q(('kit', models.F('part')), _negated=True), name='a_kit_is_no_part_of_itself'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='a_kit_takes_some_of_its_part')],
                    },
                ),
                migrations.CreateModel(
                    name='Label',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='label', to='listings.listing')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.community')),
                        ('number', models.CharField(max_length=24)),
                        ('serial', models.PositiveIntegerField(default=0)),
                        ('code', models.CharField(max_length=12, unique=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['community', '-serial'], name='label_last_of_community')],
                        'constraints': [models.UniqueConstraint(fields=('community', 'number'), name='one_thing_per_inventory_number')],
                    },
                ),
                migrations.CreateModel(
                    name='ListingChange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='listings.listing')),
                        ('version', models.PositiveIntegerField()),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('before', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('after', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                        ('back_to', models.PositiveIntegerField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-version'],
                        'constraints': [models.UniqueConstraint(fields=('listing', 'version'), name='one_change_per_version')],
                    },
                ),
                migrations.CreateModel(
                    name='Photo',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=120, unique=True)),
                        ('width', models.PositiveIntegerField()),
                        ('height', models.PositiveIntegerField()),
                        ('widths', models.JSONField(default=list)),
                        ('formats', models.JSONField(default=list)),
                        ('alt', models.CharField(blank=True, max_length=200, verbose_name='what the photo shows')),
                        ('colour', models.CharField(default='#d9cfb8', max_length=7)),
                        ('created', models.DateTimeField(auto_now_add=True)),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='listings.listing')),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                        ('removed', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['position', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='Purchase',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='purchase', to='cooperative.proposal')),
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='purchase', to='listings.listing')),
                    ],
                ),
                migrations.CreateModel(
                    name='ReturnTrip',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('there', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='way_back', to='listings.listing')),
                        ('back', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='way_there', to='listings.listing')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('there', models.F('back')), _negated=True), name='a_way_back_is_another_ride')],
                    },
                ),
                migrations.CreateModel(
                    name='RideFacts',
                    fields=[
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='ride', serialize=False, to='listings.listing')),
                        ('vehicle', models.CharField(blank=True, max_length=80, verbose_name='vehicle')),
                        ('luggage', models.CharField(blank=True, max_length=80, verbose_name='luggage')),
                        ('pets', models.BooleanField(default=False, verbose_name='pets may come')),
                        ('smoking', models.BooleanField(default=False, verbose_name='smoking allowed')),
                        ('two_behind', models.BooleanField(default=False, verbose_name='at most two behind')),
                    ],
                ),
                migrations.CreateModel(
                    name='RoomFacts',
                    fields=[
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='room', serialize=False, to='listings.listing')),
                        ('whole', models.BooleanField(default=True, verbose_name='the whole room is yours')),
                        ('beds', models.PositiveSmallIntegerField(default=1, verbose_name='beds')),
                        ('check_in', models.TimeField(default='15:00', verbose_name='check-in from')),
                        ('check_out', models.TimeField(default='11:00', verbose_name='check-out until')),
                        ('access', models.TextField(blank=True, max_length=1000, verbose_name='steps and doors, for wheelchairs')),
                        ('pets', models.BooleanField(default=False, verbose_name='pets are welcome')),
                        ('smoking', models.BooleanField(default=False, verbose_name='smoking allowed')),
                        ('rules', models.TextField(blank=True, max_length=2000, verbose_name='house rules')),
                        ('bathrooms', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='bathrooms')),
                        ('step_free', models.BooleanField(blank=True, null=True, verbose_name='reached without a step')),
                        ('door_cm', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='narrowest door, in cm')),
                        ('steps', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='steps on the way')),
                        ('quiet_from', models.TimeField(blank=True, null=True, verbose_name='quiet from')),
                        ('quiet_until', models.TimeField(blank=True, null=True, verbose_name='quiet until')),
                        ('work_space', models.BooleanField(default=False, verbose_name='a place to work')),
                        ('registration', models.CharField(blank=True, max_length=60, verbose_name='registration number')),
                        ('registration_not_needed', models.BooleanField(default=False, verbose_name='needs no registration')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='quiet_hours_begin_and_end'), models.CheckConstraint(condition=models.Q(models.Q(('step_free', True), _negated=True), ('steps__isnull', True), ('steps', 0), _connector='OR'), name='no_steps_where_it_is_step_free'), models.CheckConstraint(condition=models.Q(('registration', ''), ('registration_not_needed', False), _connector='OR'), name='a_registered_room_needs_registration')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing_id', models.BigIntegerField()),
                        ('dates', models.BooleanField(default=False)),
                    ],
                ),
                migrations.CreateModel(
                    name='SavedSearch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_searches', to=settings.AUTH_USER_MODEL)),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('query', models.CharField(max_length=1000)),
                        ('alerts', models.CharField(choices=[('at_once', 'At once'), ('daily', 'Once a day'), ('off', 'Not at all')], default='daily', max_length=7, verbose_name='tell me')),
                        ('dated', models.BooleanField(default=False)),
                        ('told', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('deleted', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['member', 'id'], name='saved_search_by_member'), models.Index(condition=models.Q(('deleted__isnull', False)), fields=['deleted'], name='saved_search_deleted')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedCell',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('search', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='listings.savedsearch')),
                        ('cell', models.BigIntegerField()),
                        ('key', models.BigIntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['cell', 'key', 'search'], name='saved_cell_by_place_and_key')],
                    },
                ),
                migrations.CreateModel(
                    name='SavedHit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('search', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='hits', to='listings.savedsearch')),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='listings.listing')),
                        ('state', models.CharField(choices=[('known', 'Known'), ('waiting', 'Waiting'), ('told', 'Told')], default='waiting', max_length=7)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['search'], name='saved_hit_waiting')],
                        'constraints': [models.UniqueConstraint(fields=('search', 'listing'), name='each_listing_is_told_once_per_saved_search')],
                    },
                ),
                migrations.CreateModel(
                    name='Schedule',
                    fields=[
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='schedule', serialize=False, to='listings.listing')),
                        ('weekdays', models.JSONField(default=list, verbose_name='weekdays')),
                        ('at', models.TimeField(verbose_name='sets off at')),
                        ('starts', models.DateField(verbose_name='from')),
                        ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                        ('made_until', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('starts')), _connector='OR'), name='a_plan_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='ScheduleException',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('schedule', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='listings.schedule')),
                        ('day', models.DateField(verbose_name='day')),
                        ('at', models.TimeField(blank=True, null=True, verbose_name='at')),
                    ],
                    options={
                        'ordering': ['day'],
                        'constraints': [models.UniqueConstraint(fields=('schedule', 'day'), name='one_exception_per_day_of_a_plan')],
                    },
                ),
                migrations.CreateModel(
                    name='Spot',
                    fields=[
                        ('pk', models.CompositePrimaryKey('listing_id', 'position', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('listing_id', models.BigIntegerField()),
                        ('position', models.PositiveSmallIntegerField()),
                        ('tile', models.BigIntegerField()),
                        ('x', models.FloatField()),
                        ('y', models.FloatField()),
                        ('z', models.FloatField()),
                        ('lat', models.FloatField()),
                        ('lon', models.FloatField()),
                        ('minutes', models.PositiveIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='StaleTile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('tile', models.BigIntegerField()),
                    ],
                ),
                migrations.CreateModel(
                    name='Stop',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stops', to='listings.listing')),
                        ('position', models.PositiveSmallIntegerField()),
                        ('place', models.CharField(max_length=160, verbose_name='stop')),
                        ('lat', models.FloatField()),
                        ('lon', models.FloatField()),
                        ('minutes', models.PositiveIntegerField(verbose_name='minutes after departure')),
                        ('price_minor', models.PositiveBigIntegerField(default=0, verbose_name='a seat from the start to here')),
                        ('road_m', models.PositiveIntegerField(blank=True, null=True, verbose_name='metres by road from the start')),
                        ('time_zone', models.CharField(blank=True, default='', max_length=64)),
                    ],
                    options={
                        'ordering': ['listing', 'position'],
                        'constraints': [models.UniqueConstraint(fields=('listing', 'position'), name='one_stop_per_position')],
                    },
                ),
                migrations.CreateModel(
                    name='Synonym',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='synonyms', to='members.community')),
                        ('word', models.CharField(max_length=40, verbose_name='who looks for')),
                        ('means', models.CharField(max_length=40, verbose_name='also finds')),
                    ],
                    options={
                        'ordering': ['word', 'means'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'word', 'means'), name='one_synonym_is_said_once'), models.CheckConstraint(condition=models.Q(('word', models.F('means')), _negated=True), name='a_synonym_is_another_word')],
                    },
                ),
                migrations.CreateModel(
                    name='Term',
                    fields=[
                        ('pk', models.CompositePrimaryKey('tid', 'tile', 'listing_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('tid', models.BigIntegerField()),
                        ('tile', models.BigIntegerField()),
                        ('listing_id', models.BigIntegerField()),
                        ('x', models.IntegerField()),
                        ('y', models.IntegerField()),
                        ('z', models.IntegerField()),
                    ],
                    options={
                        'db_table': 'listings_term',
                        'indexes': [models.Index(fields=['listing_id'], name='term_by_listing')],
                    },
                ),
                migrations.CreateModel(
                    name='TermFrequency',
                    fields=[
                        ('tid', models.BigIntegerField(primary_key=True, serialize=False)),
                        ('kind', models.CharField(max_length=4)),
                        ('stem', models.CharField(db_index=True, max_length=60)),
                        ('word', models.CharField(db_index=True, max_length=60)),
                        ('n', models.BigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='ToolFacts',
                    fields=[
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='tool', serialize=False, to='listings.listing')),
                        ('condition', models.CharField(blank=True, choices=[('new', 'Like new'), ('good', 'Good'), ('worn', 'Worn, works')], max_length=5, verbose_name='condition')),
                        ('brand', models.CharField(blank=True, max_length=80, verbose_name='brand and model')),
                        ('size', models.CharField(blank=True, max_length=80, verbose_name='size')),
                        ('included', models.TextField(blank=True, max_length=1000, verbose_name='what comes with it')),
                        ('instructions', models.TextField(blank=True, max_length=6000, verbose_name='how to use it')),
                        ('approval_needed', models.BooleanField(default=False, verbose_name='training or approval needed')),
                        ('approval_note', models.TextField(blank=True, max_length=500, verbose_name='what one has to know or show')),
                        ('value_minor', models.PositiveBigIntegerField(default=0, verbose_name='what it is worth')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('approval_needed', True), ('approval_note', ''), _connector='OR'), name='words_on_approval_only_where_it_is_needed')],
                    },
                ),
                migrations.CreateModel(
                    name='Want',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='wants', to=settings.AUTH_USER_MODEL)),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wants', to='members.community')),
                        ('kind', models.CharField(choices=[('tool', 'Tool'), ('room', 'Room'), ('ride', 'Ride')], default='tool', max_length=4)),
                        ('title', models.CharField(max_length=80)),
                        ('description', models.TextField(blank=True, max_length=1000)),
                        ('starts', models.DateField(blank=True, null=True)),
                        ('ends', models.DateField(blank=True, null=True)),
                        ('everyone', models.BooleanField(default=True)),
                        ('place', models.CharField(blank=True, max_length=120)),
                        ('lat', models.FloatField()),
                        ('lon', models.FloatField()),
                        ('public_lat', models.FloatField()),
                        ('public_lon', models.FloatField()),
                        ('tile', models.BigIntegerField()),
                        ('language', models.CharField(default='en', max_length=12)),
                        ('state', models.CharField(choices=[('open', 'Looked for'), ('found', 'Found'), ('closed', 'Taken down'), ('expired', 'Over')], default='open', max_length=7)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['tile'], name='want_by_place'), models.Index(fields=['member', '-id'], name='want_by_member'), models.Index(fields=['state', 'expires'], name='want_by_expiry'), models.Index(condition=models.Q(('state', 'open')), fields=['community', '-id'], name='want_by_community')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='a_want_ends_no_sooner_than_it_starts'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='a_want_says_what')],
                    },
                ),
                migrations.CreateModel(
                    name='WantAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('want', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='listings.want')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('listing', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='listings.listing')),
                        ('conversation', models.BigIntegerField()),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['id'],
                        'indexes': [models.Index(fields=['member', '-id'], name='want_answer_by_member')],
                    },
                ),
                migrations.CreateModel(
                    name='WantTold',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('want', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='told', to='listings.want')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('want', 'member'), name='told_of_a_want_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='listings.listing')),
                        ('kind', models.CharField(choices=[('instructions', 'How to use it'), ('repair', 'How to mend it'), ('design', 'How to make it')], default='instructions', max_length=12, verbose_name='what it is')),
                        ('title', models.CharField(max_length=120, verbose_name='title')),
                        ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='copies', to='listings.documentversion')),
                        ('credit', models.JSONField(blank=True, default=dict)),
                        ('withdrawn', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='DocumentVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('document', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='listings.document')),
                        ('number', models.PositiveIntegerField()),
                        ('text', models.TextField(blank=True, max_length=40000, verbose_name='text')),
                        ('file', models.CharField(blank=True, max_length=160)),
                        ('file_name', models.CharField(blank=True, max_length=120)),
                        ('media_type', models.CharField(blank=True, max_length=60)),
                        ('size', models.PositiveIntegerField(default=0)),
                        ('licence', models.CharField(choices=[('cc-by-sa', 'CC BY-SA 4.0: share it, name the author, keep the licence'), ('cc0', 'CC0: no conditions at all'), ('peer', 'Peer Production Licence: free for commoners, not for commerce'), ('reserved', 'All rights reserved: only read it here')], default='cc-by-sa', max_length=12, verbose_name='licence')),
                        ('author', models.CharField(max_length=120, verbose_name='author')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='what is new')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-number'],
                        'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='one_version_per_number'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), models.Q(('file', ''), _negated=True), _connector='OR'), name='a_version_says_something')],
                    },
                ),
            ]
        ),
        migrations.RunPython(postings_are_their_own_key, migrations.RunPython.noop),
    ]
