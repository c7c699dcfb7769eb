"""The process of the PyTorch trainer.

Exit code 0 for finished and stopped, 1 for failed; the reason is the journal's last line and one line on stderr.
"""

from __future__ import annotations

import json
import os
import sys
import traceback

from tuning_fork.context import RunContext, read_config, read_context
from tuning_fork.errors import UserError
from tuning_fork.journal import Journal
from tuning_fork.torch_trainer.failure import ALERTS, Sizes, as_user_error
from tuning_fork.torch_trainer.failures.packages import missing_package
from tuning_fork.torch_trainer.ranks import (
    follow_parent,
    is_rank,
    leave_failure,
    leave_group,
    rank,
    ranks_wanted,
    start_ranks,
)
from tuning_fork.torch_trainer.recorder import Recorder
from tuning_fork.torch_trainer.stop import StopRequest


def main() -> int:
    """Trains what the runner's variables name, alone or with other processes."""
    try:
        context = read_context(os.environ)
        count = 1 if is_rank() else ranks_wanted(read_config(context.run_dir))
    except UserError as error:
        print(error.sentence, file=sys.stderr)
        return 1
    return train_with_ranks(context, count) if count > 1 else train(context)


def train_with_ranks(context: RunContext, count: int) -> int:
    """Starts the ranks and waits for them; writes the end that no rank could write."""
    failure: UserError | None
    try:
        # Before processes are started that would each find it out.
        from tuning_fork.torch_trainer.devices import choose_device
        from tuning_fork.torch_trainer.sharding import require_gpus

        require_gpus(read_config(context.run_dir)["hardware"]["strategy"], choose_device())
        failure = start_ranks(context, count)
    except ImportError as error:
        failure = missing_package(error)
    except UserError as error:
        failure = error
    if failure is None:
        return 0
    # Rank 0 is gone, so the journal is this process's now; its head has been written for the segment.
    journal = _journal(context)
    _record_failure(journal, failure, context.from_step)
    return 1


def train(context: RunContext) -> int:
    """One process's part: all of it, or a rank's."""
    if is_rank():
        follow_parent()
    journal = _journal(context) if rank() == 0 else None
    stop = StopRequest(context.run_dir)
    stop.listen()
    code = train_segment(context, journal, stop)
    if code == 0 and is_rank():
        leave_group()
    return code


def train_segment(context: RunContext, journal: Journal | None, stop: StopRequest) -> int:
    """Trains and records how it ended."""
    recorder = Recorder(journal, context.from_step)
    session = None
    try:
        recorder.enter("loading PyTorch")
        try:
            # Seconds of imports, and the first place where a missing package shows.
            from tuning_fork.torch_trainer.session import Session
        except ImportError as error:
            raise missing_package(error) from error
        session = Session(context, recorder, stop)
        end = session.run()
        if journal is None:
            return 0
        journal.end(end.outcome, session.step, end.reason, end.code)
        print(f"{end.outcome.capitalize()} at step {session.step}.", flush=True)
        return 0 if _closed(journal) else 1
    except BaseException as error:
        step = session.step if session else context.from_step
        return _failed(context, journal, error, step, session.sizes if session else None)


def _failed(context: RunContext, journal: Journal | None, error: BaseException, step: int, sizes: Sizes | None) -> int:
    failure = as_user_error(error, sizes)
    if is_rank():
        leave_failure(context, failure)
        if journal is not None:
            _closed(journal)
    elif journal is not None:
        _record_failure(journal, failure, step)
    # For a bug report, on one line of output.log; nobody has to read it to know what happened.
    if not isinstance(error, UserError):
        details = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        print(f"[details] {json.dumps(details)}", flush=True)
    return 1


def _record_failure(journal: Journal, failure: UserError, step: int) -> None:
    if failure.code in ALERTS:
        journal.alert("error", failure.code, failure.sentence, step)
    journal.end("failed", step, failure.sentence, failure.code)
    _closed(journal)
    print(failure.sentence, file=sys.stderr, flush=True)


def _journal(context: RunContext) -> Journal:
    return Journal(context.events, run=context.run, segment=context.segment, from_step=context.from_step)


def _closed(journal: Journal) -> bool:
    """Closes the journal; False, and a word about it, when it could not keep everything."""
    journal.close()
    if journal.error is not None:
        print(journal.error, file=sys.stderr, flush=True)
    return journal.error is None
