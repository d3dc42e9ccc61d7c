import io

from archc.train.show import events, pictures
from archc.train.show.choice import chosen


def run(reporter, facts, history) -> None:
    reporter.begin(facts)
    for epoch in history(2):
        reporter.epoch(epoch.number, 1)
        reporter.epoch_done(epoch)
    reporter.finished(history(2), "done")
    reporter.close()


def names(directory) -> set[str]:
    return {path.name.split(".tfevents")[0] for path in directory.iterdir()}


def test_a_run_leaves_its_files_and_lines(tmp_path, facts, history) -> None:
    stream = io.StringIO()
    run(chosen(stream, tmp_path), facts, history)
    assert names(tmp_path) == {"metrics.csv", "events.out", "curves.png"}
    assert "epoch 2/3" in stream.getvalue()


def test_a_quiet_run_leaves_its_files(tmp_path, facts, history, capsys) -> None:
    run(chosen(None, tmp_path), facts, history)
    assert names(tmp_path) == {"metrics.csv", "events.out", "curves.png"}
    assert capsys.readouterr() == ("", "")


def test_a_process_that_is_not_the_first_leaves_and_says_nothing(
    tmp_path, facts, history, capsys, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run(chosen(None, None), facts, history)
    assert names(tmp_path) == set()
    assert capsys.readouterr() == ("", "")


def test_what_is_not_installed_costs_a_remark_and_nothing_else(
    tmp_path, facts, history, monkeypatch
) -> None:
    monkeypatch.setattr(events, "find_spec", lambda name: None)
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    stream = io.StringIO()
    run(chosen(stream, tmp_path), facts, history)
    notes = [line for line in stream.getvalue().splitlines() if line.startswith("note: ")]
    assert [note.split(":")[1] for note in notes] == [
        " a remark",
        " no TensorBoard events",
        " no pictures",
    ]
    assert names(tmp_path) == {"metrics.csv"}
