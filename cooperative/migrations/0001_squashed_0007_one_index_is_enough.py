import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from sharing.db.operations import Together


class Migration(migrations.Migration):

    replaces = [('cooperative', '0001_initial'), ('cooperative', '0002_methods_secret_delegation_dividend_care'), ('cooperative', '0003_who_gets_the_fee_back'), ('cooperative', '0004_treasury'), ('cooperative', '0005_credit_among_the_kinds'), ('cooperative', '0006_money_for_projects'), ('cooperative', '0007_one_index_is_enough')]

    initial = True

    dependencies = [
        ('members', '0001_squashed_0005_one_index_is_enough'),
        ('messaging', '0001_squashed_0006_one_index_is_enough'),
        ('payments', '0001_squashed_0009_one_index_is_enough'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='BooksCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='books_check', to='members.community')),
                        ('entries', models.PositiveBigIntegerField(default=0)),
                        ('digest', models.CharField(blank=True, max_length=64)),
                        ('faults', models.JSONField(default=list)),
                        ('seconds', models.FloatField(default=0)),
                        ('checked', models.DateTimeField(default=None, null=True)),
                        ('asked', models.DateTimeField(default=None, null=True)),
                        ('read', models.PositiveBigIntegerField(default=0)),
                        ('length', models.PositiveBigIntegerField(default=0)),
                    ],
                ),
                migrations.CreateModel(
                    name='CareTask',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='care', to='members.community')),
                        ('title', models.CharField(max_length=140, verbose_name='what is to be done')),
                        ('details', models.TextField(blank=True, max_length=4000, verbose_name='how, where, with what')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('suggested', 'Suggested'), ('open', 'To do'), ('done', 'Done, to be confirmed'), ('confirmed', 'Done'), ('cancelled', 'Not needed any more')], default='suggested', max_length=10)),
                        ('thing', models.PositiveBigIntegerField(blank=True, null=True)),
                        ('blocks', models.BooleanField(default=False, verbose_name='nobody borrows it once this is due')),
                        ('starts', models.DateTimeField(blank=True, null=True, verbose_name='begins')),
                        ('due', models.DateTimeField(verbose_name='to be done by')),
                        ('places', models.PositiveSmallIntegerField(default=1, verbose_name='how many are needed')),
                        ('minutes', models.PositiveIntegerField(default=60, verbose_name='how long it takes')),
                        ('credit_minor', models.PositiveBigIntegerField(default=0, verbose_name='thanks from the pool')),
                        ('rhythm', models.CharField(blank=True, choices=[('', 'Once'), ('week', 'Every week'), ('month', 'Every month'), ('quarter', 'Every three months'), ('year', 'Every year')], default='', max_length=8)),
                        ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='cooperative.caretask')),
                        ('done', models.DateTimeField(blank=True, null=True)),
                        ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('confirmed', models.DateTimeField(blank=True, null=True)),
                        ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('paid', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('transfers', models.ManyToManyField(blank=True, related_name='care', to='payments.transfer')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['community', 'state', 'due'], name='care_by_community'), models.Index(fields=['state', 'due'], name='care_by_due')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('starts', None), ('starts__lte', models.F('due')), _connector='OR'), name='care_begins_before_it_is_due'), models.CheckConstraint(condition=models.Q(('places__gte', 1)), name='care_needs_somebody'), models.CheckConstraint(condition=models.Q(('blocks', False), ('thing__isnull', False), _connector='OR'), name='only_a_listing_is_blocked'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'confirmed'), _negated=True), models.Q(('confirmed__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='confirmed_care_says_who_and_when')],
                    },
                ),
                migrations.CreateModel(
                    name='CareSeat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('task', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='cooperative.caretask')),
                        ('member', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='care_seats', to=settings.AUTH_USER_MODEL)),
                        ('waits', models.BooleanField(default=False)),
                        ('minutes', models.PositiveIntegerField(blank=True, null=True)),
                        ('reminded', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['member', 'task'], name='care_by_member')],
                        'constraints': [models.UniqueConstraint(fields=('task', 'member'), name='one_seat_per_member_in_care')],
                    },
                ),
                migrations.CreateModel(
                    name='CareThanks',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('task', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='thanks', to='cooperative.caretask')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('words', models.CharField(blank=True, max_length=300, verbose_name='your thanks')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('task', 'member'), name='one_thanks_per_member_and_care')],
                    },
                ),
                migrations.CreateModel(
                    name='Delegation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to='members.community')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations', to=settings.AUTH_USER_MODEL)),
                        ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegated_to', to=settings.AUTH_USER_MODEL)),
                        ('topic', models.CharField(blank=True, choices=[('spend', 'Spend from the pool'), ('fee', 'Change the fee'), ('dividend', 'Share a dividend'), ('rule', 'Change a rule'), ('member', 'Admit or remove a member'), ('advice', 'Ask for advice')], max_length=8, verbose_name='topic')),
                        ('since', models.DateTimeField(default=django.utils.timezone.now)),
                        ('ended', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['community', 'delegate', 'ended'], name='delegations_by_delegate')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended__isnull', True)), fields=('community', 'member', 'topic'), name='one_delegate_per_member_and_topic'), models.CheckConstraint(condition=models.Q(('member', models.F('delegate')), _negated=True), name='nobody_is_their_own_delegate')],
                    },
                ),
                migrations.CreateModel(
                    name='OpenBooks',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='open_books', to='members.community')),
                        ('public', models.BooleanField(default=False, help_text='Balance, sums and entries, without any name.', verbose_name='anyone may look into our books')),
                        ('indexed', models.BooleanField(default=False, help_text='Only if anyone may look.', verbose_name='search engines may list them')),
                        ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='Project',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='members.community')),
                        ('name', models.CharField(max_length=80, verbose_name='what for')),
                        ('why', models.TextField(blank=True, max_length=2000, verbose_name='why')),
                        ('goal_minor', models.PositiveBigIntegerField(default=0, verbose_name='how much it takes')),
                        ('state', models.CharField(choices=[('open', 'Open'), ('closed', 'Closed')], default='open', max_length=8)),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('closed', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('community', 'name'), name='one_open_project_of_a_name'), models.CheckConstraint(condition=models.Q(models.Q(('closed__isnull', True), ('state', 'open')), models.Q(('closed__isnull', False), ('state', 'closed')), _connector='OR'), name='a_closed_project_says_when')],
                    },
                ),
                migrations.CreateModel(
                    name='Direction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.community')),
                        ('about', models.CharField(max_length=60, unique=True)),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='directions', to='cooperative.project')),
                        ('share_bp', models.PositiveIntegerField()),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('share_bp__gt', 0), ('share_bp__lte', 10000)), name='a_directed_share_is_a_part_of_the_fee')],
                    },
                ),
                migrations.CreateModel(
                    name='Proposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='members.community')),
                        ('number', models.PositiveIntegerField()),
                        ('kind', models.CharField(choices=[('spend', 'Spend from the pool'), ('fee', 'Change the fee'), ('dividend', 'Share a dividend'), ('rule', 'Change a rule'), ('member', 'Admit or remove a member'), ('advice', 'Ask for advice')], max_length=8)),
                        ('method', models.CharField(choices=[('majority', 'Majority'), ('consent', 'Consent'), ('score', 'Score'), ('budget', 'Budget round')], default='majority', max_length=8)),
                        ('title', models.CharField(max_length=140, verbose_name='what is proposed')),
                        ('reasons', models.TextField(blank=True, max_length=8000, verbose_name='why')),
                        ('terms', models.JSONField(blank=True, default=dict)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('draft', 'Draft'), ('discussion', 'In discussion'), ('open', 'Open for votes'), ('passed', 'Passed'), ('rejected', 'Rejected'), ('waiting', 'Passed, waiting'), ('executed', 'Carried out'), ('withdrawn', 'Withdrawn')], default='draft', max_length=10)),
                        ('quorum_bp', models.PositiveIntegerField(default=3000, verbose_name='how many must take part')),
                        ('threshold_bp', models.PositiveIntegerField(default=5000, verbose_name='how many of the votes it needs')),
                        ('voting_days', models.PositiveSmallIntegerField(default=7, verbose_name='time to vote')),
                        ('secret', models.BooleanField(default=False, verbose_name='secret ballot')),
                        ('conversation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='messaging.conversation')),
                        ('discussed', models.DateTimeField(blank=True, null=True)),
                        ('reminded', models.DateTimeField(blank=True, null=True)),
                        ('result', models.JSONField(blank=True, default=dict)),
                        ('deed', models.JSONField(blank=True, default=dict)),
                        ('hindrance', models.CharField(blank=True, max_length=200)),
                        ('opened', models.DateTimeField(blank=True, null=True)),
                        ('closes', models.DateTimeField(blank=True, null=True)),
                        ('closed', models.DateTimeField(blank=True, null=True)),
                        ('executed', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('transfers', models.ManyToManyField(blank=True, related_name='decisions', to='payments.transfer')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['state', 'closes'], name='proposal_by_deadline'), models.Index(fields=['community', 'state', 'number'], name='proposal_by_community')],
                        'constraints': [models.UniqueConstraint(fields=('community', 'number'), name='one_proposal_per_number'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'discussion', 'withdrawn']), models.Q(('closes__gt', models.F('opened')), ('opened__isnull', False)), _connector='OR'), name='an_open_proposal_has_a_deadline'), models.CheckConstraint(condition=models.Q(('quorum_bp__lte', 10000), ('threshold_bp__gte', 5000), ('threshold_bp__lte', 10000)), name='a_decision_needs_at_least_half_of_the_votes'), models.CheckConstraint(condition=models.Q(('secret', False), models.Q(('method', 'consent'), _negated=True), _connector='OR'), name='an_objection_is_never_secret')],
                    },
                ),
                migrations.CreateModel(
                    name='BudgetLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='members.community')),
                        ('year', models.PositiveSmallIntegerField()),
                        ('label', models.CharField(max_length=60, verbose_name='what for')),
                        ('kind', models.CharField(choices=[('price', 'Price'), ('fee', 'Fee'), ('solidarity', 'Voluntary share'), ('deposit', 'Deposit'), ('cash_in', 'Cash brought in'), ('cash_out', 'Cash taken out'), ('spend', 'Spent by decision'), ('refund', 'Refund'), ('dividend', 'Dividend'), ('care', 'Thanks for care'), ('card_in', 'Paid by card'), ('card_out', 'Sent by the card service'), ('card_cost', 'Costs of the card service'), ('passed_on', 'Passed on to the lender'), ('disputed', 'Taken back by a bank'), ('earmark', 'Set aside'), ('given', 'Given')], max_length=12)),
                        ('incoming', models.BooleanField(default=False)),
                        ('minor', models.PositiveBigIntegerField()),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='cooperative.proposal')),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-incoming', 'kind', 'label'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'year', 'incoming', 'label'), name='one_budget_line_of_a_name_a_year'), models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2200)), name='a_budget_is_of_a_year'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('incoming', False), ('kind', 'spend')), _connector='OR'), name='only_what_is_spent_is_decided_by_line')],
                    },
                ),
                migrations.CreateModel(
                    name='Allotment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('transfer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='allotment', to='payments.transfer')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allotments', to='cooperative.budgetline')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='Charter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='charters', to='members.community')),
                        ('version', models.PositiveIntegerField()),
                        ('elector_days', models.PositiveSmallIntegerField(verbose_name="days one belongs before one's vote counts")),
                        ('care_minor', models.PositiveBigIntegerField(default=0, verbose_name='from the pool for care, a month')),
                        ('decided_by', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='charter', to='cooperative.proposal')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-version'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'version'), name='one_charter_per_version'), models.CheckConstraint(condition=models.Q(('elector_days__lte', 365)), name='a_vote_counts_within_a_year')],
                    },
                ),
                migrations.CreateModel(
                    name='Elector',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='electors', to='cooperative.proposal')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'member'), name='an_elector_counts_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Ballot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('elector', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='ballot', to='cooperative.elector')),
                        ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='ballots', to='cooperative.proposal')),
                        ('choice', models.CharField(choices=[('yes', 'Yes'), ('no', 'No'), ('abstain', 'Abstain'), ('object', 'Reasoned objection'), ('marked', 'Points given')], max_length=8)),
                        ('marks', models.JSONField(blank=True, default=list)),
                        ('reason', models.TextField(blank=True, max_length=2000, verbose_name='reason')),
                        ('cast', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['proposal', 'choice'], name='ballot_by_choice')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('choice', 'object'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='an_objection_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='Evidence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='cooperative.proposal')),
                        ('title', models.CharField(max_length=120, verbose_name='what it is')),
                        ('url', models.URLField(blank=True, max_length=500, verbose_name='link')),
                        ('file', models.CharField(blank=True, max_length=200)),
                        ('file_name', models.CharField(blank=True, max_length=120)),
                        ('media_type', models.CharField(blank=True, max_length=60)),
                        ('size', models.PositiveIntegerField(default=0)),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name_plural': 'evidence',
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('url', ''), models.Q(('file', ''), _negated=True)), models.Q(models.Q(('url', ''), _negated=True), ('file', '')), _connector='OR'), name='evidence_is_a_link_or_a_file')],
                    },
                ),
                migrations.CreateModel(
                    name='FeePolicy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='fee_policies', to='members.community')),
                        ('version', models.PositiveIntegerField()),
                        ('enabled', models.BooleanField(default=False, verbose_name='pool a fee')),
                        ('commoner_bp', models.PositiveIntegerField(default=0, verbose_name='rate for commoners')),
                        ('commercial_bp', models.PositiveIntegerField(default=0, verbose_name='rate for commercial use')),
                        ('rates', models.JSONField(blank=True, default=dict)),
                        ('floor_minor', models.PositiveBigIntegerField(default=0, verbose_name='at least')),
                        ('cap_minor', models.PositiveBigIntegerField(default=0, verbose_name='at most')),
                        ('fee_back', models.CharField(choices=[('as_price', 'goes back in the same share as the price'), ('always', 'always goes back to the borrower in full'), ('never', 'stays with the pool')], default='as_price', max_length=8, verbose_name='when a booking is called off, the fee')),
                        ('exempt_kinds', models.JSONField(blank=True, default=list, verbose_name='kinds that pay nothing')),
                        ('earmark_bp', models.PositiveIntegerField(default=0, verbose_name='share of a fee that the borrower may direct')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='cooperative.proposal')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-version'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'version'), name='one_fee_policy_per_version'), models.CheckConstraint(condition=models.Q(('commercial_bp__lte', 5000), ('commoner_bp__lte', 5000)), name='a_fee_rate_is_at_most_half'), models.CheckConstraint(condition=models.Q(('cap_minor', 0), ('cap_minor__gte', models.F('floor_minor')), _connector='OR'), name='a_fee_cap_is_not_below_its_floor'), models.CheckConstraint(condition=models.Q(('earmark_bp__lte', 10000)), name='no_more_than_the_fee_is_directed'), models.UniqueConstraint(condition=models.Q(('decided_by__isnull', False)), fields=('decided_by',), name='a_decision_writes_one_fee_policy')],
                    },
                ),
                migrations.CreateModel(
                    name='Grant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='cooperative.project')),
                        ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='cooperative.proposal')),
                        ('option', models.PositiveSmallIntegerField(default=0)),
                        ('minor', models.PositiveBigIntegerField()),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['created', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'option'), name='a_decision_funds_a_project_once'), models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='a_grant_is_of_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Payout',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='members.community')),
                        ('source', models.CharField(choices=[('wallet', 'What the books owe a member'), ('pool', 'The pool, within a budget line that was decided')], max_length=6)),
                        ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to=settings.AUTH_USER_MODEL)),
                        ('payee', models.CharField(max_length=80, verbose_name='to whom')),
                        ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='cooperative.budgetline')),
                        ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='cooperative.project')),
                        ('minor', models.PositiveBigIntegerField()),
                        ('way', models.CharField(choices=[('cash', 'In cash'), ('bank', 'By bank transfer')], default='cash', max_length=4, verbose_name='how')),
                        ('note', models.CharField(blank=True, max_length=140, verbose_name='what for')),
                        ('state', models.CharField(choices=[('waiting', 'Waits for a second person'), ('paid', 'Paid'), ('refused', 'Refused'), ('withdrawn', 'Taken back')], default='waiting', max_length=10)),
                        ('key', models.CharField(max_length=40)),
                        ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decided', models.DateTimeField(blank=True, null=True)),
                        ('transfer', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paid_out_by', to='payments.transfer')),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['community', 'state', 'created'], name='payout_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('community', 'key'), name='a_payout_is_asked_for_once'), models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='a_payout_is_of_something'), models.CheckConstraint(condition=models.Q(models.Q(('line__isnull', True), ('member__isnull', False), ('project__isnull', True), ('source', 'wallet')), models.Q(('line__isnull', False), ('project__isnull', True), ('source', 'pool')), models.Q(('line__isnull', True), ('project__isnull', False), ('source', 'pool')), _connector='OR'), name='a_payout_has_a_source'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('state', 'paid'), ('transfer__isnull', False)), models.Q(models.Q(('state', 'paid'), _negated=True), ('transfer__isnull', True)), _connector='OR'), name='a_payout_is_paid_with_its_entry'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'paid'), _negated=True), models.Q(models.Q(('decided_by', models.F('requested_by')), _negated=True), models.Q(('member__isnull', True), models.Q(('decided_by', models.F('member')), _negated=True), _connector='OR')), _connector='OR'), name='a_payout_takes_two')],
                    },
                ),
                migrations.CreateModel(
                    name='Proxy',
                    fields=[
                        ('elector', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='proxy', serialize=False, to='cooperative.elector')),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxies', to='cooperative.proposal')),
                        ('ballot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proxies', to='cooperative.ballot')),
                    ],
                ),
                migrations.CreateModel(
                    name='Share',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='cooperative.proposal')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('paid_minor', models.PositiveBigIntegerField(default=0)),
                        ('earned_minor', models.PositiveBigIntegerField(default=0)),
                        ('care_minutes', models.PositiveIntegerField(default=0)),
                        ('points', models.PositiveBigIntegerField()),
                        ('minor', models.PositiveBigIntegerField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'member'), name='one_share_per_member_of_a_dividend'), models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='a_share_has_points')],
                    },
                ),
                migrations.CreateModel(
                    name='LeftInPool',
                    fields=[
                        ('share', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='left_in_pool', serialize=False, to='cooperative.share')),
                    ],
                ),
                migrations.CreateModel(
                    name='Statement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='members.community')),
                        ('number', models.PositiveIntegerField()),
                        ('first', models.PositiveBigIntegerField()),
                        ('last', models.PositiveBigIntegerField()),
                        ('begins', models.DateField()),
                        ('ends', models.DateField()),
                        ('currency', models.CharField(max_length=3)),
                        ('opening_minor', models.BigIntegerField()),
                        ('incoming_minor', models.BigIntegerField()),
                        ('outgoing_minor', models.BigIntegerField()),
                        ('closing_minor', models.BigIntegerField()),
                        ('flows', models.JSONField(default=list)),
                        ('previous', models.CharField(max_length=64)),
                        ('digest', models.CharField(max_length=64)),
                        ('seal', models.CharField(max_length=64)),
                        ('prepared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['-number'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'number'), name='one_statement_per_number'), models.CheckConstraint(condition=models.Q(('first__gte', 1), ('last__gte', models.F('first'))), name='a_statement_has_entries'), models.CheckConstraint(condition=models.Q(('closing_minor', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('opening_minor'), '+', models.F('incoming_minor')), '-', models.F('outgoing_minor')))), name='a_statement_adds_up')],
                    },
                ),
                migrations.CreateModel(
                    name='StatementSignature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('statement', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='cooperative.statement')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'ordering': ['created', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('statement', 'member'), name='a_statement_is_signed_by_different_people')],
                    },
                ),
                migrations.CreateModel(
                    name='Urn',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('proposal', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='urn', to='cooperative.proposal')),
                        ('option', models.PositiveSmallIntegerField(default=0)),
                        ('mark', models.CharField(max_length=8)),
                        ('count', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('proposal', 'option', 'mark'), name='one_count_per_answer_in_an_urn')],
                    },
                ),
                migrations.CreateModel(
                    name='Voted',
                    fields=[
                        ('elector', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='voted', serialize=False, to='cooperative.elector')),
                        ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voted', to='cooperative.proposal')),
                    ],
                ),
            ]
        )
    ]
