"""Each rule of test_notebooks.py objects to the fault it is there for, and to nothing that is sound."""
import pytest
from nbformat import v4

import test_notebooks as rules

RULES = ["it_opens_with_its_only_title", "no_code_cell_is_empty", "code_lines_fit_a_phone",
         "no_line_of_code_ends_in_a_semicolon",
         "markdown_reads_well_without_extensions", "outputs_show_at_most_six_significant_digits",
         "nothing_is_written_to_standard_error", "every_picture_is_described_by_a_sentence",
         "every_picture_in_prose_is_described_by_a_sentence", "no_word_makes_the_reader_feel_slow",
         "numbers_in_prose_are_numbers_of_the_cells"]


def text(source):
    return v4.new_markdown_cell(source)


def code(source):
    return v4.new_code_cell(source)


def shows(output, name="stdout"):
    return v4.new_code_cell("show()", outputs=[v4.new_output("stream", name=name, text=output)])


def picture(alt):
    metadata = {"mystnb": {"image": {"alt": alt}}} if alt else {}
    output = v4.new_output("display_data", data={"image/png": "", "text/plain": ""})
    return v4.new_code_cell("draw()", metadata=metadata, outputs=[output])


def figure(html):
    return v4.new_code_cell("live()", outputs=[v4.new_output("display_data", data={"text/html": html})])


SOUND = [
    text("# A lesson\n\nThe loss is $L = 0.0402$, and 97.8 % are right: 0.9777 of them."),
    text("![A net of three layers.](net.png) Code may say `x != y`, and mathematics $n!$ and $0.040179$."),
    code("loss = 0.040179"),
    shows("0.9777\n101,770 weights, 1797 images, p < 1e-12, 0.123456, 3.50000, a step of 12 seeds\n"),
    picture("A line that rises from the left."),
    figure('<figure class="nn-live" data-live="{}"><img alt="A neuron, its weight on a slider." src=""></figure>'),
]

FAULTS = [
    (text("# A second title"), "it_opens_with_its_only_title"),
    (code(" \n"), "no_code_cell_is_empty"),
    (code("x = " + 70 * "1"), "code_lines_fit_a_phone"),
    (code("draw();"), "no_line_of_code_ends_in_a_semicolon"),
    (text("```{note}\nA note.\n```"), "markdown_reads_well_without_extensions"),
    (text(":::{tip}\nA tip.\n:::"), "markdown_reads_well_without_extensions"),
    (text("See {ref}`here`."), "markdown_reads_well_without_extensions"),
    (text("(here)=\n## Section"), "markdown_reads_well_without_extensions"),
    (shows("0.1234567"), "outputs_show_at_most_six_significant_digits"),
    (shows("1234.567"), "outputs_show_at_most_six_significant_digits"),
    (shows("careful", name="stderr"), "nothing_is_written_to_standard_error"),
    (picture(None), "every_picture_is_described_by_a_sentence"),
    (picture("plot.png"), "every_picture_is_described_by_a_sentence"),
    (figure('<figure class="nn-live"><img src=""></figure>'), "every_picture_is_described_by_a_sentence"),
    (text("![](net.png)"), "every_picture_in_prose_is_described_by_a_sentence"),
    (text('<img src="net.png">'), "every_picture_in_prose_is_described_by_a_sentence"),
    (text("Simply add them."), "no_word_makes_the_reader_feel_slow"),
    (text("It has learned!"), "no_word_makes_the_reader_feel_slow"),
    (text("The loss is 0.0403."), "numbers_in_prose_are_numbers_of_the_cells"),
    (text("The loss is $-0.0412$."), "numbers_in_prose_are_numbers_of_the_cells"),
    (text("Now 97.9 % are right."), "numbers_in_prose_are_numbers_of_the_cells"),
    (text(r"Now $97.9\,\%$ are right."), "numbers_in_prose_are_numbers_of_the_cells"),
    (shows("/home/me/digits.npz"), "a path"),
    (shows(r"C:\Users\me"), "a path"),
    (shows("<Tensor at 0x7f12ab34cd>"), "an address in memory"),
    (shows("took 3.2 ms"), "a time that it took"),
    (shows("100 it/s"), "a time that it took"),
    (shows("\x1b[31mred"), "a code for colours"),
    (shows("RuntimeWarning: overflow"), "a warning"),
    (shows("2.2e-16"), "what rounding left over"),
]


@pytest.fixture
def broken(monkeypatch):
    """The rules that a notebook of these cells breaks."""
    def names(cells):
        monkeypatch.setattr(rules, "NOTEBOOKS", {"lesson": v4.new_notebook(cells=cells)})
        for rule in RULES:
            if objects(getattr(rules, f"test_{rule}"), "lesson"):
                yield rule
        for what in rules.NEVER_SHOWN:
            if objects(rules.test_outputs_never_show, "lesson", what):
                yield what
    return names


def objects(rule, *arguments):
    try:
        rule(*arguments)
    except AssertionError:
        return True
    return False


def test_every_rule_has_a_fault():
    assert {rule for _, rule in FAULTS} == {*RULES, *rules.NEVER_SHOWN}


def test_what_is_sound_breaks_no_rule(broken):
    assert list(broken(SOUND)) == []


@pytest.mark.parametrize("cell, rule", FAULTS, ids=[f"{rule}-{number}" for number, (_, rule) in enumerate(FAULTS)])
def test_a_fault_breaks_its_rule_and_no_other(broken, cell, rule):
    assert list(broken([*SOUND, cell])) == [rule]
