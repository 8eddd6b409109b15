"""What is done to the workflows. A program returns a remark for the table, or nothing, and raises when it fails."""

import json
import os
import time
from pathlib import Path

from dapr.ext.workflow import DaprWorkflowClient, WorkflowHistoryEventType, WorkflowState, WorkflowStatus

DEADLINE_SECONDS = 60
ALPHABET = 'åß∂ 日本語 العربية 🙂\u0000\u2028 '
SCRATCH = Path(os.environ.get('WFHOST_SCRATCH', '.'))

client = DaprWorkflowClient()


def ended(instance_id: str) -> WorkflowState:
    state = client.wait_for_workflow_completion(instance_id, timeout_in_seconds=DEADLINE_SECONDS)
    assert state is not None, f'{instance_id} is gone'
    return state


def output(instance_id: str):
    state = ended(instance_id)
    same(state.runtime_status, WorkflowStatus.COMPLETED, state.failure_details and state.failure_details.message)
    return json.loads(state.serialized_output) if state.serialized_output else None


def start(workflow: str, given=None, instance_id=None) -> str:
    return client.schedule_new_workflow(workflow, input=given, instance_id=instance_id)


def run(workflow: str, given=None):
    return output(start(workflow, given))


def status_of(instance_id: str) -> WorkflowStatus:
    state = client.get_workflow_state(instance_id, fetch_payloads=False)
    assert state is not None, f'{instance_id} is gone'
    return state.runtime_status


def same(actual, expected, why=None) -> None:
    assert actual == expected, f'{str(actual)[:200]} is not {str(expected)[:200]}' + (f': {why}' if why else '')


def chain():
    same(run('Chain', 0), 3)


def greetings():
    cities = ['Tokyo', 'Seattle', 'London', 'Amsterdam', 'Mumbai']
    same(run('Greetings', cities), [f'Hello {city}!' for city in cities])


def fan_out(count: int):
    same(run('FanOut', count), count * (count + 1) // 2 + count)


def ten_fan_outs():
    ids = [start('FanOut', 100) for _ in range(10)]
    same([output(instance_id) for instance_id in ids], [5150] * 10)


def timer():
    began = time.monotonic()
    same(run('Sleep', 1), 'rested')
    assert time.monotonic() - began >= 1, 'too early'


def far_future_wait():
    instance_id = start('FarFuture')
    client.raise_workflow_event(instance_id, 'go', data='now')
    same(output(instance_id), 'now')


def external_event():
    instance_id = start('WaitGo')
    client.raise_workflow_event(instance_id, 'go', data={'amount': 12})
    same(output(instance_id), {'amount': 12})


def event_timer_race():
    instance_id = start('Approval', 3600)
    client.raise_workflow_event(instance_id, 'approve', data='Ann')
    same(output(instance_id), 'approved by Ann')
    same(run('Approval', 1), 'timed out')


def child_workflows():
    same(run('Parent', 1), 9)


def continue_as_new():
    instance_id = start('Sum', {'left': 5, 'total': 100})
    for item in range(1, 6):
        client.raise_workflow_event(instance_id, 'item', data=item)
    same(output(instance_id), 115)


def retries():
    same(run('Retries', {'key': 'enough', 'failures': 2, 'attempts': 4}), 3)
    state = ended(start('Retries', {'key': 'too-few', 'failures': 9, 'attempts': 3}))
    same(state.runtime_status, WorkflowStatus.FAILED)
    same(len((SCRATCH / 'too-few').read_text().splitlines()), 3)


def failure_details():
    state = ended(start('Throws', 'no bananas'))
    same(state.runtime_status, WorkflowStatus.FAILED)
    assert 'no bananas' in state.failure_details.message, state.failure_details.message
    caught = run('Catches', 'no bananas')
    assert caught.startswith('caught ') and 'no bananas' in caught, caught


def custom_status():
    instance_id = start('Status')
    state = client.get_workflow_state(instance_id)
    same(state.serialized_custom_status, 'first')
    client.raise_workflow_event(instance_id, 'go', data='last ✓')
    same(ended(instance_id).serialized_custom_status, 'last ✓')


def suspend_resume():
    instance_id = start('WaitGo')
    client.pause_workflow(instance_id)
    client.pause_workflow(instance_id)
    same(status_of(instance_id), WorkflowStatus.SUSPENDED)
    client.raise_workflow_event(instance_id, 'go', data='kept')
    same(status_of(instance_id), WorkflowStatus.SUSPENDED)
    client.resume_workflow(instance_id)
    assert status_of(instance_id) != WorkflowStatus.SUSPENDED
    same(output(instance_id), 'kept')


def terminate():
    for recursive, child in [(True, 'ward-py-1'), (False, 'ward-py-2')]:
        instance_id = start('Guardian', child)
        client.wait_for_workflow_start(child, timeout_in_seconds=DEADLINE_SECONDS)
        client.terminate_workflow(instance_id, output='enough', recursive=recursive)
        state = ended(instance_id)
        same((state.runtime_status, state.serialized_output), (WorkflowStatus.TERMINATED, '"enough"'))
        if recursive:
            same(ended(child).runtime_status, WorkflowStatus.TERMINATED)
        else:
            same(status_of(child), WorkflowStatus.RUNNING)
            client.raise_workflow_event(child, 'go', data='free')
            same(output(child), 'free')


def purge():
    instance_id = start('Chain', 1)
    ended(instance_id)
    client.purge_workflow(instance_id)
    same(client.get_workflow_state(instance_id), None)


def rerun():
    instance_id = start('Chain', 1)
    same(output(instance_id), 4)
    _, second, *_ = [event for event in client.get_workflow_history(instance_id) if event.is_rerunnable]
    same(output(client.rerun_workflow_from_event(instance_id, second.event_id)), 4)
    same(output(client.rerun_workflow_from_event(instance_id, second.event_id, input=10)), 12)


def list_instances():
    ids = {start('Chain', n, f'listed-{n}') for n in range(5)}
    listed = list(client.iter_workflow_instance_ids(page_size=2))
    assert ids <= set(listed), listed
    same(len(listed), len(set(listed)), 'an id is listed twice')


def history():
    instance_id = start('Chain', 1)
    output(instance_id)
    types = [event.event_type for event in client.get_workflow_history(instance_id)]
    for wanted, count in [('EXECUTION_STARTED', 1), ('TASK_SCHEDULED', 3), ('TASK_COMPLETED', 3), ('EXECUTION_COMPLETED', 1)]:
        same(types.count(WorkflowHistoryEventType[wanted]), count, wanted)


def versions():
    instance_id = start('Greeting', 'Ann')
    client.raise_workflow_event(instance_id, 'go')
    same(output(instance_id), 'good day Ann')
    instance_id = start('Patched')
    client.raise_workflow_event(instance_id, 'go')
    same(output(instance_id), [True, True])


def task_execution_id():
    seen = run('SameExecution', 'execution-id')
    same((len(seen), len(set(seen)), seen[0] != ''), (3, 1, True), str(seen))


def payloads():
    megabyte = ALPHABET * (2**20 // len(json.dumps(ALPHABET)))
    for text in [ALPHABET, megabyte]:
        same(run('Echoes', text), text)


def two_workers():
    same(run('MeetAll', 'meeting'), 2)


def worker_killed():
    same(run('DieOnce', 'death'), 'survived after 2')


PROGRAMS = {
    'chain': chain,
    'greetings': greetings,
    'fan-out-100': lambda: fan_out(100),
    'fan-out-500': lambda: fan_out(500),
    'ten-fan-outs': ten_fan_outs,
    'timer': timer,
    'far-future-wait': far_future_wait,
    'external-event': external_event,
    'event-timer-race': event_timer_race,
    'child-workflows': child_workflows,
    'continue-as-new': continue_as_new,
    'retries': retries,
    'failure-details': failure_details,
    'custom-status': custom_status,
    'suspend-resume': suspend_resume,
    'terminate': terminate,
    'purge': purge,
    'rerun': rerun,
    'list': list_instances,
    'history': history,
    'versions': versions,
    'task-execution-id': task_execution_id,
    'payloads': payloads,
    'two-workers': two_workers,
    'worker-killed': worker_killed,
}
