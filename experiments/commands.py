"""The list of commands: what `spsim --help` shows, and where each command lives. Imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command: a line for the list, the module whose `main(request)` does it, its keys, examples and notes."""

    summary: str
    module: str
    keys: tuple[str, ...]
    examples: tuple[tuple[str, str], ...]
    notes: str = ""
    groups: tuple[str, ...] = ("service", "scenario")  # the folders of configs/ from which it takes a file
    bare_word: str | None = None  # the key that a word without "=" stands for


COMMANDS = {
    "run": Command(
        summary="run one scenario, with one or more seeds; print a summary and write tables and a picture",
        module="experiments.run_command",
        keys=(
            "seed", "replications", "weeks", "posterior", "out", "processes", "events", "panel", "twin", "compiled", "places", "people", "executor", "address",
            "cluster", "store", "dry_run", "confirm", "debug",
        ),
        examples=(
            ("spsim run", "the default service for five years"),
            ("spsim run service=nhs_pcn replications=20 model.workforce.posts=4", "one worker more, twenty seeds"),
            ("""spsim run twin=true "model.referrals.counts='{example}'\"""", "weekly referrals from a file, beside the same people's usual care"),
        ),
        notes=(
            "A referrals file has the columns week,referrals. The one in the last example ships with spsim: copy it and put in your own. Many places at once: "
            "service=icb, service=england, or places=FILE with a row for each (places_example.csv lies beside the other); they are kept in the store, and the "
            "same command goes on where it stopped."
        ),
    ),
    "compare": Command(
        summary="compare scenarios with a baseline under the same luck; write a report, tables and pictures",
        module="experiments.whatif.compare_command",
        keys=(
            "scenarios", "baseline", "list", "precision", "margins", "min_replications", "max_replications", "replications", "seed", "weeks",
            "posterior", "rests_on", "most_runs", "continuity", "continuity_runs", "uncertain", "draws", "qalys", "compiled", "places", "executor",
            "address", "cluster", "confirm", "out", "store", "processes", "debug",
        ),
        examples=(
            ("spsim compare list=true", "the scenarios there are, and what each changes"),
            ("spsim compare 'scenarios=[warm_handover,two_more_workers]'", "two ideas against the service as it is"),
            (
                "spsim compare 'scenarios=[austerity,austerity+invest_in_services]' margins.wait_p90=0.5",
                "cuts, and cuts met with new services; a finer answer on waits",
            ),
        ),
        notes=(
            "Runs are kept in the store: the same command again, one scenario more or a finer precision runs only what is missing. continuity=true takes about "
            "100 runs more for each side of the default service, and says how many before they begin."
        ),
        groups=("service",),
    ),
    "plan": Command(
        summary="the smallest change of a lever that meets a target in enough runs",
        module="experiments.planning.command",
        keys=(
            "measure", "below", "above", "lever", "probability", "low", "high", "step", "min_replications", "max_replications", "seed", "weeks", "out",
            "store", "processes", "debug",
        ),
        examples=(
            ("spsim plan measure=wait_p90 below=4", "the fewest posts with which nine in ten wait at most four weeks"),
            ("spsim plan measure=retention_52 above=0.74 lever=model.handover.managed_share", "how many handovers must be warm"),
            ("spsim plan service=nhs_pcn measure=workload_mean below=0.9 probability=0.8", "posts of a primary care network, four runs in five"),
        ),
        notes="`spsim compare list=true` shows scenarios to start from: scenario=. Runs are kept in the store and never made twice.",
    ),
    "sweep": Command(
        summary="which parameters the results depend on: sensitivity, with luck told apart; resumable, on any number of cores",
        module="experiments.sweep.command",
        keys=(
            "method", "parameters", "bounds", "points", "replications", "measures", "scenarios", "target", "below", "above", "by_group", "second_order",
            "trajectories", "survivors", "seed", "weeks", "posterior", "executor", "address", "cluster", "dry_run", "confirm", "retry", "out", "store",
            "processes", "debug",
        ),
        examples=(
            ("spsim sweep method=morris parameters=group:workforce", "which of these parameters matter, in few runs"),
            (
                "spsim sweep method=sobol parameters=group:workforce bounds.workforce.posts=[15,30] points=64",
                "what share of the spread each carries",
            ),
            (
                "spsim sweep method=lhs parameters=doubts points=1024 'scenarios=[warm_handover]'",
                "which missing number is worth measuring, to decide on warm handovers",
            ),
        ),
        notes="Runs are kept in the store: the same command goes on where it stopped, and more points or replications make only what is missing.",
    ),
    "calibrate": Command(
        summary="fit parameters to published targets: a posterior that the other commands take; resumable, on any number of cores",
        module="experiments.calibration.command",
        keys=(
            "parameters", "bounds", "targets", "file", "points", "waves", "replications", "draws", "seed", "weeks", "executor", "address", "cluster", "dry_run",
            "confirm", "retry", "out", "store", "processes", "debug",
        ),
        examples=(
            ("spsim calibrate 'parameters=[dropout.hazard,programme.completion]'", "two parameters, to the targets that are there to be fitted"),
            (
                "spsim calibrate 'parameters=[allocation.accept_logit]' 'targets=[T1]' bounds.allocation.accept_logit=[0,3] waves=1",
                "one parameter to one target, within bounds of your own",
            ),
            ("spsim calibrate parameters=group:dropout file=our_targets.csv points=128", "to figures of your own service"),
        ),
        notes="`posterior=FOLDER/posterior.parquet` then gives run, compare and sweep the fitted parameters, a set for each seed.",
    ),
    "length": Command(
        summary="how long programmes need to be: lengths and other ways to end, with capacity, spend or waits held equal",
        module="experiments.length.command",
        keys=(
            "lengths", "modes", "policies", "backlog", "surge", "replications", "seed", "weeks", "dry_run", "confirm", "out", "store", "processes", "debug",
        ),
        examples=(
            ("spsim length dry_run=true", "what the whole question takes: seven lengths, four modes, five other ways to end"),
            ("spsim length service=classroom 'lengths=[26,104,open]' 'modes=[fixed,backlog]' 'policies=[]' replications=5", "a first look, in a small service"),
            ("spsim length 'lengths=[52,104,open]' 'modes=[backlog]' backlog=500 surge=1.1", "your own waiting list, and a tenth more referrals"),
        ),
        notes="docs/length.md says in precise words what each figure means. Runs are kept in the store: one length more makes only its own runs.",
    ),
    "validate": Command(
        summary="hold the model against published findings: each met or missed, fitted or held out, with its source",
        module="experiments.validation.command",
        keys=("targets", "file", "replications", "seed", "weeks", "posterior", "out", "store", "processes", "debug"),
        examples=(
            ("spsim validate", "every target with ten seeds of the default service: a few minutes"),
            ("spsim validate 'targets=[T7,T11]' replications=20", "two of them, twenty seeds"),
            ("spsim validate service=nhs_pcn file=my_targets.csv", "targets of your own, for another service"),
        ),
        notes="A file of targets has the columns of configs/evidence/targets.csv, and ids that the model has a statistic for.",
    ),
    "app": Command(
        summary="the what-if page in a browser, on this machine and without a network: move levers, compare, watch a service live",
        module="experiments.app.command",
        keys=("port", "host", "hosts", "browser", "store", "processes", "debug"),
        examples=(
            ("spsim app", "the page at http://127.0.0.1:8000/, opened in your browser"),
            ("spsim app port=8080 browser=false", "another port, and no browser opened"),
            ("spsim app service=classroom model.workforce.posts=3", "opened with a small service and a lever moved"),
        ),
        notes="Needs the extra: pip install 'spsim[app]'. docs/deploy.md says how to run it for others.",
        groups=("service",),
    ),
    "animate": Command(
        summary="one run as a film, week by week: a GIF or an MP4, and an HTML file to play, pause and step",
        module="experiments.live.command",
        keys=("format", "every", "rate", "seed", "weeks", "out", "debug"),
        examples=(
            ("spsim animate service=classroom", "a small service: run.gif and run.html"),
            ("spsim animate service=classroom scenario=turnover_50 every=1 format=mp4", "every week, as a video (needs ffmpeg)"),
            ("spsim animate format=html weeks=104", "the default service's first two years, to play in a browser"),
        ),
    ),
    "describe": Command(
        summary="list parameters and levers: value, unit, range, evidence grade and source",
        module="experiments.describe",
        keys=("name", "debug"),
        examples=(
            ("spsim describe", "all parameters, by group"),
            ("spsim describe workforce.turnover", "all about one (a group's name, or `levers`, works too)"),
            ("spsim describe workforce service=nhs_pcn", "the values of another service"),
        ),
        bare_word="name",
    ),
    "story": Command(
        summary="the life course of one user, week by week, in plain words and as a picture",
        module="experiments.story",
        keys=("person", "like", "seed", "weeks", "out", "debug"),
        examples=(
            ("spsim story like=complex", "a user with complex needs and an eventful life"),
            ("spsim story person=17 seed=3", "the user with that number in that run"),
            ("spsim story service=classroom like=simple model.workforce.turnover=1", "a small service that often loses workers"),
        ),
    ),
}
