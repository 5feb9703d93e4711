"""Faults that the tests themselves plant, a case each: answers, files, kernels, disks, specifications, no script."""
import pytest

from . import ROOT, Fault

KINDS = {
    "a wrong answer of an exercise's bank": ["test_exercises.py::test_every_wrong_answer_gets_its_own_explanation"],
    "rubbish for an answer": [
        "test_exercise_rubbish.py::test_rubbish_is_refused_kindly",
        "test_exercise_rubbish.py::test_rubbish_passes_in_no_exercise",
        "test_exercise_rubbish.py::test_errors_are_told_in_every_exercise",
        "test_exercise_rubbish.py::test_an_answer_that_changes_its_inputs_is_told_which",
        "test_exercise_rubbish.py::test_endless_code_is_stopped_and_its_line_is_shown",
        "test_exercise_rubbish.py::test_code_that_cannot_be_reached_is_left_behind_and_the_notebook_goes_on"],
    "a damaged file of answers": [
        "test_answers.py::test_a_damaged_file_is_set_aside_and_what_is_sound_goes_on",
        "test_answers.py::test_what_is_not_in_utf8_is_damage_even_in_a_comment"],
    "a file of answers that may not be written, or not be read": [
        "test_answers.py::test_where_nothing_can_be_written_the_exercise_still_passes",
        "test_answers.py::test_progress_says_that_it_may_not_look"],
    "a kernel killed while it saves": ["test_answers.py::test_a_kernel_killed_while_it_writes_leaves_the_file_as_it_was"],
    "a disk that is full": ["test_answers.py::test_a_full_disk_leaves_the_file_as_it_was"],
    "notebooks that save at once": ["test_answers.py::test_notebooks_that_write_at_once_lose_nothing"],
    "a notebook that was not run, was skipped, or stores another output": ["test_strict_nbval.py::test_a_fault_fails"],
    "a figure's specification spoilt at random (of each three times)": [
        "test_live_fuzz.py::test_whatever_a_specification_says_the_page_answers_and_lives"],
    "a page without JavaScript": [
        "test_page_ways.py::test_its_text_and_pictures_are_there_without_javascript",
        "test_live_waking.py::test_without_a_script_there_is_the_picture"],
}


def planted(most=None):
    kind_of = {f"tests/{test}": kind for kind, tests in KINDS.items() for test in tests}
    outcomes = run(list(kind_of), most)
    if missing := kind_of.keys() - {test.partition("[")[0] for test in outcomes}:
        raise RuntimeError(f"there are no such tests: {', '.join(sorted(missing))}")
    return [Fault(kind_of[test.partition("[")[0]], test.removeprefix("tests/"), passed) for test, passed in outcomes.items()]


def run(tests, most):
    """{test case: whether it passed}, of each test at most so many cases."""
    outcomes = {}

    class Told:
        def pytest_collection_modifyitems(self, items):
            met = {}
            for item in items:
                met.setdefault(item.nodeid.partition("[")[0], []).append(item)
            items[:] = [item for cases in met.values() for item in cases[:most]]

        def pytest_runtest_logreport(self, report):
            outcomes[report.nodeid] = outcomes.get(report.nodeid, True) and not report.failed and not report.skipped

    # Without rewritten assertions, which only tell more: pytest could no longer rewrite what this process has imported
    pytest.main(["-q", "--no-header", "--assert=plain", "-p", "no:cacheprovider", f"--rootdir={ROOT}",
                 *(str(ROOT / test) for test in tests)], plugins=[Told()])
    return outcomes
