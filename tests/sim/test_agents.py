"""People, link workers and services as Mesa agents: views on the tables, never copies."""

import mesa
import numpy as np
import pytest
from mesa.agentset import AbstractAgentSet

from sim import Parameters, SocialPrescribingService
from sim.people import COMPLEXITIES, STATES

pytestmark = pytest.mark.unit


@pytest.fixture
def model():
    model = SocialPrescribingService(Parameters().replace({"referrals.first_year": 300, "workforce.posts": 4}), seed=2, weeks=30)
    for _ in range(20):
        model.step()
    return model


def test_the_model_and_its_agents_are_mesas(model):
    assert isinstance(model, mesa.Model)
    for agents in (model.users, model.link_workers, model.services):
        assert isinstance(agents, AbstractAgentSet) and all(isinstance(agent, mesa.Agent) for agent in agents)
    assert (len(model.users), len(model.link_workers), len(model.services)) == (model.people.n, model.workforce.workers.n, model.community.services.n)


def test_an_agents_attributes_read_the_table(model):
    np.testing.assert_array_equal(model.users.get("trust"), model.people.trust[: model.people.n])
    user = list(model.users)[3]
    assert user.age == model.people.age[3] and isinstance(user.age, int) and isinstance(user.trust, float) and isinstance(user.female, bool)
    assert user.latent.shape == (8,)


def test_writing_an_attribute_writes_the_table(model):
    user = list(model.users)[5]
    user.trust = 0.125
    user.goal_progress = (0.1, 0.2, 0.3)
    assert model.people.trust[5] == 0.125
    np.testing.assert_allclose(model.people.goal_progress[5], [0.1, 0.2, 0.3], rtol=1e-6)


def test_agents_stay_valid_while_the_model_goes_on(model):
    user, before = list(model.users)[0], len(model.users)
    for _ in range(60):  # past the horizon: the tables grow
        model.step()
    assert len(model.users) == model.people.n > before
    model.people.trust[0] = 0.5
    assert user.trust == 0.5 and list(model.users)[0] is user


def test_looking_at_agents_changes_no_result(model):
    other = SocialPrescribingService(model.parameters, seed=2, weeks=30)
    other.run()
    model.users.shuffle().do(lambda agent: agent.trust)
    assert model.run().people.equals(other.results.people)


def test_mesas_selection_works(model):
    engaged = model.users.select(lambda user: user.link_worker >= 0)
    assert len(engaged) == len(model.people.engaged())


def test_a_level_is_read_and_written_by_name(model):
    user = list(model.users)[7]
    assert user.state in STATES and user.complexity in COMPLEXITIES
    user.state = "completed"
    assert model.people.state[7] == STATES.index("completed")
    waiting = model.users.select(lambda agent: agent.state == "waiting")
    assert len(waiting) == len(model.people.waiting()) and all(agent.exit_reason is None for agent in waiting)
    with pytest.raises(ValueError, match="tuple"):
        user.state = "on holiday"
