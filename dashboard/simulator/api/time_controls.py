"""Controls of time: what the clock says, and what happens to people as it goes."""

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, jsonify

from dashboard.simulator.api.control_input import ControlError, read_body, read_number, read_word
from dashboard.simulator.state.people import timestamp
from dashboard.simulator.state.population import What
from dashboard.simulator.state.world import World

SECONDS_MAX: Final = 366 * 24 * 3600


def add_time(controls: Blueprint, stage: World) -> None:
    """Add the routes."""
    _add_clock(controls, stage)
    _add_happenings(controls, stage)


def _add_clock(controls: Blueprint, stage: World) -> None:
    @controls.get("/clock")
    def clock() -> Response:
        return jsonify(now=timestamp(stage.clock()), moved_s=stage.clock.moved.total_seconds())

    @controls.post("/clock")
    def move_clock() -> Response:
        by_s = read_number(read_body().get("move_s"), "move_s", SECONDS_MAX)
        stage.move(timedelta(seconds=by_s))
        return clock()


def _add_happenings(controls: Blueprint, stage: World) -> None:
    @controls.get("/happenings")
    def happenings() -> Response:
        return jsonify(
            happenings=[
                {"at": timestamp(each.at), "user": each.user_id, "what": each.what,
                 "done": each.done}
                for each in stage.happenings.listed()
            ]
        )  # fmt: skip

    @controls.post("/happenings")
    def add_happening() -> tuple[Response, int]:
        body = read_body()
        what = read_word(body.get("what"), "what")
        if what not in {*What}:
            raise ControlError(f"what is one of {', '.join(What)}.")
        user = read_word(body.get("user"), "user")
        if stage.state.find_anywhere(user) is None:
            return jsonify(error="There is no such user."), 404
        after = timedelta(seconds=read_number(body.get("after_s"), "after_s", SECONDS_MAX))
        stage.happenings.add(user, [(after, What(what))], stage.clock())
        return happenings(), 201

    @controls.put("/population")
    def populate() -> Response:
        seed = read_number(read_body().get("seed"), "seed", 2**31)
        stage.happenings.populate(seed, stage.clock())
        return happenings()

    @controls.delete("/happenings")
    def clear_happenings() -> Response:
        stage.happenings.clear()
        return happenings()
