"""Numbers without gaps, one message per client id, one conversation per pair: under threads, and in the database."""

import threading
from concurrent.futures import Future

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from messaging import actions, writer
from messaging.models import Conversation, Message, Participant
from messaging.writer import Draft, Seen
from tests import factories as make

together = pytest.mark.django_db(transaction=True)


def in_threads(deed, count=8):
    """Call deed(number) from `count` threads at once; what they raised, or nothing."""
    ready, errors = threading.Barrier(count), []

    def run(number):
        try:
            ready.wait(10)
            deed(number)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


@together
def test_eight_threads_number_two_conversations_without_gaps():
    ana, bo, cleo = make.member("Ana"), make.member("Bo"), make.member("Cleo")
    talks = [actions.direct(ana, bo), actions.direct(ana, cleo)]

    def speak(number):
        for turn in range(12):
            actions.post(talks[turn % 2].pk, by=ana, body=f"{number}/{turn}", client_id=f"{number}-{turn}")

    assert in_threads(speak) == []
    for talk in talks:
        assert list(talk.messages.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 49))
        talk.refresh_from_db()
        assert talk.last_seq == 48


@together
def test_posts_through_the_writer_and_events_in_a_transaction_share_one_sequence():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk = actions.direct(ana, bo)

    def speak(number):
        for turn in range(8):
            if number % 2:
                actions.post(talk.pk, by=ana, body="words", client_id=f"{number}-{turn}")
            else:
                with transaction.atomic():
                    actions.post_event(talk.pk, "booking.accepted", {"n": turn})

    assert in_threads(speak) == []
    assert list(talk.messages.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 65))


@together
def test_a_repeat_at_the_same_moment_is_one_message():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk, answers = actions.direct(ana, bo), []

    def speak(number):
        answers.append(actions.post(talk.pk, by=ana, body="once", client_id="the same").pk)

    assert in_threads(speak) == []
    assert len(set(answers)) == Message.objects.count() == 1


@together
def test_what_is_queued_together_is_committed_together():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk = actions.direct(ana, bo)
    group = [Draft(talk.pk, ana.pk, f"c{number}", "words") for number in range(50)]
    transactions = []

    def count(execute, sql, params, many, context):
        if sql.lower().startswith("insert"):
            transactions.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        lines = writer.write([*group, Seen(talk.pk, bo.pk, 999)])

    assert [line.sequence for line in lines[:50]] == list(range(1, 51)) and lines[50] == 50
    assert len(transactions) == 1
    assert Participant.objects.get(conversation=talk, member=bo).seen_seq == 50


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's planner chooses by the size of the tables")
@together
def test_a_group_is_found_and_numbered_without_looking_through_a_table():
    """Else each message makes all that follow slower."""
    ana, bo = make.member("Ana"), make.member("Bo")
    talk = actions.direct(ana, bo)
    plans = []

    def explain(execute, sql, params, many, context):
        if sql.lower().startswith(("select", "update")):
            plans.extend(row[3] for row in execute(f"explain query plan {sql}", params, many, context).fetchall())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        writer.write([Draft(talk.pk, ana.pk, "1", "a"), Draft(talk.pk, bo.pk, "1", "b"), Seen(talk.pk, bo.pk, 1)])

    assert any("SEARCH messaging_message" in step for step in plans)
    assert [step for step in plans if step.startswith("SCAN messaging_")] == []


@together
def test_one_refused_draft_does_not_harm_the_others_of_its_group():
    ana, bo, zoe = make.member("Ana"), make.member("Bo"), make.member("Zoe")
    talk = actions.direct(ana, bo)

    outcomes = writer.write(
        [Draft(talk.pk, ana.pk, "1", "a"), Draft(talk.pk, zoe.pk, "1", "b"), Draft(999_999, ana.pk, "2", "c"),
         Draft(talk.pk, bo.pk, "1", "d")]
    )

    assert [getattr(outcome, "sequence", outcome.__class__.__name__) for outcome in outcomes] == [
        1, "NotInside", "NotInside", 2,
    ]


@together
def test_a_clash_with_another_process_refuses_only_the_one_that_clashed(monkeypatch):
    """The other process commits between our look and our insert: as if we had looked too early."""
    ana, bo = make.member("Ana"), make.member("Bo")
    talk, fetch, looks = actions.direct(ana, bo), writer.rows.fetch, []
    first = actions.post(talk.pk, by=ana, body="a", client_id="1")

    def look_too_early(*asked):
        last, present, known = fetch(*asked)
        looks.append(len(asked[2][1]))
        return [last, present, [] if len(looks) == 1 else known]

    monkeypatch.setattr(writer.rows, "fetch", look_too_early)
    group = [Draft(talk.pk, ana.pk, "1", "a"), Draft(talk.pk, bo.pk, "2", "b")]
    for draft in group:
        draft.future = Future()
    writer.writer._commit(group)

    assert [draft.future.result(1).sequence for draft in group] == [1, 2]
    assert group[0].future.result().pk == first.pk and looks == [2, 1, 1]


def test_the_writer_draws_breath_after_a_group_of_several_and_never_for_a_line_by_itself(monkeypatch):
    """What comes meanwhile shares the next commit; who talks alone is written at once."""
    ones, groups, breaths = [Draft(1, 1, str(number), "x") for number in range(4)], [], []
    thread = writer.Writer()
    coming = iter([ones[2:3], ones[3:], [None]])

    def commit(group):
        groups.append(group)
        for item in next(coming):
            thread._queue.put(item)

    monkeypatch.setattr(thread, "_commit", commit)
    monkeypatch.setattr(writer.time, "sleep", breaths.append)
    for item in ones[:2]:
        thread._queue.put(item)
    thread._run()

    assert groups == [ones[:2], ones[2:3], ones[3:]]
    assert len(breaths) == 1 and 0 < breaths[0] <= writer.BREATH


@together
def test_eight_threads_open_one_direct_conversation():
    ana, bo = make.member("Ana"), make.member("Bo")
    opened = []

    def open_it(number):
        pair = (ana, bo) if number % 2 else (bo, ana)
        opened.append(actions.direct(*pair).pk)

    assert in_threads(open_it) == []
    assert len(set(opened)) == Conversation.objects.count() == 1
    assert Participant.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("sequence", [3, 5, 1, 0])
def test_the_database_refuses_a_gap_and_a_double(sequence):
    ana, bo = make.member("Ana"), make.member("Bo")
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="one", client_id="1")

    sql = (
        "insert into messaging_message (conversation_id, sequence, kind, author_id, client_id, body, created)"
        " values (%s, %s, 'text', %s, 'raw', 'raw', %s)"
    )
    created = connection.ops.adapt_datetimefield_value(talk.created)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [talk.pk, sequence, ana.pk, created])
    assert Message.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["sequence = 7", "author_id = null", "created = '2001-01-01T00:00:00+00:00'"])
def test_the_database_lets_nobody_move_a_message(change):
    ana, bo = make.member("Ana"), make.member("Bo")
    actions.post(actions.direct(ana, bo).pk, by=ana, body="one", client_id="1")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update messaging_message set {change}")


@together
def test_a_writer_that_was_stopped_starts_again():
    ana, bo = make.member("Ana"), make.member("Bo")
    talk = actions.direct(ana, bo)
    actions.post(talk.pk, by=ana, body="one", client_id="1")
    writer.writer.stop()
    close_old_connections()

    assert actions.post(talk.pk, by=ana, body="two", client_id="2").sequence == 2
