"""A worker, or the client that runs all programs: the role is the only argument."""

import json
import os
import sys
import threading

from dapr.ext.workflow import WorkflowRuntime


def work() -> None:
    """Says `ready` when it can be given work, and ends when whoever started it is gone."""
    from workflows import register

    runtime = WorkflowRuntime()
    register(runtime)
    runtime.start()
    print('ready', flush=True)
    sys.stdin.read()
    os._exit(0)


def run_all() -> None:
    from programs import DEADLINE_SECONDS, PROGRAMS

    for name, program in PROGRAMS.items():
        outcome = {'program': name, 'ok': False, 'detail': 'did not end in time'}

        def attempt(program=program, outcome=outcome):
            try:
                remark = program()
                outcome.update(ok=True, detail=remark or '')
            except BaseException as error:
                outcome['detail'] = f'{type(error).__name__}: {error}'

        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        thread.join(DEADLINE_SECONDS + 30)
        print(json.dumps(outcome), flush=True)
    os._exit(0)


if __name__ == '__main__':
    work() if sys.argv[1] == 'worker' else run_all()
