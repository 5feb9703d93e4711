"""The exercises of chapter 5, optimisers: how far a step goes, what it remembers, and the loop around it."""

import numpy as np

from .. import functional as F
from .. import nn, no_grad, optim
from .bank import Exercise, function


def numbers(rng, *shape):
    return rng.normal(size=shape).round(2)


def valley(curvatures):
    """The gradient of ½ Σ λw², written so that a reader can call it."""
    return function(f"lambda w: np.array({curvatures}) * w")


# ---- 5.1 ----

on_paper = Exercise(
    "5.1", "Five numbers on paper", kind="predict", stars=1, minutes=10, returns="limit best steps noise place",
    rtol=2e-3,
    statement=r"""
    Five questions for pencil and paper; put a number, to three digits, in place of each row of dots.

    1. The loss is $L = \tfrac12 (w_1^2 + 9\, w_2^2)$. Above which learning rate does gradient descent fly apart,
       `limit`?
    2. On the same loss, which learning rate brings *both* weights down in the fewest steps, `best`?
    3. 1,797 images are dealt in batches of 32, and no batch is left out. How many steps do five epochs take, `steps`?
    4. With batches of 20 the noise of the gradient is 0.9. How large is it with batches of 180, `noise`?
    5. Gradient descent on $L = \tfrac12 (w_1 w_2 - 1)^2$ starts at $w_1 = w_2 = 0$, with a learning rate of 0.1. Where
       is $w_1$ after a thousand steps, `place`?""",
    hints=[
        "A step multiplies a weight by 1 − ηλ, where λ is the curvature along it. The curvatures are 1 and 9. An epoch "
        "sees every image once, and noise falls with a root.",
        "Nothing flies apart as long as no factor is below −1. It goes fastest when the slower of the two weights is "
        "as fast as can be: when both factors have the same size. For the last question, compute the first step.",
        "The limit belongs to the curvature 9. For the best, solve 1 − η = −(1 − 9η). An epoch has 56 full batches and "
        "a short one. Nine times the batch has a third of the noise. The slope along w1 is the error times w2.",
    ],
    why="The steep direction sets the limit, 2/9, and the best rate, 2/(1 + 9), keeps well below it. An epoch has 57 "
        "batches, five of them 285. Nine times the batch leaves 0.9/3 of the noise. And at a saddle every slope is 0, "
        "so it never leaves, although there is no minimum.",
)


@on_paper.stub
def five_answers():
    limit = ...
    best = ...
    steps = ...
    noise = ...
    place = ...
    return limit, best, steps, noise, place


@on_paper.reference
def five_answers():
    limit = 2 / 9
    best = 2 / (1 + 9)
    steps = 57 * 5
    noise = 0.9 / 3
    place = 0.0
    return limit, best, steps, noise, place


@on_paper.inputs
def draw(rng):
    yield ()


@on_paper.wrong("""
    2 is the limit of the flat direction, where the curvature is 1. Both weights share one learning rate, so the
    stricter limit counts, and that is the steep one's: at 2, a step would multiply w2 by 1 − 18 = −17.
    """)
def limit_of_the_flat_direction():
    return 2, 0.2, 285, 0.3, 0.0


@on_paper.wrong("""
    At 1/9 the steep weight arrives in a single step: 1 − 9η is 0 there. That is not yet the limit. A longer step lands
    on the other side, and as long as it lands nearer than it began, it still comes down: up to twice as far.
    """)
def limit_where_it_arrives_at_once():
    return 1 / 9, 0.2, 285, 0.3, 0.0


@on_paper.wrong("""
    You took 2 over the mean of the curvatures. No mean helps: each direction has a factor of its own, and one that
    flies apart is enough. At 0.4 a step multiplies w2 by −2.6.
    """)
def limit_of_the_mean():
    return 0.4, 0.2, 285, 0.3, 0.0


@on_paper.wrong("""
    At 0.2 nothing flies apart: the factors of the two weights are 0.8 and −0.8. It is in fact a good choice, as the
    next question shows. The limit is where the steep weight's factor, 1 − 9η, is −1.
    """)
def limit_at_the_best():
    return 0.2, 0.2, 285, 0.3, 0.0


@on_paper.wrong("""
    You took the largest learning rate that is allowed, as if larger were always faster. At the limit itself w2 jumps
    from side to side for ever and comes no nearer. Larger is faster only until the steep weight is as slow as the
    flat one: where 9η − 1 equals 1 − η.
    """)
def best_is_the_largest():
    return 2 / 9, 2 / 9, 285, 0.3, 0.0


@on_paper.wrong("""
    With 1/9 the steep weight arrives at once, and then everybody waits for the flat one, which keeps 8/9 of its
    distance at every step. A somewhat longer step lets w2 jump across, and makes w1 faster: best is when both keep the
    same share.
    """)
def best_for_the_steep_weight():
    return 2 / 9, 1 / 9, 285, 0.3, 0.0


@on_paper.wrong("""
    With 1 the flat weight arrives at once, and the steep one is multiplied by 1 − 9 = −8 at every step. Both must come
    down, so the best rate lies below the limit.
    """)
def best_for_the_flat_weight():
    return 2 / 9, 1, 285, 0.3, 0.0


@on_paper.wrong("""
    You counted epochs. An epoch is one pass over all the images, not one step: there is a step for every batch, 57 of
    them in an epoch.
    """)
def an_epoch_is_a_step():
    return 2 / 9, 0.2, 5, 0.3, 0.0


@on_paper.wrong("""
    57 is right, for one epoch: 56 full batches and a short one. Asked for are five epochs, and each deals all the
    images again.
    """)
def one_epoch_only():
    return 2 / 9, 0.2, 57, 0.3, 0.0


@on_paper.wrong("""
    56 batches of 32 are 1,792 images. The five that are left over make a short batch, and a step of its own, in every
    epoch; you left them out, as `drop_last=True` would.
    """)
def short_batches_left_out():
    return 2 / 9, 0.2, 280, 0.3, 0.0


@on_paper.wrong("""
    You divided all five passes together by 32, as if one epoch's last batch were filled up with images of the next.
    Each epoch is dealt by itself and ends with a short batch: round up for one epoch, then multiply.
    """)
def epochs_run_together():
    return 2 / 9, 0.2, 281, 0.3, 0.0


@on_paper.wrong("""
    That is a step for every image: batches of one. Here a step takes 32 images, or what is left of them.
    """)
def a_step_for_every_image():
    return 2 / 9, 0.2, 8985, 0.3, 0.0


@on_paper.wrong("""
    Nine times the batch, a ninth of the noise: so it would be if the noise of the sum stayed as it was, and only the
    division grew. But errors left to chance cancel only in part: over nine times the examples their sum grows by √9,
    threefold. Divided by nine, that leaves a third.
    """)
def noise_without_the_root():
    return 2 / 9, 0.2, 285, 0.1, 0.0


@on_paper.wrong("""
    A larger batch is an average over more examples, and what is wrong in them cancels in part. The noise does fall,
    with the root of the batch size.
    """)
def noise_unchanged():
    return 2 / 9, 0.2, 285, 0.9, 0.0


@on_paper.wrong("""
    Of a sum of gradients that would be true: its noise grows with the root. The loss is a mean over the batch, so the
    sum is divided by nine times as much, and what is left of the noise is a third.
    """)
def noise_of_a_sum():
    return 2 / 9, 0.2, 285, 2.7, 0.0


@on_paper.wrong("""
    You let it go on to where the loss is 0, since no local minimum is in its way. But it is not only local minima that
    trap: at w1 = w2 = 0 the slopes are (w1·w2 − 1)·w2 and (w1·w2 − 1)·w1, both 0, and a step of 0.1 times 0 goes
    nowhere. It is a saddle, and exactly on it gradient descent stays.
    """)
def only_minima_trap():
    return 2 / 9, 0.2, 285, 0.3, 1.0


@on_paper.wrong("""
    That is the first step of a walk whose slope is the error alone, −1. The chain rule has one more factor: the slope
    along w1 is (w1·w2 − 1)·w2, and w2 is 0. The first step goes nowhere, and so does every other.
    """)
def one_step_from_the_saddle():
    return 2 / 9, 0.2, 285, 0.3, 0.1


# ---- 5.2 ----

downhill = Exercise(
    "5.2", "Step by step downhill", stars=1, minutes=8, returns="places",
    statement=r"""
    Write gradient descent. `gradient(w)` gives the gradient at `w`, an array with one slope for each parameter. Begin
    at `w`, take so many `steps` with the learning rate `lr`, and return every place on the way, the start included: an
    array of shape `(steps + 1, n)`, one place a row.

    The array that came in stays as it was: a caller may want to begin there once more, with another learning rate.""",
    hints=[
        "Keep a list of places that begins with `w`. In a loop, find the next place from the last one, and append it.",
        "The next place is the last one minus `lr` times the gradient there. At every step the gradient is asked anew, "
        "at the place where you are now.",
        "`w = w - lr * gradient(w)` makes a new array, where `w -= lr * gradient(w)` would write into the old one. At "
        "the end `np.array(places)` makes rows of the list.",
    ],
    why="A gradient points uphill and is valid at one place, so each step goes against it and asks anew. The learning "
        "rate stays what it is; steps get shorter because the gradient does. Along curvature λ each step multiplies "
        "the distance by 1 − ηλ, here 0.91 and −0.8.",
)


@downhill.stub
def descend(gradient, w, lr, steps):
    ...  # your code


@downhill.reference
def descend(gradient, w, lr, steps):
    places = [w]
    for _ in range(steps):
        w = w - lr * gradient(w)
        places.append(w)
    return np.array(places)


@downhill.inputs
def draw(rng):
    yield valley([1.0, 20.0]), np.array([2.0, 1.0]), 0.09, 3
    yield function("lambda w: 3 * w - 6"), np.array([0.5]), 0.1, 4
    yield (function("lambda w: (w[0] * w[1] - 1) * np.array([w[1], w[0]])"), np.array([1.5, -0.7]), 0.2, 5)
    yield function("lambda w: w**3 - np.array([1.0, -8.0, 0.5])"), np.array([0.5, -1.0, 1.5]), 0.05, 4
    yield valley([0.5, 3.0]), np.array([1.0, -2.0]), 0.7, 3


def walked(w, steps, step):
    """The places of a walk; step(k, w) says where the k-th step leads, counted from 1."""
    places = [w]
    for k in range(1, steps + 1):
        places.append(step(k, places[-1]))
    return np.array(places)


@downhill.wrong("""
    You went uphill. The gradient points to where the loss grows, so a step that lowers it goes against it, with a
    minus: `w - lr * gradient(w)`. If a loss climbs from the first step on, look at this sign.
    """)
def uphill(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w + lr * gradient(w))


@downhill.wrong("""
    The learning rate is missing: each step is as long as the gradient. A slope says how steep it is, not how far to
    go; `lr` turns the one into the other.
    """)
def lr_forgotten(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w - gradient(w))


@downhill.wrong("""
    You measured the gradient once, at the start, and used it for every step. It belongs to the place where it was
    measured: after a step it is out of date, and once a step has crossed the bottom it points the wrong way. Ask for it
    inside the loop.
    """)
def gradient_of_the_start(gradient, w, lr, steps):
    g = gradient(w)
    return walked(w, steps, lambda k, w: w - lr * g)


@downhill.wrong("""
    Every step of yours begins at the start, so all the places after the first are the same. The new place is kept in
    the list and not in `w`: give `w` its new value first, then append it.
    """)
def never_moved_on(gradient, w, lr, steps):
    return np.array([w] + [w - lr * gradient(w)] * steps)


@downhill.wrong("""
    You let the learning rate shrink as the steps go on. In gradient descent it stays what it is: steps get shorter
    because the gradient shrinks on the way to the bottom. (Plans that lower the rate exist; 5.4 has them.)
    """)
def rate_shrinks(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w - lr / k * gradient(w))


@downhill.wrong("""
    You let the learning rate grow from step to step. A larger rate is not the same walk, only faster: from 1/λ on, each
    step jumps across the lowest place, and from 2/λ on it lands further away than it began. Use `lr` as it came.
    """)
def rate_grows(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w - lr * k * gradient(w))


@downhill.wrong("""
    Every step of yours is exactly `lr` long: you divided the gradient by its own length. Then the walk can't slow down
    near the bottom, and goes back and forth about it. Gradient descent steps in proportion: lr times the gradient.
    """)
def steps_of_one_length(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w - lr * gradient(w) / np.linalg.norm(gradient(w)))


@downhill.wrong("""
    Every parameter moved by exactly `lr`: only the sign of its slope was used. Gradient descent steps in proportion: lr
    times the slope.
    """)
def sign_of_the_slope(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w - lr * np.sign(gradient(w)))


@downhill.wrong("""
    All parameters moved by the same amount: you added the slopes up. Each parameter has a slope of its own and takes a
    step against that one. `lr * gradient(w)` is an array already; leave it one.
    """)
def slopes_added_up(gradient, w, lr, steps):
    return walked(w, steps, lambda k, w: w - lr * gradient(w).sum())


@downhill.wrong("""
    All your rows are the last place, and the start that the caller handed in has changed, too. `w -= …` writes into the
    array that is there, and the list holds that one array again and again. `w = w - …` makes a new one at every step.
    """)
def one_array_again_and_again(gradient, w, lr, steps):
    places = [w]
    for _ in range(steps):
        w -= lr * gradient(w)
        places.append(w)
    return np.array(places)


@downhill.wrong("""
    All your rows are the last place. `w -= …` writes into the array that is there, and the list holds that one array
    again and again. `w = w - …` makes a new one at every step.
    """)
def one_copy_again_and_again(gradient, w, lr, steps):
    return one_array_again_and_again(gradient, w.copy(), lr, steps)


@downhill.wrong("""
    The places are right, and the start is missing. With it there are steps + 1 rows: the list begins as `[w]`.
    """)
def start_left_out(gradient, w, lr, steps):
    return descend(gradient, w, lr, steps)[1:]


@downhill.wrong("""
    The places are right, and the last one is missing: you kept each place before its step, and where the last step
    leads was never kept. Append after the step.
    """)
def end_left_out(gradient, w, lr, steps):
    return descend(gradient, w, lr, steps)[:-1]


@downhill.wrong("""
    You returned the last place. Asked for are all of them, the start included: keep each in a list, and return
    `np.array` of that.
    """)
def last_place_only(gradient, w, lr, steps):
    return descend(gradient, w, lr, steps)[-1]


# ---- 5.3 ----

one_epoch = Exercise(
    "5.3", "One epoch, batch by batch", kind="complete", stars=2, minutes=12, returns="w",
    statement=r"""
    A line through the data, $\hat y = Xw$, learns by mini-batches. Its loss is the mean of $\tfrac12(\hat y - y)^2$
    over the batch, so the gradient is $X^\top(\hat y - y)$, divided by the number of examples in the batch.

    Complete one epoch. `order` holds the numbers of all rows, shuffled. Deal them in this order, `size` rows a batch,
    and take a step for each batch. Where the rows don't come out even, the last batch is short.""",
    hints=[
        "An epoch sees every row exactly once. So the batches begin at 0, at `size`, at 2 · `size`, and so on, as long "
        "as there are rows.",
        "`range(0, len(X), size)` counts in that way. The rows of the batch that begins at `start` are the next `size` "
        "entries of `order`; a slice that reaches beyond the end is cut off there.",
        "`rows = order[start:start + size]`. The mean is over the rows that are in this batch: how many are they, when "
        "the batch is short?",
    ],
    why="Slices of a shuffled order deal every row once, and the last slice ends by itself where the rows do. Dividing "
        "by the rows that are there makes each step a mean. An epoch is as many steps as there are batches, each from "
        "the place that the one before has reached.",
)


@one_epoch.stub
def epoch(w, X, y, lr, size, order):
    for start in range(...):
        rows = ...
        error = X[rows] @ w - y[rows]
        g = X[rows].T @ error / ...
        w = w - lr * g
    return w


@one_epoch.reference
def epoch(w, X, y, lr, size, order):
    for start in range(0, len(X), size):
        rows = order[start:start + size]
        error = X[rows] @ w - y[rows]
        g = X[rows].T @ error / len(rows)
        w = w - lr * g
    return w


@one_epoch.inputs
def draw(rng):
    yield (np.array([1.0, -1.0]), np.array([[1.0, 0.0], [0.5, 2.0], [-1.0, 1.0], [2.0, 0.5], [0.0, -1.5]]),
           np.array([2.0, -1.0, 0.5, 1.5, -2.0]), 0.2, 2, np.array([3, 0, 4, 2, 1]))
    for n, size, width in [(7, 3, 2), (6, 3, 3), (5, 5, 2), (4, 1, 2), (3, 8, 2)]:
        yield numbers(rng, width), numbers(rng, n, width), numbers(rng, n), 0.3, size, rng.permutation(n)


def batch_gradient(w, X, y):
    return X.T @ (X @ w - y) / len(X)


def dealt(order, size):
    return [order[start:start + size] for start in range(0, len(order), size)]


def stepped(w, X, y, lr, batches):
    """After a step for each batch of rows."""
    for rows in batches:
        w = w - lr * batch_gradient(w, X[rows], y[rows])
    return w


@one_epoch.wrong("""
    You took one step, with the gradient of all rows: an epoch is not a step. It deals all rows out in batches and takes
    a step for each of them, every time from where the last one led.
    """)
def epoch_is_a_step(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [order])


@one_epoch.wrong("""
    There are as many steps as batches, but every step looks at all the rows. That is the whole work again for each
    step. A batch is a slice of `order`: `order[start:start + size]`.
    """)
def all_rows_in_every_batch(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [order] * len(dealt(order, size)))


@one_epoch.wrong("""
    Every step uses the first batch, and most of the rows are never seen. The slice has to move on with `start`:
    `order[start:start + size]`.
    """)
def first_batch_every_time(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [order[:size]] * len(dealt(order, size)))


@one_epoch.wrong("""
    The second number of a slice says where it ends, not how many entries it takes. `order[start:size]` is right for the
    first batch, and empty for every other, and a mean over nothing is no number. Let it end at `start + size`.
    """)
def slice_ends_at_size(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [order[start:size] for start in range(0, len(X), size)])


@one_epoch.wrong("""
    You took the rows as they come and left `order` aside. If the data are sorted in some way, by label for instance,
    every batch is one-sided, and what was seen last counts most. Deal from `order`.
    """)
def not_shuffled(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, dealt(np.arange(len(X)), size))


@one_epoch.wrong("""
    You shuffled the inputs and not the targets: each example is compared with some other example's answer, so there is
    nothing to learn. Both take the same rows: `X[rows]` and `y[rows]`.
    """)
def targets_not_shuffled(w, X, y, lr, size, order):
    return stepped(w, X[order], y, lr, dealt(np.arange(len(X)), size))


@one_epoch.wrong("""
    The rows that are left over at the end were dropped. Sometimes one wants that; here every row is to be seen, so the
    last batch is short. `range(0, len(X), size)` begins it, and the slice ends it where the rows do.
    """)
def short_batch_dropped(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [rows for rows in dealt(order, size) if len(rows) == size])


@one_epoch.wrong("""
    The full batches are right. In the short one you divide by `size`, though fewer rows are in it, so its step is too
    short. A mean is over what is there: `len(rows)`.
    """)
def short_batch_divided_by_size(w, X, y, lr, size, order):
    for rows in dealt(order, size):
        w = w - lr * batch_gradient(w, X[rows], y[rows]) * len(rows) / size
    return w


@one_epoch.wrong("""
    You divide by the number of all rows. Then every step is too short, the more so the smaller the batch. The gradient
    of a batch is the mean over that batch: divide by `len(rows)`.
    """)
def divided_by_all_rows(w, X, y, lr, size, order):
    for rows in dealt(order, size):
        w = w - lr * batch_gradient(w, X[rows], y[rows]) * len(rows) / len(X)
    return w


@one_epoch.wrong("""
    You add the gradients of a batch up and don't divide. With a sum, twice the batch takes steps twice as long, and the
    learning rate would have to change with the batch size. Divide by `len(rows)`.
    """)
def summed(w, X, y, lr, size, order):
    for rows in dealt(order, size):
        w = w - lr * batch_gradient(w, X[rows], y[rows]) * len(rows)
    return w


@one_epoch.wrong("""
    Your batches overlap: a new one begins at every row, and so each row is seen up to `size` times. The next batch
    begins where the last one ended: give `range` the stride `size`.
    """)
def a_batch_from_every_row(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [order[start:start + size] for start in range(len(X))])


@one_epoch.wrong("""
    You count batches, 0, 1, 2, and so on, but use that number as the row to begin at. So the batches overlap, and the
    last rows are never seen. Let `start` itself go up by `size`: `range(0, len(X), size)`.
    """)
def batches_counted_rows_cut(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, [order[k:k + size] for k in range(len(dealt(order, size)))])


@one_epoch.wrong("""
    You take a step for every single row. That is an epoch, too, with batches of one. Here a batch has `size` rows, and
    its gradient is their mean.
    """)
def a_step_for_every_row(w, X, y, lr, size, order):
    return stepped(w, X, y, lr, dealt(order, 1))


@one_epoch.wrong("""
    All your gradients belong to the place where the epoch began. Each batch is to be asked from where the last step
    has led: that many steps from new places are what mini-batches buy.
    """)
def all_gradients_of_the_start(w, X, y, lr, size, order):
    return w - lr * sum(batch_gradient(w, X[rows], y[rows]) for rows in dealt(order, size))


@one_epoch.wrong("""
    You went uphill: the gradient points to where the loss grows. A step goes against it, `w - lr * g`; or, if your
    line does have a minus, the error is turned, `y - X @ w`, and the two minus signs cancel.
    """)
def uphill_batch_by_batch(w, X, y, lr, size, order):
    return stepped(w, X, y, -lr, dealt(order, size))


# ---- 5.4 ----

keep_going = Exercise(
    "5.4", "Momentum", stars=2, minutes=10, returns="places",
    statement=r"""
    Write gradient descent with momentum, as PyTorch and nnlib have it:

    $$v \leftarrow \mu v + g, \qquad w \leftarrow w - \eta v$$

    The velocity $v$ is an array like `w` and begins at 0; `mu` is $\mu$ and `lr` is $\eta$. As before, `gradient(w)`
    gives the gradient, and asked for is every place, the start included, one a row.""",
    hints=[
        "It is the walk of exercise 5.2 with one more thing to remember: the velocity. It has to live outside the "
        "loop, or each step would begin with none.",
        "Before the loop, `v = np.zeros_like(w)`. In the loop, first the velocity, from the gradient at the present "
        "place; then the place, from the new velocity.",
        "`v = mu * v + gradient(w)`, then `w = w - lr * v`, then append. Nothing more.",
    ],
    why="What agrees from step to step adds up, and what changes its sign cancels. A steady gradient comes to move the "
        "weight by η/(1 − μ) a step, ten times η with μ = 0.9. A form with (1 − μ) before the gradient is a different "
        "rule at the same learning rate: it wants an η that is 1/(1 − μ) times as large.",
)


@keep_going.stub
def momentum(gradient, w, lr, mu, steps):
    ...  # your code


@keep_going.reference
def momentum(gradient, w, lr, mu, steps):
    v, places = np.zeros_like(w), [w]
    for _ in range(steps):
        v = mu * v + gradient(w)
        w = w - lr * v
        places.append(w)
    return np.array(places)


@keep_going.inputs
def draw(rng):
    yield valley([1.0, 20.0]), np.array([2.0, 1.0]), 0.03, 0.9, 4
    yield function("lambda w: 3 * w - 6"), np.array([0.5]), 0.1, 0.5, 3
    yield valley([0.5, 3.0, 8.0]), np.array([1.0, -2.0, 0.5]), 0.05, 0.8, 6
    yield function("lambda w: (w[0] * w[1] - 1) * np.array([w[1], w[0]])"), np.array([1.5, -0.7]), 0.1, 0.7, 5


def with_velocity(gradient, w, steps, rule):
    """The places of a walk whose rule(k, w, v, gradient) gives the next place and the next velocity."""
    v, places = np.zeros_like(w), [w]
    for k in range(1, steps + 1):
        w, v = rule(k, w, v, gradient)
        places.append(w)
    return np.array(places)


@keep_going.wrong("""
    You took an average of the gradients, with (1 − μ) before the new one. That is a sensible rule, and another one: at
    the same learning rate every step is only 1 − μ times as long, a tenth with μ = 0.9. PyTorch and nnlib add up:
    `v = mu * v + g`.
    """)
def averaged(gradient, w, lr, mu, steps):
    return momentum(gradient, w, lr * (1 - mu), mu, steps)


@keep_going.wrong("""
    You took an average of the gradients and corrected it for its start at 0, as Adam does. Momentum does neither: it
    adds up, so that a steady gradient comes to move the weight by lr/(1 − μ).
    """)
def averaged_and_corrected(gradient, w, lr, mu, steps):
    def rule(k, w, v, gradient):
        v = mu * v + (1 - mu) * gradient(w)
        return w - lr * v / (1 - mu**k), v
    return with_velocity(gradient, w, steps, rule)


@keep_going.wrong("""
    μ and 1 − μ have changed places: your velocity keeps little of itself and takes most from the new gradient. It
    should keep μ of itself, nine tenths with μ = 0.9, and add the whole gradient.
    """)
def mu_and_the_rest_swapped(gradient, w, lr, mu, steps):
    def rule(k, w, v, gradient):
        v = (1 - mu) * v + mu * gradient(w)
        return w - lr * v, v
    return with_velocity(gradient, w, steps, rule)


@keep_going.wrong("""
    The velocity begins anew at every step, so this is plain gradient descent. What is to be remembered has to be made
    before the loop.
    """)
def nothing_remembered(gradient, w, lr, mu, steps):
    return descend(gradient, w, lr, steps)


@keep_going.wrong("""
    Each place of yours is the start minus lr times the velocity: the new place is kept in the list and not in `w`, so
    the walk never moves on. Give `w` its new value first, then append it.
    """)
def always_from_the_start(gradient, w, lr, mu, steps):
    v, places = np.zeros_like(w), [w]
    for _ in range(steps):
        v = mu * v + gradient(w)
        places.append(w - lr * v)
    return np.array(places)


@keep_going.wrong("""
    You remember one gradient, the last, and forget all before it. A velocity is made of all of them: it takes itself
    along, `mu * v`, and in that the older ones live on, ever fainter.
    """)
def last_gradient_only(gradient, w, lr, mu, steps):
    return with_velocity(gradient, w, steps,
                         lambda k, w, last, gradient: (w - lr * (gradient(w) + mu * last), gradient(w)))


@keep_going.wrong("""
    Your velocity forgets nothing: it is the plain sum of all gradients. Then nothing ever slows down, and the weight
    swings about the lowest place for good. Keep only μ of it at each step.
    """)
def nothing_forgotten(gradient, w, lr, mu, steps):
    return momentum(gradient, w, lr, 1.0, steps)


@keep_going.wrong("""
    You multiplied the new gradient by μ as well, `mu * (v + g)`, so every step is μ times as long as it should be.
    Only what is old fades: `mu * v + g`.
    """)
def new_gradient_faded(gradient, w, lr, mu, steps):
    return momentum(gradient, w, lr * mu, mu, steps)


@keep_going.wrong("""
    The place moves by the old velocity, and the new gradient is that of the place before this move. Your first step
    goes nowhere, and every gradient is used one step late. First the velocity, then the place.
    """)
def moved_by_the_old_velocity(gradient, w, lr, mu, steps):
    return with_velocity(gradient, w, steps, lambda k, w, v, gradient: (w - lr * v, mu * v + gradient(w)))


@keep_going.wrong("""
    The place moves by the old velocity, and only then comes the new gradient: your first step goes nowhere, and all
    others are a step behind. First the velocity, then the place.
    """)
def moved_before_the_velocity(gradient, w, lr, mu, steps):
    return with_velocity(gradient, w, steps,
                         lambda k, w, v, gradient: (w - lr * v, mu * v + gradient(w - lr * v)))


@keep_going.wrong("""
    The learning rate comes in twice: once on the gradient as it enters the velocity, and again on the step. Once is
    enough, at either place.
    """)
def lr_twice(gradient, w, lr, mu, steps):
    return momentum(gradient, w, lr * lr, mu, steps)


@keep_going.wrong("""
    The learning rate is missing. The velocity is a sum of gradients, so it says which way and how steep; `lr` makes a
    step of it.
    """)
def lr_left_out(gradient, w, lr, mu, steps):
    return momentum(gradient, w, 1.0, mu, steps)


@keep_going.wrong("""
    You went uphill. The velocity adds up gradients, and these point to where the loss grows, so the place goes against
    it: `w - lr * v`.
    """)
def velocity_uphill(gradient, w, lr, mu, steps):
    return momentum(gradient, w, -lr, mu, steps)


@keep_going.wrong("""
    You keep one velocity for all parameters together, made from the sum of their slopes. Each has its own: let `v` be
    an array like `w`.
    """)
def one_velocity_for_all(gradient, w, lr, mu, steps):
    return momentum(lambda w: np.full_like(w, gradient(w).sum()), w, lr, mu, steps)


@keep_going.wrong("""
    You asked for the gradient where the velocity is about to carry the weight, `w - lr * mu * v`. That is Nesterov's
    form, a good rule and another one. Here the gradient is that of the present place.
    """)
def looked_ahead(gradient, w, lr, mu, steps):
    def rule(k, w, v, gradient):
        v = mu * v + gradient(w - lr * mu * v)
        return w - lr * v, v
    return with_velocity(gradient, w, steps, rule)


@keep_going.wrong("""
    All your rows are the last place, and the start that the caller handed in has changed, too. `w -= …` writes into the
    array that is there, and the list holds that one array again and again. `w = w - …` makes a new one at every step.
    """)
def one_place_again_and_again(gradient, w, lr, mu, steps):
    v, places = np.zeros_like(w), [w]
    for _ in range(steps):
        v = mu * v + gradient(w)
        w -= lr * v
        places.append(w)
    return np.array(places)


# ---- 5.5 ----

thrown = Exercise(
    "5.5", "An RMSProp that throws its parameters about", kind="repair", stars=2, minutes=8, returns="places",
    statement=r"""
    RMSProp gives each parameter its own step length: it divides the gradient by its usual size. Whether gradients are
    large or tiny, the steps should be of about the same length. In the call below the first slope is ten thousand times
    the second, and the first step of both should be −0.316228. As the function stands, the first parameter moves by
    −0.001 and the second by −9.9999. Find out why, and mend it.""",
    hints=[
        "`s` is a mean of squares. If all gradients were 3, what would it be? And what should they be divided by, to "
        "give 1?",
        "A slope of 0.01 has the square 0.0001. Dividing by that makes a small slope into a large step, and a large "
        "slope into a small one. What turns a squared size back into a size?",
        "Divide by the root of the mean square: `np.sqrt(s) + 1e-8`. The small number stays outside the root.",
    ],
    why="s is measured in squared slopes, and its root in slopes, so the quotient is a pure number of about 1, and η "
        "is the length of the step. Without the root a slope that is a hundred times smaller takes a step that is a "
        "hundred times longer.",
)


@thrown.stub
def rmsprop(gradient, w, lr, alpha, steps):
    s, places = np.zeros_like(w), [w]
    for _ in range(steps):
        g = gradient(w)
        s = alpha * s + (1 - alpha) * g**2
        w = w - lr * g / (s + 1e-8)
        places.append(w)
    return np.array(places)


@thrown.reference
def rmsprop(gradient, w, lr, alpha, steps):
    s, places = np.zeros_like(w), [w]
    for _ in range(steps):
        g = gradient(w)
        s = alpha * s + (1 - alpha) * g**2
        w = w - lr * g / (np.sqrt(s) + 1e-8)
        places.append(w)
    return np.array(places)


@thrown.inputs
def draw(rng):
    yield valley([1000.0, 0.1]), np.array([1.0, 1.0]), 0.1, 0.9, 3
    yield valley([1.0, 20.0]), np.array([2.0, -1.0]), 0.05, 0.99, 4
    yield function("lambda w: 3 * w - 6"), np.array([0.5]), 0.2, 0.5, 5
    yield valley([1e-5, 3.0, 0.2]), np.array([1.0, -2.0, 0.5]), 0.1, 0.8, 4


def with_squares(gradient, w, lr, steps, *, mean, divisor=lambda s, k: np.sqrt(s) + 1e-8):
    """A walk whose k-th step is divided by divisor(s, k); mean(s, g) gives the next s."""
    s, places = np.zeros_like(w), [w]
    for k in range(1, steps + 1):
        g = gradient(w)
        s = mean(s, g)
        w = w - lr * g / divisor(s, k)
        places.append(w)
    return np.array(places)


def running(alpha):
    return lambda s, g: alpha * s + (1 - alpha) * g**2


@thrown.wrong("""
    The gradient is still divided by its squared size. Units tell: a slope over a squared slope is one over a slope, so
    the smaller the gradient, the longer the step. Divide by a size: by the root of `s`.
    """)
def root_missing(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=running(alpha), divisor=lambda s, k: s + 1e-8)


@thrown.wrong("""
    The root is there, and it covers the small number, too. For ordinary gradients that makes no difference; but where a
    slope is tiny, √1e-8 is 0.0001, which is much more than the slope's own size, and the step all but vanishes. PyTorch
    and nnlib add 1e-8 outside: `np.sqrt(s) + 1e-8`.
    """)
def small_number_under_the_root(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=running(alpha), divisor=lambda s, k: np.sqrt(s + 1e-8))


@thrown.wrong("""
    You took the square away rather than putting the root in. A mean of the slopes themselves can cancel, or be
    negative; then there is little or nothing to divide by, or the step goes uphill. Square first, so that nothing
    cancels, then mean, then root.
    """)
def square_taken_away(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=lambda s, g: alpha * s + (1 - alpha) * g,
                        divisor=lambda s, k: s + 1e-8)


@thrown.wrong("""
    Your steps have all one length, lr, and only the sign of the slope is left: you divide by the size of the present
    gradient, |g|. RMSProp divides by the usual size, from a mean that remembers, so that an unusually large slope
    still makes a larger step.
    """)
def size_of_the_present_gradient(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=lambda s, g: g**2)


@thrown.wrong("""
    The mean keeps 1 − α of itself and takes α from the new square: the two have changed places. α says how long it
    remembers, so it belongs to the old: `alpha * s + (1 - alpha) * g**2`, as it stood.
    """)
def alpha_and_the_rest_swapped(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=running(1 - alpha))


@thrown.wrong("""
    The root is right; but the factor (1 − α) has gone, and with it the mean: your `s` is a sum, larger than the usual
    square, so the steps are too short. The bug was elsewhere.
    """)
def sum_of_squares(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=lambda s, g: alpha * s + g**2)


@thrown.wrong("""
    You also corrected the mean for its start at 0. That is what Adam does, and it shortens the first steps to their
    right length. RMSProp doesn't: that its first step is too long, 0.316228 in place of 0.1 in the call below, is a
    fault of its own, which lesson 5.3 shows.
    """)
def corrected_for_its_start(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=running(alpha),
                        divisor=lambda s, k: np.sqrt(s / (1 - alpha**k)) + 1e-8)


@thrown.wrong("""
    All parameters are divided by one number, the root of the mean over all of them. Then the largest slopes set
    everybody's step, and the small ones crawl, which is what RMSProp is there to mend. `s` is an array, one number a
    parameter.
    """)
def one_size_for_all(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=lambda s, g: alpha * s + (1 - alpha) * (g**2).mean())


@thrown.wrong("""
    The root covers the whole quotient now. A root of g/s is of no use where g is negative, and it makes a step that
    still grows as slopes get smaller. Only the mean of squares gets a root.
    """)
def root_of_the_quotient(gradient, w, lr, alpha, steps):
    s, places = np.zeros_like(w), [w]
    for _ in range(steps):
        g = gradient(w)
        s = alpha * s + (1 - alpha) * g**2
        w = w - lr * np.sqrt(g / (s + 1e-8))
        places.append(w)
    return np.array(places)


@thrown.wrong("""
    You multiply by the size where you should divide by it. Then large gradients make even larger steps. Dividing takes
    the size out.
    """)
def multiplied_by_the_size(gradient, w, lr, alpha, steps):
    return with_squares(gradient, w, lr, steps, mean=running(alpha), divisor=lambda s, k: 1 / (np.sqrt(s) + 1e-8))


# ---- 5.6 ----

adam_on_paper = Exercise(
    "5.6", "Four questions about Adam", kind="predict", stars=2, minutes=8, returns="first louder raw place", rtol=2e-3,
    statement=r"""
    Adam with its usual settings, $\beta_1 = 0.9$, $\beta_2 = 0.999$ and a tiny $\varepsilon$. Put a number, to three
    digits, in place of each row of dots.

    1. The learning rate is 0.01, and a parameter's first gradient is −0.002. By how much does the parameter change in
       the first step, `first`? Give the sign, too.
    2. The loss is multiplied by 1,000. How many times as long does Adam's first step become, `louder`?
    3. Without bias correction, how long would the first step be, in units of the learning rate, `raw`?
    4. The loss is $L = 7\,|w - 5|$, the weight starts at 0, and the learning rate is nnlib's default, 0.001. Where is
       the weight after 100 steps, `place`?""",
    hints=[
        "A step is η times the mean of the gradients over the root of the mean of their squares. What becomes of that "
        "quotient when all gradients so far are the same?",
        "With the correction, the first m is the gradient itself and the first s its square, so the quotient is +1 or "
        "−1, whatever the size. Without it, m is a tenth of the gradient and s a thousandth of its square.",
        "For the third, divide 0.1 by the root of 0.001. For the fourth, the slope of L is −7 all the way, so each of "
        "the hundred steps is as long as the first.",
    ],
    why="Divided by its own size, a steady gradient is ±1, so each step is η long, however loud the loss is. Without "
        "the correction the lack below the line is the larger one, and the first step is 3.16 η. And since η is the "
        "length of a step, it has to be chosen: a hundred steps of a thousandth come to a tenth, however far the goal.",
)


@adam_on_paper.stub
def four_answers():
    first = ...
    louder = ...
    raw = ...
    place = ...
    return first, louder, raw, place


@adam_on_paper.reference
def four_answers():
    first = 0.01
    louder = 1.0
    raw = 0.1 / np.sqrt(0.001)
    place = 100 * 0.001
    return first, louder, raw, place


@adam_on_paper.inputs
def draw(rng):
    yield ()


RAW = 0.1 / np.sqrt(0.001)


@adam_on_paper.wrong("""
    That is the learning rate times the gradient, the step of plain gradient descent. Adam's step doesn't follow the
    gradient's size: it divides by that. What is left of −0.002 is its sign.
    """)
def step_follows_the_gradient():
    return 0.00002, 1.0, RAW, 0.1


@adam_on_paper.wrong("""
    The length is right. The step goes against the gradient, and this one is negative, so the parameter grows.
    """)
def first_step_uphill():
    return -0.01, 1.0, RAW, 0.1


@adam_on_paper.wrong("""
    That is a tenth of the learning rate, as if the running mean, which holds only a tenth of the gradient after the
    first step, were used as it is. Bias correction makes up for that: the corrected mean is the gradient itself.
    """)
def mean_not_yet_full():
    return 0.001, 1.0, RAW, 0.1


@adam_on_paper.wrong("""
    So long would it be without bias correction, 3.16 times the learning rate. Adam corrects both means, and then the
    first quotient is exactly +1 or −1.
    """)
def first_step_uncorrected():
    return 0.01 * RAW, 1.0, RAW, 0.1


@adam_on_paper.wrong("""
    So it would be for plain gradient descent, whose step is in proportion to the gradient. In Adam the mean of the
    gradients grows a thousandfold, and so does the root of the mean square below it.
    """)
def louder_is_longer():
    return 0.01, 1000.0, RAW, 0.1


@adam_on_paper.wrong("""
    You took a root of the 1,000. There is a root below the line, but also a square under it: squares grow by 1,000
    times 1,000, their root by 1,000, and the mean above the line by 1,000. Nothing is left.
    """)
def louder_by_the_root():
    return 0.01, np.sqrt(1000), RAW, 0.1


@adam_on_paper.wrong("""
    You divided by the square without its root. That would make a louder loss take shorter steps. The root undoes the
    square, so above and below grow alike.
    """)
def louder_is_shorter():
    return 0.01, 0.001, RAW, 0.1


@adam_on_paper.wrong("""
    You looked at the mean m alone, which holds only a tenth of the gradient. So most people expect the first steps to
    be too small. But one divides by √s, and s holds only a thousandth of the square: that lack is below the line, and
    it is the larger one.
    """)
def too_small_without_correction():
    return 0.01, 1.0, 0.1, 0.1


@adam_on_paper.wrong("""
    You have it upside down: that is √0.001 over 0.1. Without correction the first steps are too long, not too small,
    since what lacks most is what one divides by.
    """)
def too_small_upside_down():
    return 0.01, 1.0, 1 / RAW, 0.1


@adam_on_paper.wrong("""
    Both means are too small at first, but they don't cancel: m is a tenth of what it should be, and √s is √0.001,
    about 0.032 of it. They would cancel if 1 − β1 were the root of 1 − β2.
    """)
def both_lacks_cancel():
    return 0.01, 1.0, 1.0, 0.1


@adam_on_paper.wrong("""
    You forgot the root: 0.1 over 0.001. One divides by √s, and √0.001 is about 0.032.
    """)
def root_forgotten():
    return 0.01, 1.0, 100.0, 0.1


@adam_on_paper.wrong("""
    You let it arrive, as if Adam found the right step length by itself. It does not: each step is about η long, and η
    is yours to choose. A hundred steps of a thousandth lead no further than that.
    """)
def no_tuning_needed():
    return 0.01, 1.0, RAW, 5.0


@adam_on_paper.wrong("""
    That is the way of plain gradient descent, 100 steps of 0.001 times 7. Adam divides by the gradient's size, so the 7
    plays no part.
    """)
def hundred_steps_of_descent():
    return 0.01, 1.0, RAW, 0.7


@adam_on_paper.wrong("""
    That is where a single step leads. The slope is −7 all the way, so all the other steps are as long.
    """)
def one_step_only():
    return 0.01, 1.0, RAW, 0.001


# ---- 5.7 ----

adamw_by_hand = Exercise(
    "5.7", "AdamW", stars=3, minutes=15, returns="w m s",
    statement=r"""
    Write one step of AdamW. `w` holds some parameters, `g` their gradients; `m` and `s` are the running means of the
    gradients and of their squares, as the step before left them, and `t` is the number of this step, counted from 1.
    All four arrays have one shape, whatever it is. With `lr` for $\eta$ and `decay` for $\lambda$,
    $\beta_1 = 0.9$, $\beta_2 = 0.999$ and $\varepsilon = 10^{-8}$:

    1. Shrink the parameters to $1 - \eta\lambda$ times what they are. The decay stays out of the gradient.
    2. Bring both means up to date.
    3. Correct both for their start at 0, for use in this step: $\hat m = m/(1 - \beta_1^t)$, and
       $\hat s = s/(1 - \beta_2^t)$.
    4. Step: $w \leftarrow w - \eta\,\hat m/(\sqrt{\hat s} + \varepsilon)$.

    Return the new `w`, `m` and `s`, which the next step will be given. With `decay=0` it is Adam.""",
    hints=[
        "Take it line by line, and make a new array in each, so that those that came in stay as they were. The first "
        "line is `w = (1 - lr * decay) * w`.",
        "The means: `m = 0.9 * m + 0.1 * g` and `s = 0.999 * s + 0.001 * g**2`. The corrected ones need names of their "
        "own, because the next step goes on from the uncorrected.",
        "`m_hat = m / (1 - 0.9**t)` and `s_hat = s / (1 - 0.999**t)`; the step is "
        "`lr * m_hat / (np.sqrt(s_hat) + 1e-8)`. Return `w, m, s`.",
    ],
    why="The mean of gradients says which way, the root of the mean square takes the size out, entry by entry, and the "
        "correction makes both honest from the first step. The decay stands beside all that, so it shrinks every "
        "weight by the same share, whatever its gradients are.",
)


@adamw_by_hand.stub
def adamw_step(w, g, m, s, t, lr, decay):
    ...  # your code


@adamw_by_hand.reference
def adamw_step(w, g, m, s, t, lr, decay):
    w = (1 - lr * decay) * w
    m = 0.9 * m + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    m_hat = m / (1 - 0.9**t)
    s_hat = s / (1 - 0.999**t)
    w = w - lr * m_hat / (np.sqrt(s_hat) + 1e-8)
    return w, m, s


@adamw_by_hand.inputs
def draw(rng):
    """Three steps in a row for parameters of several shapes, one after many steps, and one with a tiny gradient."""
    first = np.array([1.0, -2.0]), np.array([3.0, -0.5])
    for w, g, lr, decay in [(*first, 0.1, 0.0), (numbers(rng, 2, 3), 9 * numbers(rng, 2, 3), 0.2, 0.5),
                            (numbers(rng, 3), 2 * numbers(rng, 3), 0.3, 0.4)]:
        m, s = np.zeros_like(w), np.zeros_like(w)
        for t in (1, 2, 3):
            yield w, g, m, s, t, lr, decay
            w, m, s = (part.round(4) for part in adamw_step(w, g, m, s, t, lr, decay))
            g = 4 * numbers(rng, *w.shape)
    yield np.array([1.5, -0.5]), np.array([2.0, -1.0]), np.array([0.5, 0.4]), np.array([2.0, 0.3]), 500, 0.2, 0.5
    yield np.array([0.5, -0.4]), np.array([1e-6, 2.0]), np.zeros(2), np.zeros(2), 1, 0.1, 0.1


def adamw_with(w, g, m, s, t, lr, decay, *, shrink=None, means=(0.1, 0.001), correct=(True, True),
               step=lambda m, s, g: m / (np.sqrt(s) + 1e-8), uphill=False):
    """AdamW with one part in another form."""
    w = (1 - lr * decay if shrink is None else shrink) * w
    m, s = 0.9 * m + means[0] * g, 0.999 * s + means[1] * g**2
    m_hat = m / (1 - 0.9**t) if correct[0] else m
    s_hat = s / (1 - 0.999**t) if correct[1] else s
    return w - (-lr if uphill else lr) * step(m_hat, s_hat, g), m, s


@adamw_by_hand.wrong("""
    The bias correction is missing. Many expect the first steps to be too small without it, since both means start at
    0; they are too long, 3.16 times at first, because s, which is below the line, lacks more than m. Divide each by
    what it lacks.
    """)
def not_corrected(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, correct=(False, False))


@adamw_by_hand.wrong("""
    You corrected the mean of the gradients and not that of the squares. So √s is far too small at first, about 0.032 of
    the gradient's size, and the first step is more than thirty times too long. Both means start at 0, and both need
    the correction.
    """)
def only_m_corrected(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, correct=(True, False))


@adamw_by_hand.wrong("""
    You corrected the mean of the squares and not that of the gradients. Now the first steps are too short, a tenth of
    what they should be. Both means start at 0, and both need the correction.
    """)
def only_s_corrected(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, correct=(False, True))


@adamw_by_hand.wrong("""
    You divide by 1 − β at every step. That is right for the first; at step t the means hold 1 − βᵗ of what they should,
    so the correction fades. Yours stays as it is, so the later steps are wrong: at first up to twice as long as they
    should be, in the end a third as long.
    """)
def corrected_as_in_the_first_step(w, g, m, s, t, lr, decay):
    w = (1 - lr * decay) * w
    m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
    return w - lr * m / (1 - 0.9) / (np.sqrt(s / (1 - 0.999)) + 1e-8), m, s


@adamw_by_hand.wrong("""
    `w` is right, but the means that you hand on are the corrected ones, and the next step would correct them once more.
    The correction is for use in this step only: give the corrected means names of their own, and return the plain
    ones.
    """)
def corrected_means_kept(w, g, m, s, t, lr, decay):
    w, m, s = adamw_step(w, g, m, s, t, lr, decay)
    return w, m / (1 - 0.9**t), s / (1 - 0.999**t)


@adamw_by_hand.wrong("""
    `w` is right, and the means that you hand on are those that came in. Then every step would begin with the same old
    means, and no gradient would ever be remembered. Return the new `m` and `s`.
    """)
def old_means_returned(w, g, m, s, t, lr, decay):
    return adamw_step(w, g, m, s, t, lr, decay)[0], m, s


@adamw_by_hand.wrong("""
    You added 1 to `t`. It is counted from 1 already: in the first step the means hold 1 − β of what they should, and
    that is 1 − β to the power of 1.
    """)
def counted_one_too_far(w, g, m, s, t, lr, decay):
    m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
    step = m / (1 - 0.9**(t + 1)) / (np.sqrt(s / (1 - 0.999**(t + 1))) + 1e-8)
    return (1 - lr * decay) * w - lr * step, m, s


@adamw_by_hand.wrong("""
    The decay has gone into the gradient, `g + decay * w`. That is Adam with weight decay: there it passes through the
    division, falls hard on weights with small gradients and spares those with large ones. In AdamW it is decoupled:
    shrink `w` itself, by `1 - lr * decay`, and leave `g` alone.
    """)
def decay_in_the_gradient(w, g, m, s, t, lr, decay):
    return adamw_with(w, g + decay * w, m, s, t, lr, decay, shrink=1)


@adamw_by_hand.wrong("""
    The weights don't shrink: `decay` is not used. Multiply `w` by `1 - lr * decay` before the step.
    """)
def decay_forgotten(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, shrink=1)


@adamw_by_hand.wrong("""
    You shrink by the whole `decay`, without the learning rate. With lr = 0.001 the weights would shrink a thousand
    times as fast as they should, and no schedule could slow that down. The share is `lr * decay`.
    """)
def decay_without_lr(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, shrink=1 - decay)


@adamw_by_hand.wrong("""
    Your weights grow by the share that they should shrink by. Decay pulls towards 0: `1 - lr * decay`.
    """)
def decay_turned(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, shrink=1 + lr * decay)


@adamw_by_hand.wrong("""
    You shrink the weights after the step, so that the step shrinks with them. It is a small difference, but PyTorch and
    nnlib shrink first: `w = (1 - lr * decay) * w` comes before the step.
    """)
def decay_after_the_step(w, g, m, s, t, lr, decay):
    w, m, s = adamw_with(w, g, m, s, t, lr, decay, shrink=1)
    return (1 - lr * decay) * w, m, s


@adamw_by_hand.wrong("""
    You went uphill: the step is added. The mean of the gradients points to where the loss grows, so `w` goes against
    it.
    """)
def step_added(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, uphill=True)


@adamw_by_hand.wrong("""
    Your step follows the gradient's size: it is lr times a mean of the gradients, momentum in its averaged form, and
    `s` is kept for nothing. Adam divides by the root of `s_hat`, so that a parameter with tiny gradients moves as far
    as one with large ones.
    """)
def size_not_taken_out(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, step=lambda m, s, g: m)


@adamw_by_hand.wrong("""
    The root is missing: you divide by the mean of the squares. Then a small gradient makes a long step and a large one
    a short step. The root makes a size of the square: `np.sqrt(s_hat)`.
    """)
def root_left_out(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, step=lambda m, s, g: m / (s + 1e-8))


@adamw_by_hand.wrong("""
    The small number stands under the root. Where a gradient is tiny, √1e-8 is 0.0001, much more than its size, and the
    step all but vanishes. It belongs outside: `np.sqrt(s_hat) + 1e-8`.
    """)
def epsilon_under_the_root(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, step=lambda m, s, g: m / np.sqrt(s + 1e-8))


@adamw_by_hand.wrong("""
    The present gradient stands above the line, where its mean belongs. This is RMSProp with a correction: it takes the
    size out, but remembers no direction. Use `m_hat`.
    """)
def gradient_for_its_mean(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, step=lambda m, s, g: g / (np.sqrt(s) + 1e-8))


@adamw_by_hand.wrong("""
    Every entry moved by exactly lr. That is right for the first step, where all that is known is one gradient. Later
    the mean and the root of the mean square tell apart a slope that stays from one that keeps changing its sign.
    """)
def sign_of_the_gradient(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, step=lambda m, s, g: np.sign(g))


@adamw_by_hand.wrong("""
    Your `m` and `s` are sums: the factors 1 − β before the new gradient and its square are missing. The correction
    would be right for means only. Take 0.1 of the gradient and 0.001 of its square.
    """)
def sums_for_means(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, means=(1, 1))


@adamw_by_hand.wrong("""
    The two betas have changed places. β1 = 0.9 belongs to the mean of the gradients, which should follow turns quickly;
    β2 = 0.999 to the mean of the squares, which should hardly move.
    """)
def betas_swapped(w, g, m, s, t, lr, decay):
    m, s = 0.999 * m + 0.001 * g, 0.9 * s + 0.1 * g**2
    step = m / (1 - 0.999**t) / (np.sqrt(s / (1 - 0.9**t)) + 1e-8)
    return (1 - lr * decay) * w - lr * step, m, s


@adamw_by_hand.wrong("""
    All entries are divided by one number, the root of their common mean. Adam does it entry by entry: each parameter
    has a usual size of its own. `s` has the shape of `w`, and so has its root.
    """)
def one_size_for_all_entries(w, g, m, s, t, lr, decay):
    return adamw_with(w, g, m, s, t, lr, decay, step=lambda m, s, g: m / (np.sqrt(s.mean()) + 1e-8))


# ---- 5.8 ----

shuffled_loop = Exercise(
    "5.8", "The training loop, shuffled", kind="order", stars=2, minutes=8, returns="losses",
    statement=r"""
    Here is a whole training loop with nnlib, dropout and clipping included; after each epoch it writes down the loss on
    examples that it has not learned from. Lines have been shuffled. Move those below the comment, changing nothing
    else: the six in the inner loop stay in there, in the right order, and the two about the mode of the model find
    their places around it.""",
    hints=[
        "In the inner loop a batch goes forward, its loss is found, the gradients come back, and the optimiser steps "
        "with them. Two lines are left: one clears old gradients, one limits the new ones.",
        "Clear before the new gradients come, never between `backward()` and `step()`. Limit them when they are there "
        "and have not been used yet.",
        "Forward, loss, clear, backward, limit, step. And `model.train()` before the batches, `model.eval()` before "
        "what is measured, in every epoch.",
    ],
    why="Gradients are cleared before they are found, found before they are limited, and limited before they are used. "
        "And the model is told what it is doing: dropout switches units off while it learns, and must not while it is "
        "judged.",
)


@shuffled_loop.stub
def train(X, y, X_new, y_new, epochs):
    from nnlib import functional as F, nn, no_grad, optim
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(2, 8, generator=rng, dtype=np.float64), nn.Tanh(),
        nn.Dropout(0.5, generator=rng),
        nn.Linear(8, 1, generator=rng, dtype=np.float64))
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for epoch in range(epochs):
        # move the lines below
        model.eval()
        for k in range(0, len(X), 2):
            optimizer.step()
            loss.backward()
            optim.clip_grad_norm_(optimizer.params, max_norm=0.2)
            loss = F.mse_loss(y_hat, y[k:k + 2])
            optimizer.zero_grad()
            y_hat = model(X[k:k + 2])
        model.train()
        with no_grad():
            losses.append(F.mse_loss(model(X_new), y_new).item())
    return losses


@shuffled_loop.reference
def train(X, y, X_new, y_new, epochs):
    from nnlib import functional as F, nn, no_grad, optim
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(2, 8, generator=rng, dtype=np.float64), nn.Tanh(),
        nn.Dropout(0.5, generator=rng),
        nn.Linear(8, 1, generator=rng, dtype=np.float64))
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for epoch in range(epochs):
        # move the lines below
        model.train()
        for k in range(0, len(X), 2):
            y_hat = model(X[k:k + 2])
            loss = F.mse_loss(y_hat, y[k:k + 2])
            optimizer.zero_grad()
            loss.backward()
            optim.clip_grad_norm_(optimizer.params, max_norm=0.2)
            optimizer.step()
        model.eval()
        with no_grad():
            losses.append(F.mse_loss(model(X_new), y_new).item())
    return losses


@shuffled_loop.inputs
def draw(rng):
    yield (np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, -1.0], [2.0, 1.0]]), np.array([[1.0], [-1.0], [2.0], [0.5]]),
           np.array([[0.0, 1.0], [1.0, -1.0]]), np.array([[0.5], [1.5]]), 3)
    for n, epochs in [(5, 2), (6, 4)]:
        yield numbers(rng, n, 2), 2 * numbers(rng, n, 1), numbers(rng, 4, 2), 2 * numbers(rng, 4, 1), epochs


def trained(X, y, X_new, y_new, epochs, *, learning=lambda epoch: True, judging=False, clipped=True):
    """The losses if the model is in these modes while it learns and while it is judged."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(2, 8, generator=rng, dtype=np.float64), nn.Tanh(),
        nn.Dropout(0.5, generator=rng),
        nn.Linear(8, 1, generator=rng, dtype=np.float64))
    optimizer = optim.SGD(model.parameters(), lr=0.5)
    losses = []
    for epoch in range(epochs):
        model.train(learning(epoch))
        for k in range(0, len(X), 2):
            loss = F.mse_loss(model(X[k:k + 2]), y[k:k + 2])
            optimizer.zero_grad()
            loss.backward()
            if clipped:
                optim.clip_grad_norm_(optimizer.params, max_norm=0.2)
            optimizer.step()
        model.train(judging)
        with no_grad():
            losses.append(F.mse_loss(model(X_new), y_new).item())
    return losses


@shuffled_loop.wrong("""
    The inner loop is right. But the model learns in eval mode, without dropout, and is judged in train mode, with half
    of its hidden units switched off. `model.train()` belongs before the batches, `model.eval()` before what is
    measured.
    """)
def modes_swapped(X, y, X_new, y_new, epochs):
    return trained(X, y, X_new, y_new, epochs, learning=lambda epoch: False, judging=True)


@shuffled_loop.wrong("""
    The inner loop is right. But the model is judged in train mode, with half of its hidden units switched off at
    random, so its score is usually worse than the model is, and differs from one measurement to the next.
    `model.eval()` has to come after the batches and before what is measured.
    """)
def judged_in_train_mode(X, y, X_new, y_new, epochs):
    return trained(X, y, X_new, y_new, epochs, judging=True)


@shuffled_loop.wrong("""
    The inner loop is right. But the model is in eval mode all the time, so the dropout that was asked for never
    happens. `model.train()` has to be the last word about the mode before the batches, in every epoch.
    """)
def learned_in_eval_mode(X, y, X_new, y_new, epochs):
    return trained(X, y, X_new, y_new, epochs, learning=lambda epoch: False)


@shuffled_loop.wrong("""
    The inner loop is right, and so is the first epoch, since a new model is in train mode. After that it stays in eval
    mode, and dropout is off from the second epoch on. The mode has to be set back before the batches of every epoch.
    """)
def never_back_to_train_mode(X, y, X_new, y_new, epochs):
    return trained(X, y, X_new, y_new, epochs, learning=lambda epoch: epoch == 0)


@shuffled_loop.wrong("""
    It trains, but the limit on the gradients does nothing: where `clip_grad_norm_` stands, the new gradients are not
    there yet, or have been used already. Limit them between `backward()` and `step()`.
    """)
def clipped_for_nothing(X, y, X_new, y_new, epochs):
    return trained(X, y, X_new, y_new, epochs, clipped=False)


@shuffled_loop.wrong("""
    Two things are out of place. The limit on the gradients does nothing where it stands: it belongs between
    `backward()` and `step()`. And the model learns in eval mode and is judged in train mode: `model.train()` comes
    before the batches, `model.eval()` before what is measured.
    """)
def clipped_for_nothing_and_modes_swapped(X, y, X_new, y_new, epochs):
    return trained(X, y, X_new, y_new, epochs, learning=lambda epoch: False, judging=True, clipped=False)
