import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import members.models
from django.conf import settings
from django.db import migrations, models

from sharing.db.operations import Together


class Migration(migrations.Migration):

    replaces = [('members', '0001_initial'), ('members', '0002_circles'), ('members', '0003_community_credit'), ('members', '0004_letters_on_their_way'), ('members', '0005_one_index_is_enough')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='Community',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('slug', models.SlugField(max_length=60, unique=True, verbose_name='address')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('about', models.TextField(blank=True, max_length=4000, verbose_name='what it is for')),
                        ('place', models.CharField(blank=True, max_length=120, verbose_name='place')),
                        ('lat', models.FloatField()),
                        ('lon', models.FloatField()),
                        ('country', models.CharField(default='DE', max_length=2, verbose_name='country')),
                        ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                        ('credit_unit', models.CharField(blank=True, choices=[('hours', 'Hours'), ('tokens', 'Tokens')], default='', max_length=8)),
                        ('time_zone', models.CharField(default='Europe/Berlin', max_length=64, verbose_name='time zone')),
                        ('language', models.CharField(default='en', max_length=12, verbose_name='language')),
                        ('joining', models.CharField(choices=[('open', 'Anyone may join'), ('application', 'By application'), ('invitation', 'By invitation only')], default='open', max_length=12, verbose_name='how to join')),
                        ('questions', models.JSONField(blank=True, default=list, verbose_name='questions to applicants')),
                        ('listed', models.BooleanField(default=True, verbose_name='shown to everyone')),
                        ('people', models.PositiveIntegerField(default=0, editable=False)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name': 'community',
                        'verbose_name_plural': 'communities',
                        'indexes': [models.Index(fields=['-people', '-id'], name='communities_by_people'), models.Index(fields=['lat', 'lon'], name='communities_by_place')],
                    },
                ),
                migrations.CreateModel(
                    name='Member',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                        ('name', models.CharField(max_length=80, verbose_name='name')),
                        ('about', models.TextField(blank=True, max_length=2000, verbose_name='about me')),
                        ('language', models.CharField(default='en', max_length=12, verbose_name='language')),
                        ('spoken', models.CharField(blank=True, max_length=120, verbose_name='languages I speak')),
                        ('time_zone', models.CharField(default='UTC', max_length=64, verbose_name='time zone')),
                        ('place', models.CharField(blank=True, max_length=120, verbose_name='neighbourhood or town')),
                        ('lat', models.FloatField(blank=True, null=True)),
                        ('lon', models.FloatField(blank=True, null=True)),
                        ('public_lat', models.FloatField(blank=True, null=True)),
                        ('public_lon', models.FloatField(blank=True, null=True)),
                        ('is_active', models.BooleanField(default=True)),
                        ('is_staff', models.BooleanField(default=False)),
                        ('joined', models.DateTimeField(default=django.utils.timezone.now)),
                        ('closed', models.DateTimeField(blank=True, null=True)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'member',
                        'verbose_name_plural': 'members',
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='one_member_per_email_address'), models.CheckConstraint(condition=models.Q(models.Q(('lat__isnull', True), ('lon__isnull', True)), models.Q(('lat__isnull', False), ('lon__isnull', False)), _connector='OR'), name='a_member_place_has_both_coordinates')],
                    },
                ),
                migrations.CreateModel(
                    name='HouseRules',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='members.community')),
                        ('version', models.PositiveIntegerField()),
                        ('text', models.TextField(max_length=20000, verbose_name='house rules')),
                        ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='rules_written', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-version'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'version'), name='one_text_per_version_of_house_rules')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='members.community')),
                        ('key', models.CharField(default=members.models._invitation_key, max_length=40, unique=True)),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                        ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations_made', to=settings.AUTH_USER_MODEL)),
                        ('uses_left', models.PositiveSmallIntegerField(default=1)),
                        ('used', models.PositiveSmallIntegerField(default=0)),
                        ('expires', models.DateTimeField()),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['email'], name='invitations_by_address')],
                    },
                ),
                migrations.CreateModel(
                    name='Membership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='members.community')),
                        ('standing', models.CharField(choices=[('applied', 'Has applied'), ('active', 'Member'), ('declined', 'Application declined'), ('left', 'Has left'), ('removed', 'Removed')], default='active', max_length=10)),
                        ('role', models.CharField(choices=[('member', 'Member'), ('steward', 'Steward'), ('treasurer', 'Treasurer')], default='member', max_length=10)),
                        ('treasurer', models.BooleanField(default=False, verbose_name='also treasurer')),
                        ('member_class', models.CharField(choices=[('commoner', 'Commoner'), ('commercial', 'Commercial')], default='commoner', max_length=10)),
                        ('answers', models.JSONField(blank=True, default=list)),
                        ('word', models.CharField(blank=True, max_length=500)),
                        ('rules_accepted', models.PositiveIntegerField(default=0)),
                        ('sort_key', models.CharField(default='', editable=False, max_length=160)),
                        ('joined', models.DateTimeField(blank=True, null=True)),
                        ('ended', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['community', 'standing', 'sort_key', 'id'], name='directory_by_name')],
                        'constraints': [models.UniqueConstraint(fields=('member', 'community'), name='one_membership_per_member_and_community'), models.CheckConstraint(condition=models.Q(models.Q(('standing', 'active'), _negated=True), ('joined__isnull', False), _connector='OR'), name='an_active_membership_has_begun')],
                    },
                ),
                migrations.CreateModel(
                    name='OutgoingLetter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('recipient', models.EmailField(max_length=254)),
                        ('subject', models.CharField(max_length=400)),
                        ('text', models.TextField()),
                        ('html', models.TextField(blank=True)),
                        ('headers', models.JSONField(default=dict)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('due', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('until', models.DateTimeField(blank=True, null=True)),
                        ('parked', models.DateTimeField(blank=True, null=True)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='Portrait',
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
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='portraits', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('member',), name='one_portrait_per_member')],
                    },
                ),
                migrations.CreateModel(
                    name='Token',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('label', models.CharField(blank=True, max_length=80)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('last_used', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='Circle',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='circles', to=settings.AUTH_USER_MODEL)),
                        ('name', models.CharField(max_length=60, verbose_name='name')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('people', models.ManyToManyField(related_name='+', through='members.CircleSeat', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['name', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='one_circle_of_a_name_per_member')],
                    },
                ),
                migrations.CreateModel(
                    name='CircleSeat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('circle', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='members.circle')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='circle_seats', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('circle', 'member'), name='one_seat_per_circle_and_member')],
                    },
                ),
            ]
        )
    ]
