"""Would it turn? The gears themselves, and the arrangement for any sizes and names."""

from dataclasses import replace
from itertools import combinations, pairwise
from math import dist, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wheel.geometry import ADDENDUM, TEETH, Gear, Hub, involute
from bot.wheel.layout import GAP, MARGIN, WIDTH, Layout, arrange
from bot.wheel.measures import bipartite, mesh_error, meshes, overlap
from bot.wheel.model import MAX_COGS, Size

SIZES: tuple[Size, ...] = (1, 2, 3)
MIXED: tuple[Size, ...] = (3, 2, 3, 1, 2, 2, 2, 3, 3, 2, 2, 1, 1, 2)


def mixed(count: int) -> list[Size]:
    return [MIXED[k % len(MIXED)] for k in range(count)]


def wheel(sizes: list[Size], width: float = 150.0) -> Layout:
    return arrange(sizes, [(width, 28.5)] * len(sizes))


@pytest.fixture(scope="module", params=range(1, MAX_COGS + 1))
def arranged(request: pytest.FixtureRequest) -> Layout:
    return wheel(mixed(request.param))


@pytest.mark.no_cover
def test_each_cog_stands_at_the_sum_of_the_pitch_radii_from_the_hub(arranged: Layout) -> None:
    for gear in arranged.gears:
        assert mesh_error(arranged.hub, gear) < 0.005


def test_the_distance_of_a_round_hub_is_plain_centre_to_centre() -> None:
    layout = wheel(mixed(8))
    assert layout.hub.straight == 0
    for gear in layout.gears:
        assert dist(layout.hub.centre, gear.centre) == pytest.approx(layout.hub.radius + gear.pitch_radius, rel=0.005)


def test_the_module_is_one_and_the_teeth_follow_the_sizes(arranged: Layout) -> None:
    assert {gear.module for gear in arranged.gears} == {arranged.hub.module}
    assert [gear.teeth for gear in arranged.gears] == [TEETH[size] for size in mixed(len(arranged.gears))]


@pytest.mark.no_cover
def test_teeth_of_cog_and_hub_never_overlap(arranged: Layout) -> None:
    for gear in arranged.gears:
        assert overlap(arranged.hub, gear) < 0.005


def test_teeth_reach_into_the_gaps_of_the_hub(arranged: Layout) -> None:
    hub = arranged.hub
    for gear in arranged.gears:
        assert hub.core_distance(gear.centre) < hub.radius + ADDENDUM * hub.module + gear.outer_radius - hub.module


def test_overlap_is_seen_where_there_is_some() -> None:
    layout = wheel(mixed(14))
    gear = layout.gears[0]
    assert overlap(layout.hub, replace(gear, phase=gear.phase + pi / gear.teeth)) > 0.5
    assert overlap(layout.hub, replace(gear, centre=(gear.centre[0], gear.centre[1] + 4))) > 0.02


def test_no_odd_cycle_and_every_cog_meshes_with_the_hub_alone(arranged: Layout) -> None:
    pairs = meshes(arranged)
    assert pairs == [(0, k) for k in range(1, len(arranged.gears) + 1)]
    assert bipartite(len(arranged.gears) + 1, pairs)


def test_three_gears_in_a_ring_are_found_to_be_locked() -> None:
    assert not bipartite(3, [(0, 1), (1, 2), (2, 0)])
    assert bipartite(4, [(0, 1), (1, 2), (2, 3), (3, 0)])


def test_neighbours_keep_their_distance(arranged: Layout) -> None:
    for a, b in combinations(arranged.gears, 2):
        assert dist(a.centre, b.centre) > a.outer_radius + b.outer_radius + GAP - 0.5


def test_the_hub_closes_on_whole_teeth(arranged: Layout) -> None:
    hub = arranged.hub
    teeth = hub.length / hub.pitch
    assert teeth == pytest.approx(round(teeth))
    assert hub.wheel_teeth % 2 == 0


def test_a_belt_comes_only_when_no_round_hub_is_large_enough() -> None:
    assert wheel(mixed(14)).hub.straight == 0
    assert wheel(mixed(24)).hub.straight > 0


@pytest.mark.parametrize("belt", [0, 12])
def test_the_pitch_line_runs_round_without_a_jump(belt: int) -> None:
    hub = Hub((500.0, 400.0), 7.0, 40, belt)
    steps = 800
    points = [hub.at(hub.length * k / steps)[0] for k in range(steps + 1)]
    assert dist(points[0], points[-1]) < 1e-6
    for one, other in pairwise(points):
        assert dist(one, other) == pytest.approx(hub.length / steps, rel=0.01)


def test_a_tooth_has_half_a_pitch_less_the_play_at_the_pitch_line() -> None:
    gear = Gear((0.0, 0.0), 18, 7.0)
    radius, angle = min(involute(18, 7.0), key=lambda point: abs(point[0] - gear.pitch_radius))
    assert abs(angle) * radius == pytest.approx(pi * 7 / 4, rel=0.15)


def test_two_wide_names_side_by_side_below_a_belt_do_not_meet() -> None:
    """Found by the test below: a belt as narrow as the widest name asks for was still too wide for two of them."""
    sizes: list[Size] = [1, 1, 1, 1, 1, 3, 1, 1, 1, 1, 1, 1, 2, 2, 1, 2]
    names = [(20.0, 28.5)] * len(sizes)
    names[5], names[8], names[9] = (165.04, 28.5), (175.58, 28.5), (179.2, 28.5)
    layout = arrange(sizes, names, [0.0] * len(sizes))
    assert not any(one.meets(other) for one, other in combinations(layout.names, 2))


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.sampled_from(SIZES), min_size=1, max_size=MAX_COGS),
    data=st.data(),
)
def test_any_sizes_and_names_find_their_places(sizes: list[Size], data: st.DataObject) -> None:
    names = [(data.draw(st.floats(20, 195)), data.draw(st.sampled_from([28.5, 61.6, 94.7]))) for _ in sizes]
    clear = [data.draw(st.sampled_from([0.0, 11.0])) for _ in sizes]
    layout = arrange(sizes, names, clear)
    for one, other in combinations(layout.names, 2):
        assert not one.meets(other)
    for box, (width, height) in zip(layout.names, names, strict=True):
        assert (box.width, box.height) == (width, height)
        assert box.x >= MARGIN - 1
        assert box.x + box.width <= WIDTH - MARGIN + 1
        assert box.y >= 0
        assert box.y + box.height <= layout.height
        for gear in layout.gears:
            assert box.distance(*gear.centre) > gear.outer_radius
    assert bipartite(len(sizes) + 1, meshes(layout))
    assert all(mesh_error(layout.hub, gear) < 0.005 for gear in layout.gears)
