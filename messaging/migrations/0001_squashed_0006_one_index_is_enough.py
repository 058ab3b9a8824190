import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from sharing.db.operations import Together


class Migration(migrations.Migration):

    replaces = [('messaging', '0001_initial'), ('messaging', '0002_talk_about_decisions'), ('messaging', '0003_conversation'), ('messaging', '0004_notices'), ('messaging', '0005_delivered_and_word_beginnings'), ('messaging', '0006_one_index_is_enough')]

    initial = True

    dependencies = [
        ('members', '0001_squashed_0005_one_index_is_enough'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='Block',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to=settings.AUTH_USER_MODEL)),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocked_by', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('member', 'other'), name='one_block_per_member_and_other'), models.CheckConstraint(condition=models.Q(('member', models.F('other')), _negated=True), name='nobody_blocks_themselves')],
                    },
                ),
                migrations.CreateModel(
                    name='Conversation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('direct', 'Direct'), ('about', 'About a listing'), ('booking', 'Booking'), ('car', 'Ride'), ('channel', 'Community channel'), ('decision', 'About a decision')], max_length=10)),
                        ('subject', models.CharField(blank=True, max_length=160)),
                        ('url', models.CharField(blank=True, max_length=200)),
                        ('direct_key', models.CharField(max_length=40, null=True, unique=True)),
                        ('about_key', models.CharField(max_length=60, null=True, unique=True)),
                        ('community', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='conversations', to='members.community')),
                        ('last_seq', models.PositiveBigIntegerField(default=0)),
                        ('last_change', models.PositiveBigIntegerField(default=0)),
                        ('indexed_seq', models.PositiveBigIntegerField(default=0)),
                        ('last_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('direct_key__isnull', False), ('kind', 'direct')), models.Q(models.Q(('kind', 'direct'), _negated=True), ('direct_key__isnull', True)), _connector='OR'), name='a_direct_conversation_has_its_pair')],
                    },
                ),
                migrations.CreateModel(
                    name='Channel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('conversation', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='channel', to='messaging.conversation')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='members.community')),
                        ('kind', models.CharField(choices=[('announcements', 'Announcements'), ('wants', 'Wants'), ('help', 'Help'), ('talk', 'Open talk')], default='talk', max_length=13)),
                        ('purpose', models.CharField(blank=True, max_length=200)),
                        ('for_all', models.BooleanField(default=False)),
                        ('closed', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('closed__isnull', True), ('for_all', True)), fields=['community'], name='channel_for_all')],
                    },
                ),
                migrations.CreateModel(
                    name='Letterbox',
                    fields=[
                        ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='letterbox', serialize=False, to=settings.AUTH_USER_MODEL)),
                        ('quiet', models.BooleanField(default=True, verbose_name='quiet hours')),
                        ('quiet_from', models.PositiveSmallIntegerField(default=22, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='from')),
                        ('quiet_until', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='until')),
                        ('digest_hour', models.PositiveSmallIntegerField(default=8, validators=[django.core.validators.MaxValueValidator(23)], verbose_name='digest at')),
                        ('reply_version', models.PositiveSmallIntegerField(default=0)),
                        ('address', models.EmailField(blank=True, max_length=254, verbose_name='address')),
                        ('parked', models.DateTimeField(blank=True, null=True)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'verbose_name': 'letterbox',
                        'verbose_name_plural': 'letterboxes',
                        'indexes': [models.Index(condition=models.Q(('parked__isnull', False)), fields=['parked'], name='letterbox_parked')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23), ('quiet_from__lte', 23), ('quiet_until__lte', 23)), name='a_letterbox_speaks_of_hours_of_the_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='messaging.conversation')),
                        ('sequence', models.PositiveBigIntegerField()),
                        ('kind', models.CharField(choices=[('text', 'Message'), ('event', 'Event'), ('photo', 'Photos'), ('place', 'Place'), ('offer', 'Proposed dates')], default='text', max_length=5)),
                        ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages_written', to=settings.AUTH_USER_MODEL)),
                        ('client_id', models.CharField(max_length=64, null=True)),
                        ('body', models.TextField(max_length=8000)),
                        ('data', models.JSONField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('edited', models.DateTimeField(blank=True, null=True)),
                        ('deleted', models.DateTimeField(blank=True, null=True)),
                        ('change', models.PositiveBigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('change__isnull', False)), fields=['conversation', 'change'], name='message_changes')],
                        'constraints': [models.UniqueConstraint(fields=('conversation', 'sequence'), name='one_message_per_sequence_number'), models.UniqueConstraint(fields=('author', 'client_id'), name='one_message_per_author_and_client_id'), models.CheckConstraint(condition=models.Q(('sequence__gte', 1)), name='sequences_start_at_one'), models.CheckConstraint(condition=models.Q(('kind', 'event'), models.Q(('author__isnull', False), ('client_id__isnull', False)), _connector='OR'), name='a_text_has_an_author_and_a_client_id')],
                    },
                ),
                migrations.CreateModel(
                    name='Earlier',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier', to='messaging.message')),
                        ('body', models.TextField(blank=True)),
                        ('data', models.JSONField(blank=True, null=True)),
                        ('until', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='MessagePhoto',
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
                        ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='messaging.message')),
                        ('position', models.PositiveSmallIntegerField(default=0)),
                    ],
                    options={
                        'ordering': ['position', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='Notification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
                        ('kind', models.CharField(max_length=40)),
                        ('title', models.CharField(max_length=200)),
                        ('body', models.TextField(blank=True)),
                        ('url', models.CharField(max_length=300)),
                        ('key', models.CharField(max_length=120)),
                        ('needs_answer', models.BooleanField(default=False)),
                        ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.conversation')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('unplanned', models.BooleanField(default=False)),
                        ('read', models.DateTimeField(blank=True, null=True)),
                        ('emailed', models.DateTimeField(blank=True, null=True)),
                        ('mail_parked', models.DateTimeField(blank=True, null=True)),
                        ('mail_trouble', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['member', '-id'], name='notification_newest_first'), models.Index(condition=models.Q(('read__isnull', True)), fields=['member'], name='notification_unread'), models.Index(condition=models.Q(('unplanned', True)), fields=['id'], name='notification_unplanned')],
                        'constraints': [models.UniqueConstraint(fields=('member', 'key'), name='one_notification_per_member_and_cause')],
                    },
                ),
                migrations.CreateModel(
                    name='NotificationChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notification_choices', to=settings.AUTH_USER_MODEL)),
                        ('topic', models.CharField(max_length=20)),
                        ('way', models.CharField(choices=[('bell', 'On the site'), ('mail', 'E-mail at once'), ('digest', 'Daily digest'), ('push', 'On the device')], max_length=8)),
                        ('on', models.BooleanField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('member', 'topic', 'way'), name='one_choice_per_member_topic_and_way')],
                    },
                ),
                migrations.CreateModel(
                    name='Participant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('conversation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='messaging.conversation')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversations', to=settings.AUTH_USER_MODEL)),
                        ('joined', models.DateTimeField(default=django.utils.timezone.now)),
                        ('left', models.DateTimeField(blank=True, null=True)),
                        ('seen_seq', models.PositiveBigIntegerField(default=0)),
                        ('delivered_seq', models.PositiveBigIntegerField(default=0)),
                        ('told_seq', models.PositiveBigIntegerField(default=0)),
                        ('muted', models.BooleanField(default=False)),
                        ('muted_until', models.DateTimeField(blank=True, null=True)),
                        ('archived_seq', models.PositiveBigIntegerField(default=0)),
                        ('from_seq', models.PositiveBigIntegerField(default=0)),
                        ('role', models.CharField(choices=[('member', 'Member'), ('host', 'Host')], default='member', max_length=6)),
                        ('speaks', models.BooleanField(default=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('muted_until__isnull', False)), fields=['muted_until'], name='participant_mute_ends')],
                        'constraints': [models.UniqueConstraint(fields=('conversation', 'member'), name='one_seat_per_member_in_a_conversation')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to=settings.AUTH_USER_MODEL)),
                        ('way', models.CharField(choices=[('bell', 'On the site'), ('mail', 'E-mail at once'), ('digest', 'Daily digest'), ('push', 'On the device')], max_length=8)),
                        ('topic', models.CharField(max_length=20)),
                        ('bundle', models.CharField(max_length=40)),
                        ('notification', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='messaging.notification')),
                        ('seat', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='messaging.participant')),
                        ('upto', models.PositiveBigIntegerField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('due', models.DateTimeField()),
                        ('claimed', models.DateTimeField(blank=True, null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('sent', models.DateTimeField(blank=True, null=True)),
                        ('parked', models.DateTimeField(blank=True, null=True)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'verbose_name': 'delivery',
                        'verbose_name_plural': 'deliveries',
                        'indexes': [models.Index(condition=models.Q(('parked__isnull', True), ('sent__isnull', True)), fields=['due'], name='delivery_waiting'), models.Index(fields=['member', 'way', '-sent'], name='delivery_of_member'), models.Index(condition=models.Q(('parked__isnull', False)), fields=['parked'], name='delivery_parked')],
                        'constraints': [models.UniqueConstraint(fields=('notification', 'way'), name='one_delivery_per_notification_and_way'), models.UniqueConstraint(fields=('seat', 'way', 'upto'), name='one_delivery_per_seat_way_and_number'), models.CheckConstraint(condition=models.Q(models.Q(('notification__isnull', False), ('seat__isnull', True), ('upto__isnull', True)), models.Q(('notification__isnull', True), ('seat__isnull', False), ('upto__isnull', False)), _connector='OR'), name='a_delivery_is_of_a_notification_or_of_a_seat')],
                    },
                ),
                migrations.CreateModel(
                    name='PushDevice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='push_devices', to=settings.AUTH_USER_MODEL)),
                        ('endpoint', models.CharField(max_length=1000, unique=True)),
                        ('p256dh', models.CharField(max_length=100)),
                        ('auth', models.CharField(max_length=40)),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('reached', models.DateTimeField(blank=True, null=True)),
                        ('parked', models.DateTimeField(blank=True, null=True)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                    ],
                    options={
                        'verbose_name': 'device',
                        'verbose_name_plural': 'devices',
                    },
                ),
                migrations.CreateModel(
                    name='Reaction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='messaging.message')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('sign', models.CharField(max_length=8)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('message', 'member', 'sign'), name='one_sign_of_a_kind_per_member'), models.CheckConstraint(condition=models.Q(('sign__in', ('👍', '❤️', '😄', '🎉', '🙏', '😮'))), name='a_reaction_is_one_of_the_signs')],
                    },
                ),
                migrations.CreateModel(
                    name='Report',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='messaging.message')),
                        ('community', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reports', to='members.community')),
                        ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reported', to=settings.AUTH_USER_MODEL)),
                        ('reporter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to=settings.AUTH_USER_MODEL)),
                        ('reason', models.CharField(choices=[('scam', 'It looks like a scam'), ('rude', 'It is rude or threatening'), ('private', 'It shows something private'), ('other', 'Something else')], default='other', max_length=8)),
                        ('note', models.TextField(blank=True, max_length=1000)),
                        ('evidence', models.JSONField(default=dict)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('ruling', models.CharField(choices=[('open', 'Open'), ('dismissed', 'Left as it is'), ('warned', 'Author warned'), ('taken_down', 'Message removed'), ('sent_off', 'Membership ended')], default='open', max_length=10)),
                        ('word', models.CharField(blank=True, max_length=500)),
                        ('ruled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ruled', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('message', 'reporter'), name='one_report_per_message_and_reporter'), models.CheckConstraint(condition=models.Q(models.Q(('ruled__isnull', True), ('ruling', 'open')), models.Q(models.Q(('ruling', 'open'), _negated=True), ('ruled__isnull', False)), _connector='OR'), name='a_ruling_has_its_moment')],
                    },
                ),
                migrations.CreateModel(
                    name='SpokenWord',
                    fields=[
                        ('pk', models.CompositePrimaryKey('conversation_id', 'word', 'message_id', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('conversation_id', models.BigIntegerField()),
                        ('word', models.BinaryField(max_length=160)),
                        ('message_id', models.BigIntegerField()),
                    ],
                    options={
                        'indexes': [models.Index(fields=['message_id'], name='spoken_word_by_message')],
                    },
                ),
            ]
        )
    ]
