"""Workflows as an application on the Python SDK writes them."""

import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path

from dapr.ext.workflow import RetryPolicy, WorkflowRuntime, when_all, when_any

SCRATCH = Path(os.environ.get('WFHOST_SCRATCH', '.'))


def retry(attempts: int) -> RetryPolicy:
    return RetryPolicy(first_retry_interval=timedelta(milliseconds=50), max_number_of_attempts=attempts)


def PlusOne(_ctx, n: int) -> int:
    return n + 1


def SayHello(_ctx, name: str) -> str:
    return f'Hello {name}!'


def Echo(_ctx, text: str) -> str:
    return text


def Fail(_ctx, text: str):
    raise ValueError(text)


def _attempt(key: str, line: str) -> list[str]:
    """Notes an attempt, whichever worker has it, and gives all of them."""
    file = SCRATCH / key
    with file.open('a') as notes:
        notes.write(line + '\n')
    return file.read_text().splitlines()


def Flaky(_ctx, given: dict) -> int:
    attempts = len(_attempt(given['key'], '.'))
    if attempts <= given['failures']:
        raise RuntimeError(f'attempt {attempts} fails')
    return attempts


def ExecutionId(ctx, key: str) -> list[str]:
    """Fails until it has seen its execution id three times."""
    seen = _attempt(key, ctx.get_inner_context().task_execution_id)
    if len(seen) < 3:
        raise RuntimeError('not often enough')
    return seen


def Meet(_ctx, key: str) -> int:
    """Waits until two processes are at it."""
    (SCRATCH / f'{key}-{os.getpid()}').touch()
    ends_at = time.monotonic() + 30
    while len(list(SCRATCH.glob(f'{key}-*'))) < 2:
        if time.monotonic() > ends_at:
            raise TimeoutError('only one worker has work')
        time.sleep(0.02)
    return os.getpid()


def Die(_ctx, key: str) -> str:
    """The first worker that gets this does not survive it."""
    mark = SCRATCH / key
    if mark.exists():
        return 'survived'
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return 'unreachable'


def Chain(ctx, n: int):
    for _ in range(3):
        n = yield ctx.call_activity('PlusOne', input=n)
    return n


def Greetings(ctx, names: list):
    greetings = []
    for name in names:
        greetings.append((yield ctx.call_activity('SayHello', input=name)))
    return greetings


def FanOut(ctx, n: int):
    results = yield when_all([ctx.call_activity('PlusOne', input=i + 1) for i in range(n)])
    return sum(results)


def Sleep(ctx, seconds: int):
    yield ctx.create_timer(timedelta(seconds=seconds))
    return 'rested'


def FarFuture(ctx):
    event = ctx.wait_for_external_event('go')
    yield when_any([event, ctx.create_timer(datetime(9999, 12, 31, 23, 59, 59, 999999))])
    return event.get_result()


def WaitGo(ctx):
    """Works first, so that an event may come before it is waited for."""
    yield ctx.call_activity('PlusOne', input=1)
    return (yield ctx.wait_for_external_event('go'))


def Approval(ctx, seconds: int):
    approved = ctx.wait_for_external_event('approve')
    winner = yield when_any([approved, ctx.create_timer(timedelta(seconds=seconds))])
    return f'approved by {approved.get_result()}' if winner == approved else 'timed out'


def Parent(ctx, n: int):
    return (yield ctx.call_child_workflow('Child', input=n)) + 1


def Child(ctx, n: int):
    return (yield ctx.call_child_workflow('Chain', input=n)) * 2


def Sum(ctx, given: dict):
    total = given['total'] + (yield ctx.wait_for_external_event('item'))
    if given['left'] > 1:
        ctx.continue_as_new({'left': given['left'] - 1, 'total': total}, save_events=True)
    return total


def Retries(ctx, given: dict):
    return (yield ctx.call_activity('Flaky', input=given, retry_policy=retry(given['attempts'])))


def SameExecution(ctx, key: str):
    return (yield ctx.call_activity('ExecutionId', input=key, retry_policy=retry(5)))


def Throws(ctx, text: str):
    yield ctx.call_activity('Fail', input=text)


def Catches(ctx, text: str):
    try:
        yield ctx.call_activity('Fail', input=text)
    except Exception as error:
        return f'caught {error}'
    return 'nothing was thrown'


def Status(ctx):
    ctx.set_custom_status('first')
    ctx.set_custom_status((yield ctx.wait_for_external_event('go')))
    return 'done'


def Guardian(ctx, child_id: str):
    return (yield ctx.call_child_workflow('WaitGo', instance_id=child_id))


def Echoes(ctx, text: str):
    return (yield ctx.call_activity('Echo', input=text))


def MeetAll(ctx, key: str):
    pids = yield when_all([ctx.call_activity('Meet', input=key) for _ in range(8)])
    return len(set(pids))


def DieOnce(ctx, key: str):
    before = yield ctx.call_activity('PlusOne', input=1)
    word = yield ctx.call_activity('Die', input=key)
    return f'{word} after {before}'


def Patched(ctx):
    """Asks before and after a wait: the answer must not change in between."""
    before = ctx.is_patched('new way')
    yield ctx.wait_for_external_event('go')
    return [before, ctx.is_patched('new way')]


def old_greeting(_ctx, name: str):
    return f'hello {name}'
    yield


def new_greeting(ctx, name: str):
    yield ctx.wait_for_external_event('go')
    return f'good day {name}'


ACTIVITIES = [PlusOne, SayHello, Echo, Fail, Flaky, ExecutionId, Meet, Die]
WORKFLOWS = [
    Chain, Greetings, FanOut, Sleep, FarFuture, WaitGo, Approval, Parent, Child, Sum, Retries, SameExecution, Throws, Catches,
    Status, Guardian, Echoes, MeetAll, DieOnce, Patched,
]  # fmt: skip


def register(runtime: WorkflowRuntime) -> None:
    for activity in ACTIVITIES:
        runtime.register_activity(activity)
    for workflow in WORKFLOWS:
        runtime.register_workflow(workflow)
    runtime.register_versioned_workflow(old_greeting, name='Greeting', version_name='v1', is_latest=False)
    runtime.register_versioned_workflow(new_greeting, name='Greeting', version_name='v2', is_latest=True)
