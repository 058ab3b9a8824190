import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from sharing.db.operations import Together


class Migration(migrations.Migration):

    replaces = [('bookings', '0001_initial'), ('bookings', '0002_fair_use_and_day_prices'), ('bookings', '0003_changes_waiting_and_series'), ('bookings', '0004_calendars_in_and_out'), ('bookings', '0005_handovers_and_meetings'), ('bookings', '0006_riders_from_elsewhere'), ('bookings', '0007_parts_follow_their_kit'), ('bookings', '0008_upkeep_of_listings'), ('bookings', '0009_seats_in_line_and_other_departures'), ('bookings', '0010_what_fees_were_reckoned_by'), ('bookings', '0011_what_both_settle'), ('bookings', '0012_changes_that_wait_for_a_card'), ('bookings', '0013_one_index_is_enough')]

    initial = True

    dependencies = [
        ('cooperative', '0001_squashed_0007_one_index_is_enough'),
        ('listings', '0001_squashed_0017_one_index_is_enough'),
        ('members', '0001_squashed_0005_one_index_is_enough'),
        ('messaging', '0001_squashed_0006_one_index_is_enough'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='listings.listing')),
                        ('name', models.CharField(max_length=60, verbose_name='what it is')),
                        ('url', models.CharField(max_length=1000, verbose_name='its address')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('etag', models.CharField(blank=True, max_length=200)),
                        ('modified', models.CharField(blank=True, max_length=60)),
                        ('digest', models.CharField(blank=True, max_length=64)),
                        ('expanded', models.DateField(null=True)),
                        ('busy', models.PositiveIntegerField(default=0)),
                        ('left_out', models.PositiveIntegerField(default=0)),
                        ('fault', models.CharField(blank=True, choices=[('address', 'This address cannot be used. It must lead to a public calendar by https or http.'), ('unreachable', 'Nobody answers at this address.'), ('refused', 'The other side refuses to show this calendar. Perhaps its secret address was changed.'), ('slow', 'The answer took longer than ten seconds.'), ('large', 'The calendar is larger than 1 MB.'), ('not_a_calendar', 'What came back is not a calendar.'), ('too_much', 'The calendar repeats without end, or holds more than can be worked through.')], max_length=20)),
                        ('failures', models.PositiveSmallIntegerField(default=0)),
                        ('checked', models.DateTimeField(null=True)),
                        ('fetched', models.DateTimeField(null=True)),
                        ('due', models.DateTimeField(default=django.utils.timezone.now)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['due'], name='feed_by_due')],
                        'constraints': [models.UniqueConstraint(fields=('listing', 'url'), name='a_calendar_is_read_once_a_listing')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_addresses', to=settings.AUTH_USER_MODEL)),
                        ('listing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='calendar_addresses', to='listings.listing')),
                        ('feed', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='address', to='bookings.calendarfeed')),
                        ('nonce', models.CharField(max_length=32, unique=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('read', models.DateTimeField(null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('feed__isnull', True), ('listing__isnull', True), ('member__isnull', False)), models.Q(('listing__isnull', False), ('member__isnull', True)), _connector='OR'), name='an_address_opens_one_calendar'), models.UniqueConstraint(fields=('member',), name='one_address_a_member'), models.UniqueConstraint(condition=models.Q(('feed__isnull', True)), fields=('listing',), name='one_plain_address_a_listing')],
                    },
                ),
                migrations.CreateModel(
                    name='Claim',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='listings.listing')),
                        ('kind', models.CharField(choices=[('booking', 'Booking'), ('block', 'Kept free by the owner'), ('repair', 'In repair'), ('import', 'Busy in another calendar'), ('offer', 'Offered to the next in line')], default='booking', max_length=7)),
                        ('starts', models.DateTimeField()),
                        ('ends', models.DateTimeField()),
                        ('quantity', models.PositiveSmallIntegerField(default=1)),
                        ('expires', models.DateTimeField(blank=True, null=True)),
                        ('note', models.CharField(blank=True, max_length=200)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('whole', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='of_parts', to='bookings.claim')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['listing', 'ends', 'starts'], name='claim_by_listing'), models.Index(condition=models.Q(('expires__isnull', False)), fields=['expires'], name='claim_by_expiry')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='a_claim_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='a_claim_takes_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Aboard',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('departure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aboard', to='listings.departure')),
                        ('board', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='listings.stop')),
                        ('alight', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='listings.stop')),
                        ('claim', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='aboard', to='bookings.claim')),
                        ('who', models.CharField(blank=True, max_length=80, verbose_name='who')),
                    ],
                ),
                migrations.CreateModel(
                    name='DateException',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='listings.listing')),
                        ('day', models.DateField()),
                        ('is_open', models.BooleanField(default=False)),
                        ('note', models.CharField(blank=True, max_length=120)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('listing', 'day'), name='one_exception_per_day')],
                    },
                ),
                migrations.CreateModel(
                    name='DayPrice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='day_prices', to='listings.listing')),
                        ('first', models.DateField(verbose_name='first day')),
                        ('last', models.DateField(verbose_name='last day')),
                        ('price_minor', models.PositiveBigIntegerField(verbose_name='price')),
                        ('note', models.CharField(blank=True, max_length=60, verbose_name='why')),
                    ],
                    options={
                        'ordering': ['first', 'pk'],
                        'indexes': [models.Index(fields=['listing', 'last'], name='day_price_by_listing')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first'))), name='a_day_price_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='FairUse',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fair_use', to='listings.listing')),
                        ('community', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='fair_use', to='members.community')),
                        ('most_at_once', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='at most at once')),
                        ('most_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='at most so many days')),
                        ('window_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='in so many days')),
                        ('count_closed', models.BooleanField(default=True, verbose_name='closed days count')),
                        ('pause_days', models.PositiveSmallIntegerField(default=0, verbose_name='days between two bookings')),
                        ('new_days', models.PositiveSmallIntegerField(default=0, verbose_name='days one is new')),
                        ('new_at_once', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='at most at once while new')),
                        ('new_deposit_minor', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='deposits while new')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('community__isnull', False), ('listing__isnull', True)), models.Q(('community__isnull', True), ('listing__isnull', False)), _connector='OR'), name='a_rule_is_of_a_listing_or_a_community'), models.CheckConstraint(condition=models.Q(models.Q(('most_days__isnull', True), ('window_days__isnull', True)), models.Q(('most_days__gte', 1), ('window_days__gt', models.F('most_days'))), _connector='OR'), name='so_many_days_in_so_many'), models.CheckConstraint(condition=models.Q(models.Q(('most_at_once__isnull', True), ('most_at_once__gte', 1), _connector='OR'), models.Q(('new_at_once__isnull', True), ('new_at_once__gte', 1), _connector='OR')), name='a_limit_lets_one_have_something')],
                    },
                ),
                migrations.CreateModel(
                    name='HandoverPlan',
                    fields=[
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='handover_plan', serialize=False, to='listings.listing')),
                        ('pickup', models.JSONField(default=list)),
                        ('back', models.JSONField(default=list)),
                        ('meter', models.CharField(blank=True, choices=[('', 'none'), ('km', 'kilometres'), ('mi', 'miles'), ('h', 'hours of use'), ('kwh', 'kilowatt hours'), ('fuel', 'fuel in the tank, in per cent'), ('charge', 'charge of the battery, in per cent')], max_length=6, verbose_name='reading')),
                    ],
                ),
                migrations.CreateModel(
                    name='ImportedBusy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('feed', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='times', to='bookings.calendarfeed')),
                        ('key', models.CharField(max_length=32)),
                        ('starts', models.DateTimeField()),
                        ('ends', models.DateTimeField()),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['feed', 'ends'], name='busy_by_end')],
                        'constraints': [models.UniqueConstraint(fields=('feed', 'key'), name='a_busy_time_is_taken_over_once'), models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='a_busy_time_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='ImportedClaim',
                    fields=[
                        ('claim', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='imported', serialize=False, to='bookings.claim')),
                        ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='bookings.calendarfeed')),
                    ],
                ),
                migrations.CreateModel(
                    name='LateFee',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='late_fee', to='listings.listing')),
                        ('minor', models.PositiveBigIntegerField(verbose_name='late fee')),
                        ('most_minor', models.PositiveBigIntegerField(verbose_name='at most')),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('minor__gte', 1), ('most_minor__gte', models.F('minor'))), name='a_late_fee_has_its_cap')],
                    },
                ),
                migrations.CreateModel(
                    name='OpeningWindow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='windows', to='listings.listing')),
                        ('weekday', models.PositiveSmallIntegerField(verbose_name='weekday')),
                        ('opens', models.TimeField(verbose_name='from')),
                        ('closes', models.TimeField(verbose_name='until')),
                    ],
                    options={
                        'ordering': ['weekday', 'opens'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='a_weekday_is_one_of_seven'), models.CheckConstraint(condition=models.Q(('closes', models.F('opens')), _negated=True), name='a_window_lasts')],
                    },
                ),
                migrations.CreateModel(
                    name='Series',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to='listings.listing')),
                        ('borrower', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='series', to=settings.AUTH_USER_MODEL)),
                        ('rhythm', models.CharField(choices=[('weekly', 'Every week'), ('fortnightly', 'Every two weeks'), ('monthly', 'Every month, the same weekday')], max_length=11)),
                        ('until', models.DateField()),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name_plural': 'series',
                    },
                ),
                migrations.CreateModel(
                    name='Booking',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='listings.listing')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='members.community')),
                        ('borrower', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('requested', 'Asked'), ('accepted', 'Agreed'), ('handed_over', 'Handed over'), ('returned', 'Returned'), ('closed', 'Closed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('no_show', 'Nobody came'), ('disputed', 'In dispute')], default='requested', max_length=11)),
                        ('starts', models.DateTimeField()),
                        ('ends', models.DateTimeField()),
                        ('quantity', models.PositiveSmallIntegerField(default=1)),
                        ('departure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='listings.departure')),
                        ('board', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='listings.stop')),
                        ('alight', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='listings.stop')),
                        ('claim', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='booking', to='bookings.claim')),
                        ('conversation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='messaging.conversation')),
                        ('series', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='bookings.series')),
                        ('quote', models.JSONField(default=dict)),
                        ('policy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='cooperative.feepolicy')),
                        ('note', models.TextField(blank=True, max_length=2000, verbose_name='a word to the lender')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('moved', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires', models.DateTimeField(blank=True, null=True)),
                        ('extras', models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['borrower', 'state', 'starts'], name='booking_by_borrower'), models.Index(fields=['listing', 'state', 'starts'], name='booking_by_listing'), models.Index(fields=['state', 'expires'], name='booking_by_expiry')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='a_booking_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='a_booking_takes_something'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'handed_over']), _negated=True), ('claim__isnull', False), _connector='OR'), name='what_is_agreed_holds_a_claim')],
                    },
                ),
                migrations.CreateModel(
                    name='BookingEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='bookings.booking')),
                        ('step', models.CharField(max_length=20)),
                        ('state', models.CharField(choices=[('requested', 'Asked'), ('accepted', 'Agreed'), ('handed_over', 'Handed over'), ('returned', 'Returned'), ('closed', 'Closed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('cancelled', 'Cancelled'), ('no_show', 'Nobody came'), ('disputed', 'In dispute')], max_length=11)),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('note', models.TextField(blank=True, max_length=2000)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['created', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='Change',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('booking', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='bookings.booking')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('side', models.CharField(choices=[('borrower', 'borrower'), ('lender', 'lender')], max_length=8)),
                        ('starts', models.DateTimeField()),
                        ('ends', models.DateTimeField()),
                        ('departure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='listings.departure')),
                        ('board', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='listings.stop')),
                        ('alight', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='listings.stop')),
                        ('quote', models.JSONField(default=dict)),
                        ('note', models.TextField(blank=True, max_length=2000)),
                        ('state', models.CharField(choices=[('proposed', 'Proposed'), ('agreed', 'Agreed'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='proposed', max_length=9)),
                        ('waits_for_card', models.BooleanField(default=False)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('expires', models.DateTimeField()),
                        ('answered', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('state', 'proposed')), fields=['expires'], name='change_by_expiry')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='a_change_ends_after_it_starts'), models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('booking',), name='one_proposal_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Handover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='bookings.booking')),
                        ('phase', models.CharField(choices=[('pickup', 'Pick-up'), ('return', 'Return'), ('settle', 'Settled between you')], max_length=6)),
                        ('side', models.CharField(choices=[('borrower', 'borrower'), ('lender', 'lender')], max_length=8)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('note', models.TextField(blank=True, max_length=2000, verbose_name='condition, in words')),
                        ('checklist', models.JSONField(blank=True, default=list)),
                        ('asked', models.JSONField(blank=True, default=list)),
                        ('meter', models.DecimalField(blank=True, decimal_places=1, max_digits=9, null=True, verbose_name='reading')),
                        ('kept_minor', models.PositiveBigIntegerField(blank=True, null=True)),
                        ('round', models.PositiveSmallIntegerField(default=0)),
                        ('by_code', models.BooleanField(default=False)),
                        ('client_id', models.CharField(blank=True, max_length=64)),
                        ('made', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('booking', 'phase', 'side', 'round'), name='each_side_confirms_a_handover_once'), models.CheckConstraint(condition=models.Q(('phase', 'settle'), models.Q(('kept_minor__isnull', True), ('round', 0)), _connector='OR'), name='only_a_settlement_goes_on_in_rounds')],
                    },
                ),
                migrations.CreateModel(
                    name='HandoverPhoto',
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
                        ('handover', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='bookings.handover')),
                    ],
                    options={
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Meeting',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('booking', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='bookings.booking')),
                        ('phase', models.CharField(choices=[('pickup', 'Pick-up'), ('return', 'Return'), ('settle', 'Settled between you')], max_length=6)),
                        ('starts', models.DateTimeField(null=True)),
                        ('place', models.CharField(blank=True, max_length=200, verbose_name='where')),
                        ('version', models.PositiveSmallIntegerField(default=0)),
                        ('changed', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('starts__isnull', False)), fields=['starts'], name='meeting_by_start')],
                        'constraints': [models.UniqueConstraint(fields=('booking', 'phase'), name='one_meeting_a_handover')],
                    },
                ),
                migrations.CreateModel(
                    name='Slot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('meeting', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='slots', to='bookings.meeting')),
                        ('starts', models.DateTimeField()),
                        ('side', models.CharField(choices=[('borrower', 'borrower'), ('lender', 'lender')], max_length=8)),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['starts'],
                        'constraints': [models.UniqueConstraint(fields=('meeting', 'starts'), name='a_time_is_proposed_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Upkeep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='upkeep', to='cooperative.caretask')),
                        ('claim', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='upkeep', to='bookings.claim')),
                    ],
                ),
                migrations.CreateModel(
                    name='WaitEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('listing', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='listings.listing')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to=settings.AUTH_USER_MODEL)),
                        ('starts', models.DateTimeField()),
                        ('ends', models.DateTimeField()),
                        ('quantity', models.PositiveSmallIntegerField(default=1)),
                        ('departure', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='waiting', to='listings.departure')),
                        ('board', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='listings.stop')),
                        ('alight', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='listings.stop')),
                        ('state', models.CharField(choices=[('waiting', 'In line'), ('offered', 'Offered'), ('taken', 'Taken'), ('left', 'Left the line'), ('passed', 'Let it pass'), ('over', 'Over')], default='waiting', max_length=7)),
                        ('claim', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='offer', to='bookings.claim')),
                        ('booking', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='bookings.booking')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('offered_until', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['listing', 'state', 'created'], name='waiting_in_line'), models.Index(fields=['state', 'offered_until'], name='waiting_by_offer'), models.Index(fields=['member', 'state'], name='waiting_by_member')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='one_waits_for_a_time_that_ends'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='one_waits_for_something'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'offered'])), fields=('listing', 'member', 'starts', 'ends'), name='one_place_in_the_line_for_the_same_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Policy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='members.community')),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='policies', to=settings.AUTH_USER_MODEL)),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('how', models.TextField(blank=True, max_length=1000, verbose_name='how one gets it')),
                        ('valid_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='valid for, in days')),
                        ('listings', models.ManyToManyField(related_name='policies', through='bookings.PolicyListing', to='listings.listing')),
                    ],
                    options={
                        'ordering': ['name', 'pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Approval',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='bookings.policy')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('asked', 'Asked for'), ('given', 'Approved'), ('declined', 'Not yet'), ('withdrawn', 'Withdrawn'), ('lapsed', 'Run out')], default='asked', max_length=9)),
                        ('note', models.CharField(blank=True, max_length=500, verbose_name='what one has done before')),
                        ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                        ('asked', models.DateTimeField(default=django.utils.timezone.now)),
                        ('answered', models.DateTimeField(blank=True, null=True)),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                    ],
                    options={
                        'ordering': ['-asked', '-pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ('asked', 'given'))), fields=('policy', 'member'), name='one_open_approval_each')],
                    },
                ),
                migrations.CreateModel(
                    name='PolicyListing',
                    fields=[
                        ('listing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='under_policy', serialize=False, to='listings.listing')),
                        ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tools', to='bookings.policy')),
                    ],
                ),
            ]
        )
    ]
