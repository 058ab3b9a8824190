import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from sharing.db.operations import Together


class Migration(migrations.Migration):

    replaces = [('payments', '0001_initial'), ('payments', '0002_kinds_of_transfer_for_care'), ('payments', '0003_cards_errands_letters_and_switches'), ('payments', '0004_flows_by_month'), ('payments', '0005_count_flows_so_far'), ('payments', '0006_community_credit'), ('payments', '0007_claims_after_lost_disputes'), ('payments', '0008_raised_charges'), ('payments', '0009_one_index_is_enough')]

    initial = True

    dependencies = [
        ('members', '0001_squashed_0005_one_index_is_enough'),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='Account',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='members.community')),
                        ('kind', models.CharField(choices=[('wallet', 'Wallet of a member'), ('pool', 'Pool of the community'), ('deposits', 'Deposits held'), ('clearing', 'On its way through a gateway'), ('world', 'Outside the books')], max_length=10)),
                        ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to=settings.AUTH_USER_MODEL)),
                        ('label', models.CharField(blank=True, default='', max_length=40)),
                        ('currency', models.CharField(max_length=3)),
                        ('may_overdraw', models.BooleanField(default=False)),
                        ('balance_minor', models.BigIntegerField(default=0)),
                        ('held_minor', models.BigIntegerField(default=0)),
                        ('limit_minor', models.BigIntegerField(default=0)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('member__isnull', False)), fields=('community', 'member', 'kind', 'label', 'currency'), name='one_account_per_member_and_purpose'), models.UniqueConstraint(condition=models.Q(('member__isnull', True)), fields=('community', 'kind', 'label', 'currency'), name='one_account_per_purpose'), models.CheckConstraint(condition=models.Q(('may_overdraw', True), ('balance_minor__gte', django.db.models.expressions.CombinedExpression(models.F('held_minor'), '-', models.F('limit_minor'))), _connector='OR'), name='accounts_marked_so_cannot_be_overdrawn'), models.CheckConstraint(condition=models.Q(('limit_minor__gte', 0)), name='a_limit_is_not_below_zero'), models.CheckConstraint(condition=models.Q(('held_minor__gte', 0)), name='nothing_less_than_zero_is_held'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'wallet'), ('member__isnull', False)), models.Q(models.Q(('kind', 'wallet'), _negated=True), ('member__isnull', True)), _connector='OR'), name='a_wallet_has_a_member')],
                    },
                ),
                migrations.CreateModel(
                    name='CardAccount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='card_account', to=settings.AUTH_USER_MODEL)),
                        ('account', models.CharField(blank=True, max_length=64)),
                        ('submitted', models.BooleanField(default=False)),
                        ('may_receive', models.BooleanField(default=False)),
                        ('pays_out', models.BooleanField(default=False)),
                        ('missing', models.JSONField(blank=True, default=list)),
                        ('disabled_reason', models.CharField(blank=True, max_length=80)),
                        ('payout_trouble', models.CharField(blank=True, max_length=80)),
                        ('refreshed', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('account', ''), _negated=True), fields=('account',), name='one_lender_per_account_at_the_gateway')],
                    },
                ),
                migrations.CreateModel(
                    name='CardCharge',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='card_charges', to='members.community')),
                        ('about', models.CharField(max_length=60)),
                        ('purpose', models.CharField(choices=[('price', 'Price'), ('deposit', 'Deposit')], max_length=7)),
                        ('number', models.PositiveSmallIntegerField(default=1)),
                        ('title', models.CharField(blank=True, max_length=160)),
                        ('payer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='card_charges', to=settings.AUTH_USER_MODEL)),
                        ('payee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='card_receipts', to=settings.AUTH_USER_MODEL)),
                        ('currency', models.CharField(max_length=3)),
                        ('minor', models.BigIntegerField()),
                        ('way', models.CharField(choices=[('hold', 'Held at once'), ('save', 'Saved, charged later'), ('pay', 'Paid at once')], max_length=4)),
                        ('state', models.CharField(choices=[('needed', 'The card is not given yet'), ('planned', 'Follows by itself'), ('saved', 'The card is kept'), ('held', 'Held on the card'), ('taken', 'Paid by card'), ('cancelled', 'Let go')], default='needed', max_length=9)),
                        ('wanted', models.CharField(blank=True, choices=[('', 'To wait'), ('take', 'To be taken'), ('let_go', 'To be let go'), ('raise', 'To take the place of the one before')], default='', max_length=6)),
                        ('take_minor', models.BigIntegerField(blank=True, null=True)),
                        ('due', models.DateTimeField(blank=True, null=True)),
                        ('until', models.DateTimeField(blank=True, null=True)),
                        ('customer', models.CharField(blank=True, max_length=64)),
                        ('method', models.CharField(blank=True, max_length=64)),
                        ('session', models.CharField(blank=True, max_length=80)),
                        ('session_url', models.TextField(blank=True)),
                        ('session_ends', models.DateTimeField(blank=True, null=True)),
                        ('sessions', models.PositiveSmallIntegerField(default=0)),
                        ('intent', models.CharField(blank=True, max_length=64)),
                        ('charge', models.CharField(blank=True, max_length=64)),
                        ('capture_before', models.DateTimeField(blank=True, null=True)),
                        ('taken_minor', models.BigIntegerField(default=0)),
                        ('refunded_minor', models.BigIntegerField(default=0)),
                        ('released', models.DateTimeField(blank=True, null=True)),
                        ('transfer', models.CharField(blank=True, max_length=64)),
                        ('passed_minor', models.BigIntegerField(default=0)),
                        ('taken_back_minor', models.BigIntegerField(default=0)),
                        ('claimed_minor', models.BigIntegerField(default=0)),
                        ('recovered_minor', models.BigIntegerField(default=0)),
                        ('withheld_minor', models.BigIntegerField(blank=True, null=True)),
                        ('dispute', models.CharField(blank=True, max_length=64)),
                        ('disputed', models.CharField(blank=True, choices=[('', 'None'), ('open', 'Open'), ('won', 'Won'), ('lost', 'Lost')], default='', max_length=4)),
                        ('problem', models.CharField(blank=True, max_length=60)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('claimed_minor__gt', 0)), fields=['payee', 'community'], name='charge_by_claim'), models.Index(fields=['state', 'due'], name='charge_by_due'), models.Index(fields=['purpose', 'state', 'capture_before'], name='charge_by_end_of_hold'), models.Index(fields=['session'], name='charge_by_session'), models.Index(fields=['charge'], name='charge_by_charge'), models.Index(fields=['transfer'], name='charge_by_transfer'), models.Index(fields=['community', 'state', 'created'], name='charge_by_community')],
                        'constraints': [models.UniqueConstraint(fields=('about', 'purpose', 'number'), name='one_charge_per_cause_and_round'), models.UniqueConstraint(condition=models.Q(('intent', ''), _negated=True), fields=('intent',), name='one_charge_per_intent_at_the_gateway'), models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='a_card_is_asked_for_something'), models.CheckConstraint(condition=models.Q(('refunded_minor__lte', models.F('taken_minor')), ('taken_minor__gte', 0), ('taken_minor__lte', models.F('minor'))), name='a_card_gives_no_more_than_was_asked'), models.CheckConstraint(condition=models.Q(('passed_minor__lte', models.F('taken_minor')), ('taken_back_minor__lte', models.F('passed_minor'))), name='no_more_is_passed_on_than_was_taken'), models.CheckConstraint(condition=models.Q(('recovered_minor__gte', 0), ('recovered_minor__lte', models.F('claimed_minor')), models.Q(('withheld_minor__isnull', True), ('withheld_minor__gte', 0), _connector='OR')), name='no_more_is_kept_back_than_is_claimed')],
                    },
                ),
                migrations.CreateModel(
                    name='CardCustomer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('member', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='card_customer', to=settings.AUTH_USER_MODEL)),
                        ('customer', models.CharField(max_length=64, unique=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                ),
                migrations.CreateModel(
                    name='CreditPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='credit_plan', to='members.community')),
                        ('worth_minor', models.PositiveBigIntegerField(verbose_name='what one counts for')),
                        ('limit_minor', models.PositiveBigIntegerField(default=0, verbose_name='how far one may go below zero')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('worth_minor__gt', 0)), name='a_unit_of_credit_counts_for_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Difference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=200, unique=True)),
                        ('community', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='gateway_differences', to='members.community')),
                        ('kind', models.CharField(max_length=40)),
                        ('about', models.CharField(blank=True, max_length=60)),
                        ('currency', models.CharField(max_length=3)),
                        ('minor_here', models.BigIntegerField(blank=True, null=True)),
                        ('minor_there', models.BigIntegerField(blank=True, null=True)),
                        ('happened', models.DateTimeField()),
                        ('first_seen', models.DateTimeField(default=django.utils.timezone.now)),
                        ('last_seen', models.DateTimeField(default=django.utils.timezone.now)),
                        ('settled', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(condition=models.Q(('settled__isnull', True)), fields=['community', 'happened'], name='difference_open')],
                    },
                ),
                migrations.CreateModel(
                    name='Errand',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=200, unique=True)),
                        ('deed', models.CharField(max_length=12)),
                        ('charge', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='errands', to='payments.cardcharge')),
                        ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='errands', to='payments.cardaccount')),
                        ('after', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='payments.errand')),
                        ('facts', models.JSONField(blank=True, default=dict)),
                        ('state', models.CharField(choices=[('waiting', 'To be done'), ('done', 'Done'), ('failed', 'Somebody must look')], default='waiting', max_length=7)),
                        ('due', models.DateTimeField(default=django.utils.timezone.now)),
                        ('attempts', models.PositiveIntegerField(default=0)),
                        ('turn', models.PositiveSmallIntegerField(default=0)),
                        ('tried', models.DateTimeField(blank=True, null=True)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                        ('answer', models.JSONField(blank=True, default=dict)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('done', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['state', 'due'], name='errand_by_due')],
                    },
                ),
                migrations.CreateModel(
                    name='GatewayLetter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('event', models.CharField(max_length=80, unique=True)),
                        ('kind', models.CharField(max_length=80)),
                        ('account', models.CharField(blank=True, max_length=64)),
                        ('about', models.CharField(blank=True, max_length=80)),
                        ('happened', models.DateTimeField()),
                        ('body', models.JSONField(default=dict)),
                        ('state', models.CharField(choices=[('waiting', 'To be read'), ('done', 'Acted on'), ('ignored', 'Kept, nothing to do')], default='waiting', max_length=7)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('due', models.DateTimeField(default=django.utils.timezone.now)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                        ('received', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['state', 'due'], name='letter_by_due')],
                    },
                ),
                migrations.CreateModel(
                    name='GatewaySwitch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='gateway_switches', to='members.community')),
                        ('gateway', models.CharField(choices=[('hand', 'Hand to hand'), ('credit', 'Community credit'), ('stripe', 'Card')], max_length=8)),
                        ('on', models.BooleanField()),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('community', 'gateway'), name='one_switch_per_community_and_gateway')],
                    },
                ),
                migrations.CreateModel(
                    name='MonthFlow',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='flows', to='payments.account')),
                        ('month', models.DateField()),
                        ('kind', models.CharField(choices=[('price', 'Price'), ('fee', 'Fee'), ('solidarity', 'Voluntary share'), ('deposit', 'Deposit'), ('cash_in', 'Cash brought in'), ('cash_out', 'Cash taken out'), ('spend', 'Spent by decision'), ('refund', 'Refund'), ('dividend', 'Dividend'), ('care', 'Thanks for care'), ('card_in', 'Paid by card'), ('card_out', 'Sent by the card service'), ('card_cost', 'Costs of the card service'), ('passed_on', 'Passed on to the lender'), ('disputed', 'Taken back by a bank'), ('earmark', 'Set aside'), ('given', 'Given')], max_length=12)),
                        ('incoming', models.BooleanField()),
                        ('minor', models.BigIntegerField()),
                        ('entries', models.PositiveBigIntegerField()),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(fields=('account', 'month', 'kind', 'incoming'), name='one_flow_per_account_month_and_kind'), models.CheckConstraint(condition=models.Q(('entries__gt', 0), ('minor__gt', 0)), name='a_flow_is_of_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Payment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='members.community')),
                        ('about', models.CharField(max_length=60, unique=True)),
                        ('title', models.CharField(blank=True, max_length=160)),
                        ('payer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments_made', to=settings.AUTH_USER_MODEL)),
                        ('payee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments_received', to=settings.AUTH_USER_MODEL)),
                        ('gateway', models.CharField(choices=[('hand', 'Hand to hand'), ('credit', 'Community credit'), ('stripe', 'Card')], default='hand', max_length=8)),
                        ('kind', models.CharField(blank=True, default='', max_length=8)),
                        ('payer_class', models.CharField(choices=[('commoner', 'Commoner'), ('commercial', 'Commercial')], default='commoner', max_length=10)),
                        ('currency', models.CharField(max_length=3)),
                        ('price_minor', models.BigIntegerField()),
                        ('fee_minor', models.BigIntegerField(default=0)),
                        ('solidarity_minor', models.BigIntegerField(default=0)),
                        ('state', models.CharField(choices=[('due', 'Due'), ('settled', 'Settled'), ('cancelled', 'Not needed any more'), ('refunded', 'Refunded')], default='due', max_length=10)),
                        ('payer_confirmed', models.DateTimeField(blank=True, null=True)),
                        ('payee_confirmed', models.DateTimeField(blank=True, null=True)),
                        ('settled', models.DateTimeField(blank=True, null=True)),
                        ('refunded_price_minor', models.BigIntegerField(default=0)),
                        ('refunded_fee_minor', models.BigIntegerField(default=0)),
                        ('refunded', models.DateTimeField(blank=True, null=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['payer', 'state', 'created'], name='payment_by_payer'), models.Index(fields=['payee', 'state', 'created'], name='payment_by_payee'), models.Index(fields=['community', 'state', 'created'], name='payment_by_community')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('fee_minor__gte', 0), ('price_minor__gte', 0), ('solidarity_minor__gte', 0)), name='a_payment_is_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['settled', 'refunded']), _negated=True), ('settled__isnull', False), _connector='OR'), name='a_settled_payment_says_when'), models.CheckConstraint(condition=models.Q(('refunded_fee_minor__gte', 0), ('refunded_fee_minor__lte', django.db.models.expressions.CombinedExpression(models.F('fee_minor'), '+', models.F('solidarity_minor'))), ('refunded_price_minor__gte', 0), ('refunded_price_minor__lte', models.F('price_minor'))), name='no_more_is_refunded_than_was_paid')],
                    },
                ),
                migrations.CreateModel(
                    name='Reconciliation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('started', models.DateTimeField(default=django.utils.timezone.now)),
                        ('finished', models.DateTimeField(blank=True, null=True)),
                        ('since', models.DateTimeField()),
                        ('movements', models.PositiveIntegerField(default=0)),
                        ('found', models.PositiveIntegerField(default=0)),
                        ('trouble', models.CharField(blank=True, max_length=200)),
                    ],
                ),
                migrations.CreateModel(
                    name='Transfer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='members.community')),
                        ('sequence', models.PositiveBigIntegerField()),
                        ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='outgoing', to='payments.account')),
                        ('target', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='incoming', to='payments.account')),
                        ('minor', models.BigIntegerField()),
                        ('phase', models.CharField(choices=[('posted', 'Posted'), ('pending', 'Held'), ('post', 'Hold posted'), ('void', 'Hold released')], default='posted', max_length=7)),
                        ('of', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled_by', to='payments.transfer')),
                        ('kind', models.CharField(choices=[('price', 'Price'), ('fee', 'Fee'), ('solidarity', 'Voluntary share'), ('deposit', 'Deposit'), ('cash_in', 'Cash brought in'), ('cash_out', 'Cash taken out'), ('spend', 'Spent by decision'), ('refund', 'Refund'), ('dividend', 'Dividend'), ('care', 'Thanks for care'), ('card_in', 'Paid by card'), ('card_out', 'Sent by the card service'), ('card_cost', 'Costs of the card service'), ('passed_on', 'Passed on to the lender'), ('disputed', 'Taken back by a bank'), ('earmark', 'Set aside'), ('given', 'Given')], max_length=12)),
                        ('about', models.CharField(blank=True, max_length=60)),
                        ('memo', models.CharField(blank=True, max_length=200)),
                        ('batch', models.CharField(blank=True, max_length=120)),
                        ('key', models.CharField(max_length=160, unique=True)),
                        ('created', models.DateTimeField(default=django.utils.timezone.now)),
                        ('previous', models.CharField(max_length=64)),
                        ('digest', models.CharField(max_length=64)),
                    ],
                    options={
                        'indexes': [models.Index(fields=['community', 'about'], name='transfer_by_cause'), models.Index(fields=['target', 'created', 'sequence'], name='transfer_by_target'), models.Index(fields=['source', 'created', 'sequence'], name='transfer_by_source')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('minor__gt', 0)), name='a_transfer_moves_more_than_nothing'), models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='a_transfer_has_two_ends'), models.UniqueConstraint(fields=('community', 'sequence'), name='one_transfer_per_link_of_the_chain'), models.CheckConstraint(condition=models.Q(models.Q(('of__isnull', False), ('phase__in', ['post', 'void'])), models.Q(('of__isnull', True), ('phase__in', ['posted', 'pending'])), _connector='OR'), name='only_a_post_or_void_settles_a_hold')],
                    },
                ),
            ]
        )
    ]
