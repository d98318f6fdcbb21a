"""The peer: the same three steps in Viewflow as its tutorial writes them, on its own tables, with neither timeline nor outbox."""

from __future__ import annotations

from typing import Any

from viewflow import this
from viewflow.workflow import flow

from benchmarks.models import StockComplaint


class StockFlow(flow.Flow):
    """A complaint as a stock Viewflow process: lodged, worked on, answered."""

    process_class = StockComplaint

    lodge = flow.StartHandle(this.fill).Next(this.work)
    work = flow.View(lambda request: None).Next(this.verdict)
    verdict = flow.Handle(this.hear).Next(this.end)
    end = flow.End()

    def fill(self, activation: Any, **said: Any) -> Any:
        """Keep what was said."""
        for name, value in said.items():
            setattr(activation.process, name, value)
        return activation.process

    def hear(self, activation: Any) -> Any:
        """Hear the citizen's verdict."""
        return activation.process
