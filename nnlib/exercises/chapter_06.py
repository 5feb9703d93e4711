"""The exercises of chapter 6, overfitting: data without leaks, the remedies, and scores that one may believe."""

import numpy as np

from .bank import Exercise


def numbers(rng, *shape):
    return rng.normal(size=shape).round(2)


# ---- 6.1 ----

four_decisions = Exercise(
    "6.1", "Four decisions", kind="predict", stars=1, minutes=8, returns="network epoch decayed best", rtol=1e-6,
    statement=r"""
    Four questions for pencil and paper; put a number in place of each row of dots.

    1. Five networks learned from the same images. Which one, `network`, do you expect to do best on images
       that none of them has seen?

       | network | parameters | training loss | validation loss |
       |--:|--:|--:|--:|
       | 1 | 300 | 0.60 | 0.66 |
       | 2 | 1,200 | 0.30 | 0.33 |
       | 3 | 4,800 | 0.05 | 0.12 |
       | 4 | 19,200 | 0.001 | 0.20 |
       | 5 | 76,800 | 0.01 | 0.15 |

    2. A network trains for six epochs, counted from 0, and its training loss falls in every one of them. Its
       validation losses are 0.90, 0.60, 0.65, 0.40, 0.45 and 0.50. The weights of which `epoch` do you keep?
    3. Two runs differ in one thing: one of them had weight decay. Run 1 ended with a training loss of 0.02 and a
       validation loss of 0.30, run 2 with 0.10 and 0.22. Which run, `decayed`, is likely to be the one?
    4. A test set holds a single yes-or-no image, so a model scores 0 or 1 on it. Three models each toss a coin, and
       whoever holds the contest reports the `best` of the three scores. How large is it on average, over
       many such contests?""",
    hints=[
        "The first three ask what the validation loss is for. The fourth is about coins: when is the best of three "
        "scores 0?",
        "A training loss says how well something was learned, and perhaps learned by heart; a gap between the two "
        "losses is no fault by itself. Weight decay pulls the weights away from where the training loss is lowest.",
        "For questions 1 and 2 look for the lowest validation loss. In question 4 all three coins have to be wrong for "
        "a best score of 0, which happens once in 2·2·2 contests; in all others it is 1.",
    ],
    why="Networks and epochs are chosen by the validation loss, whatever the training loss, the gap or the number of "
        "parameters. A remedy costs some training loss and pays in validation loss. And the best of three coins "
        "scores 7/8, though no coin knows anything: choosing lifts the score on whatever was used to choose.",
)


@four_decisions.stub
def four_answers():
    network = ...
    epoch = ...
    decayed = ...
    best = ...
    return network, epoch, decayed, best


@four_decisions.reference
def four_answers():
    network = 3
    epoch = 3
    decayed = 2
    best = 1 - (1 / 2) ** 3
    return network, epoch, decayed, best


@four_decisions.inputs
def draw(rng):
    yield ()


@four_decisions.wrong("""
    You chose the network with the fewest parameters. More parameters can learn more by heart, but they need not: here
    both losses fall from network 1 to network 3, because the small ones can't even fit what they were shown. The
    validation loss says which size suits, so let it choose.
    """)
def fewest_parameters():
    return 1, 3, 2, 0.875


@four_decisions.wrong("""
    You chose the smallest gap between the two losses. A gap alone is no fault: nearly every network does a little
    better on what it has learned from. What counts is how well it does on the rest, and there another network has a
    much lower loss, gap and all.
    """)
def smallest_gap():
    return 2, 3, 2, 0.875


@four_decisions.wrong("""
    You chose the lowest training loss. It says how well a network knows the images that it was shown, and learning
    them by heart is enough for that. On images that it was not shown, this network does worse than two of the others:
    look at the validation losses.
    """)
def lowest_training_loss():
    return 4, 3, 2, 0.875


@four_decisions.wrong("""
    You chose the largest network. Size is no merit by itself, as it is no fault: on images that it was not shown, a
    network a sixteenth of its size has the lower loss. The validation loss chooses.
    """)
def most_parameters():
    return 5, 3, 2, 0.875


@four_decisions.wrong("""
    Those are the last weights, and the ones with the lowest training loss. But on the validation set the network was
    better before: from 0.40 its loss has risen to 0.50. Keep a copy of the weights whenever the validation loss reaches
    a new low, and go back to it.
    """)
def last_weights():
    return 3, 5, 2, 0.875


@four_decisions.wrong("""
    You stopped at the first uptick. From 0.60 the loss goes up to 0.65, and then down to 0.40: a validation loss
    trembles from epoch to epoch, and one rise says little. Wait for several epochs without a new low before you stop;
    that number is called patience.
    """)
def first_uptick():
    return 3, 1, 2, 0.875


@four_decisions.wrong("""
    You kept the weights of the first uptick itself, with a loss of 0.65: worse than one epoch earlier, and much worse
    than the lowest of all. Look for the lowest validation loss.
    """)
def at_the_first_uptick():
    return 3, 2, 2, 0.875


@four_decisions.wrong("""
    You counted the epochs from 1. Here they are counted from 0, as Python counts: 0.90 is the loss after epoch 0.
    """)
def counted_from_one():
    return 3, 4, 2, 0.875


@four_decisions.wrong("""
    You expect weight decay to lower the training loss. It does the opposite: it pulls the weights away from the place
    where the training loss is lowest, so that loss ends a little higher. What it may lower is the validation loss, and
    that is what it is for.
    """)
def regularised_lower():
    return 3, 3, 1, 0.875


@four_decisions.wrong("""
    One coin scores ½ on average, and the best of three scores more: it is 0 only if all three are wrong. Reporting the
    best is a choice made by looking at the answers, and the choice lifts the score, though not one of the coins has
    become any better.
    """)
def one_coin():
    return 3, 3, 2, 0.5


@four_decisions.wrong("""
    Almost. Three coins can all be wrong, in one contest of 2·2·2, and then even the best scores 0.
    """)
def never_all_wrong():
    return 3, 3, 2, 1.0


@four_decisions.wrong("""
    That is how often all three coins are wrong, and so how often the best score is 0. In all other contests it is 1.
    """)
def all_wrong():
    return 3, 3, 2, 0.125


@four_decisions.wrong("""
    That is the best of two coins: both are wrong in one contest of four. With the third it happens half as often.
    """)
def two_coins():
    return 3, 3, 2, 0.75


@four_decisions.wrong("""
    1.5 is how many of the three coins are right on average. Asked for is the score of one of them, the best, and a
    score lies between 0 and 1.
    """)
def coins_added():
    return 3, 3, 2, 1.5


# ---- 6.2 ----

leak = Exercise(
    "6.2", "Prepare the data, without a leak", kind="order", stars=2, minutes=6, returns="train val",
    statement=r"""
    `X` holds examples that are already shuffled, one a row. The first `n` of them are to learn from, the rest to
    validate with. Before the training four things happen: the two parts are separated; the mean of all numbers that a
    network may learn from is measured; it is subtracted from both parts; and a mirror image of every *training* example
    joins the training data.

    Those four lines have been shuffled. They run in any order, and in most orders something of the validation
    examples gets into the training, or something of the training examples into the validation. Move them, changing
    nothing else. Before the split, `train` is everything and `val` is empty.""",
    hints=[
        "Imagine that the validation examples are still in the post. Which of the four lines could you run before they "
        "arrive, and which would come out differently because of them?",
        "Anything that is measured on data, such as a mean, must not see the validation examples; and no copy of a "
        "training example may end up among them. So one line comes before all the others.",
        "Split first. Then measure the mean, and subtract it; the mirror images may join at any time after the split.",
    ],
    why="Split first, and every number that is measured comes from the training part alone. A mirrored pair has the "
        "mean of its original, so where the copies join does not matter here, as long as it is after the split.",
)


@leak.stub
def prepare(X, n):
    train, val, mean = X, X[:0], 0
    # move the four lines below
    mean = train.mean()
    train, val = train - mean, val - mean
    train = np.concatenate([train, train[:, ::-1]])
    train, val = train[:n], train[n:]
    return train, val


@leak.reference
def prepare(X, n):
    train, val, mean = X, X[:0], 0
    # move the four lines below
    train, val = train[:n], train[n:]
    mean = train.mean()
    train, val = train - mean, val - mean
    train = np.concatenate([train, train[:, ::-1]])
    return train, val


@leak.inputs
def draw(rng):
    yield np.array([[1.0, 2.0], [3.0, 6.0], [10.0, 20.0]]), 2
    yield numbers(rng, 5, 3) + np.arange(5)[:, None], 3
    yield numbers(rng, 7, 4) - np.arange(7)[:, None], 5


def mirrored(rows):
    """The rows, and after them their mirror images."""
    return np.concatenate([rows, rows[:, ::-1]])


@leak.wrong("""
    The mean is measured before the split, so the validation examples have a say in it, and every training example now
    carries a trace of them. It is a small leak, but the score is no longer one on unseen data. Split first; what is
    measured comes from the training part alone.
    """)
def scaled_before_the_split(X, n):
    return mirrored(X[:n] - X.mean()), X[n:] - X.mean()


@leak.wrong("""
    The mirror images join before the split, and so they land among the validation examples: the mirror image of every
    training example is now used to judge. A network that has learned its training examples by heart will recognise
    them. Split first, then make copies of the training part alone.
    """)
def copied_before_the_split(X, n):
    mean = X[:n].mean()
    return X[:n] - mean, mirrored(X)[n:] - mean


@leak.wrong("""
    Two leaks: the mean is measured on everything, and mirror images of the training examples stand among the validation
    examples. Both come from doing something before the split. The split comes first.
    """)
def all_before_the_split(X, n):
    both = mirrored(X) - X.mean()
    return both[:n], both[n:]


@leak.wrong("""
    The split and the copies are in order, but nothing has been subtracted: the line that subtracts `mean` ran while it
    was still 0. Measure first, then subtract.
    """)
def subtracted_before_measured(X, n):
    return mirrored(X[:n]), X[n:]


@leak.wrong("""
    The mirror images of the training examples stand among the validation examples, because they joined before the
    split. And nothing has been subtracted: the line that subtracts `mean` ran while it was still 0.
    """)
def copied_before_the_split_and_not_scaled(X, n):
    return X[:n], mirrored(X)[n:]


@leak.wrong("""
    Each part has had its own mean subtracted. Then the same example would become other numbers in one part than in the
    other, and the network meets validation examples that are moved against all that it has learned from. Subtract the
    training mean from both.
    """)
def each_its_own_mean(X, n):
    return mirrored(X[:n] - X[:n].mean()), X[n:] - X[n:].mean()


@leak.wrong("""
    The training mean is subtracted from the training part alone. Whatever is done to the inputs of a network in
    training must be done to all its inputs ever after, with the same numbers: subtract it from both.
    """)
def validation_left_alone(X, n):
    return mirrored(X[:n] - X[:n].mean()), X[n:]


@leak.wrong("""
    The validation examples have got mirror images, too. Copies are there to be learned from. A score should be about
    examples as they will come, each once.
    """)
def validation_mirrored(X, n):
    return mirrored(X[:n] - X[:n].mean()), mirrored(X[n:] - X[:n].mean())


@leak.wrong("""
    The mean comes from the validation examples, which nothing may be learned from. Measure it on the training part.
    """)
def mean_of_the_validation_part(X, n):
    return mirrored(X[:n] - X[n:].mean()), X[n:] - X[n:].mean()


# ---- 6.3 ----

shift = Exercise(
    "6.3", "Shifted copies", stars=2, minutes=10, returns="moved",
    statement=r"""
    A seven that is written one pixel further to the left is still a seven. Write `shifted`, which moves images by
    `down` rows and `right` columns, so that a network may learn from the moved ones as well. `images` has shape
    `(n, rows, columns)`. A negative `down` moves up, a negative `right` moves left.

    The result has the same shape as `images`. What leaves an image at one side is gone, and what comes in at the other
    is 0, which is empty paper. `images` itself stays as it is. For the handwritten digits,
    `shifted(X.reshape(-1, 8, 8), 1, 0).reshape(-1, 64)` moves every one down by a row.""",
    hints=[
        "Ask where a pixel of the result comes from. The pixel at row i and column j of the moved image stood `down` "
        "rows higher and `right` columns further to the left, if that place is in the image at all.",
        "Start with `np.zeros_like(images)`. In two loops, over the rows i and the columns j, copy that pixel for all "
        "images at once: `[:, i, j]`.",
        "The source is row `i - down` and column `j - right`. Copy only where both lie in the image, that is, from 0 "
        "to one less than the number of rows, or of columns: Python would read a negative number as counting from the "
        "end.",
    ],
    why="Every pixel of the result is asked where it comes from; where the answer lies outside, it stays 0. What the "
        "picture shows is the same, so its label stays. That is a fact about digits which the network would otherwise "
        "have to learn from examples.",
)


@shift.stub
def shifted(images, down, right):
    ...  # your code


@shift.reference
def shifted(images, down, right):
    n, rows, columns = images.shape
    moved = np.zeros_like(images)
    for i in range(rows):
        for j in range(columns):
            if 0 <= i - down < rows and 0 <= j - right < columns:
                moved[:, i, j] = images[:, i - down, j - right]
    return moved


@shift.inputs
def draw(rng):
    yield np.array([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]), 1, 0
    for n, rows, columns, down, right in [(2, 4, 4, 2, 1), (3, 4, 5, 1, 3), (2, 5, 3, -1, 2), (4, 4, 4, -2, -1),
                                          (2, 3, 4, 0, 0)]:
        yield rng.uniform(0.1, 1, (n, rows, columns)).round(2), down, right


def from_places(images, rows, columns):
    """Images made of the given rows and columns of others."""
    return images[:, rows][:, :, columns]


@shift.wrong("""
    What leaves at one side comes in again at the other: `np.roll` turns an image as if its edges were glued together.
    The foot of a seven then stands above its head. Fill what comes in with 0.
    """)
def wrapped_around(images, down, right):
    return np.roll(images, (down, right), axis=(1, 2))


@shift.wrong("""
    Your images move the other way: up instead of down, left instead of right. The pixel at row i of the moved image
    comes from row i − down, because it has moved down to get there.
    """)
def moved_backwards(images, down, right):
    return shifted(images, -down, -right)


@shift.wrong("""
    Rows and columns are exchanged: your images move right by `down` and down by `right`. The first axis after the
    images counts rows, from the top, so moving down changes that one.
    """)
def rows_for_columns(images, down, right):
    return shifted(images, right, down)


@shift.wrong("""
    You moved along the first axis, and that one counts the images: each image has got the pixels of another. The rows
    of an image are axis 1, its columns axis 2.
    """)
def along_the_images(images, down, right):
    return np.roll(images, (down, right), axis=(0, 1))


@shift.wrong("""
    You moved the pixels of an image as one long list. What leaves a row on the right then comes in on the left, one
    row further down. Keep the rows apart.
    """)
def as_one_list(images, down, right):
    n, rows, columns = images.shape
    return np.roll(images.reshape(n, -1), down * columns + right, axis=1).reshape(images.shape)


@shift.wrong("""
    What comes in is a copy of the edge, not 0. Where a stroke touches the edge, that draws it longer than it is. Empty
    paper is 0.
    """)
def edge_repeated(images, down, right):
    n, rows, columns = images.shape
    return from_places(images, np.clip(np.arange(rows) - down, 0, rows - 1),
                       np.clip(np.arange(columns) - right, 0, columns - 1))


@shift.wrong("""
    The rows are moved, the columns are not: `right` is not used.
    """)
def only_down(images, down, right):
    return shifted(images, down, 0)


@shift.wrong("""
    The columns are moved, the rows are not: `down` is not used.
    """)
def only_right(images, down, right):
    return shifted(images, 0, right)


@shift.wrong("""
    Up and left are not moves of their own in your answer: a minus sign is read as if it were not there. A negative
    `down` moves up, a negative `right` moves left.
    """)
def signs_ignored(images, down, right):
    return shifted(images, abs(down), abs(right))


@shift.wrong("""
    Moves up and to the left are right. In a move down or to the right, the source of the first rows or columns lies
    outside, at a negative number, and Python reads that as counting from the end: the far side comes in. Copy only
    where `i - down` and `j - right` are at least 0.
    """)
def negative_places_read(images, down, right):
    n, rows, columns = images.shape
    moved = np.zeros_like(images)
    for i in range(rows):
        for j in range(columns):
            if i - down < rows and j - right < columns:
                moved[:, i, j] = images[:, i - down, j - right]
    return moved


@shift.wrong("""
    For moves down and right this is right. With a negative `down`, `moved[:, :down]` means all rows but the last ones,
    so you blank the picture and keep the edge that came round. For moves up, blank the last rows: `moved[:, down:]`.
    """)
def blanked_from_the_start(images, down, right):
    moved = wrapped_around(images, down, right)
    moved[:, :down] = 0
    moved[:, :, :right] = 0
    return moved


@shift.wrong("""
    You return the originals and the moved images together. That is what the training will want; asked for here are the
    moved ones alone, so that whoever calls can move in several directions.
    """)
def originals_as_well(images, down, right):
    return np.concatenate([images, shifted(images, down, right)])


# ---- 6.4 ----

decay = Exercise(
    "6.4", "A penalty that does nothing", kind="repair", stars=2, minutes=10, returns="loss W b",
    statement=r"""
    One step of gradient descent on a layer $\hat Y = XW^\top + b$ with the mean squared error, and weight decay:
    to the loss belongs a penalty on the size of the weights,

    $$\frac{\lambda}{2} \sum_{i,j} w_{ij}^2,$$

    so that the training prefers small ones. `weight_decay` is $\lambda$. The function returns the loss
    before the step, penalty included, and the new weights and biases.

    It runs, and the loss that it reports does grow with `weight_decay`. But however large that is made, the weights
    after training are the same. Find out why, and mend it.""",
    hints=[
        "Training follows the gradient and never looks at the value of the loss. Where does `weight_decay` come in, "
        "and where does it not?",
        "What is the slope of ½λw² along w? The square brings down a 2, which the ½ takes away. It is added to the "
        "slope that is there.",
        "`dW = dY_hat.T @ X + weight_decay * W`. There is no b in the penalty, so nothing is added to `db`.",
    ],
    why="The penalty is a part of the loss, so its slope λw is a part of the gradient, and each step takes a share of "
        "ηλ off every weight. A bias only moves its unit up or down and bends nothing, so it is left alone.",
)


@decay.stub
def decay_step(X, Y, W, b, lr, weight_decay):
    error = X @ W.T + b - Y
    penalty = weight_decay / 2 * (W ** 2).sum()
    loss = (error ** 2).mean() + penalty

    dY_hat = 2 * error / error.size
    dW = dY_hat.T @ X
    db = dY_hat.sum(axis=0)
    return loss, W - lr * dW, b - lr * db


@decay.reference
def decay_step(X, Y, W, b, lr, weight_decay):
    error = X @ W.T + b - Y
    penalty = weight_decay / 2 * (W ** 2).sum()
    loss = (error ** 2).mean() + penalty

    dY_hat = 2 * error / error.size
    dW = dY_hat.T @ X + weight_decay * W
    db = dY_hat.sum(axis=0)
    return loss, W - lr * dW, b - lr * db


@decay.inputs
def draw(rng):
    yield (np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[1.0], [0.5]]), np.array([[2.0, -1.0]]), np.array([0.5]),
           0.1, 0.3)
    for n, n_in, n_out, lr, weight_decay in [(4, 3, 2, 0.5, 0.2), (5, 2, 3, 0.2, 0.6), (3, 4, 2, 0.3, 0.4)]:
        yield (numbers(rng, n, n_in), numbers(rng, n, n_out), 1 + numbers(rng, n_out, n_in), 2 + numbers(rng, n_out),
               lr, weight_decay)


def parts(X, Y, W, b):
    """The mean squared error alone, and its slopes along W and b."""
    error = X @ W.T + b - Y
    dY_hat = 2 * error / error.size
    return (error ** 2).mean(), dY_hat.T @ X, dY_hat.sum(axis=0)


def penalty(W, weight_decay):
    return weight_decay / 2 * (W ** 2).sum()


@decay.wrong("""
    The penalty is in the loss and not in the gradient, so it is reported and never felt: a step follows the slopes, and
    the slope of the penalty is missing from them. Along w, ½λw² has the slope λw; add it to `dW`.
    """)
def in_the_loss_only(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * dW, b - lr * db


@decay.wrong("""
    The weights are right. The biases have been pulled towards 0 as well, and there is no b in the penalty. A bias does
    not make a network bend more, it moves the place where a unit switches; to hold it near 0 pulls it off the place
    that the data ask for, and makes nothing smoother. Leave `db` as it was.
    """)
def biases_decayed(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return (mse + penalty(W, weight_decay), W - lr * (dW + weight_decay * W), b - lr * (db + weight_decay * b))


@decay.wrong("""
    Loss and gradient agree, and both have the biases in the penalty. It is meant for the weights alone: a bias does
    not make a network bend more, it moves the place where a unit switches, and that may well be far from 0.
    """)
def biases_in_the_penalty(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return (mse + penalty(W, weight_decay) + penalty(b, weight_decay), W - lr * (dW + weight_decay * W),
            b - lr * (db + weight_decay * b))


@decay.wrong("""
    The step is right, and the penalty is gone from the loss. Many optimisers do it so. But here the loss that is
    reported should be the one that the step goes down on; without the penalty it may rise though every step is right.
    """)
def in_the_gradient_only(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse, W - lr * (dW + weight_decay * W), b - lr * db


@decay.wrong("""
    Your decay is twice as strong as the penalty says. The square brings down a 2, and the ½ of ½λw² takes it away
    again: the slope is λw.
    """)
def two_kept(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * (dW + 2 * weight_decay * W), b - lr * db


@decay.wrong("""
    Your decay is half as strong as the penalty says. The ½ stayed, and the 2 that the square brings down went missing:
    the slope of ½λw² is λw.
    """)
def half_kept(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * (dW + weight_decay * W / 2), b - lr * db


@decay.wrong("""
    The sign is turned, so the weights grow: each step adds a share to every one of them. The slope of the penalty is
    added to the gradient, and the step goes against the gradient.
    """)
def weights_grow(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * (dW - weight_decay * W), b - lr * db


@decay.wrong("""
    You subtracted the penalty, and so the training would prefer large weights. It may look like a remedy because the
    number that is reported gets lower; but a remedy against overfitting does not lower the training loss, it costs
    some of it. What it is to lower is the loss on examples that were not learned from.
    """)
def penalty_subtracted(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse - penalty(W, weight_decay), W - lr * (dW - weight_decay * W), b - lr * db


@decay.wrong("""
    Every weight is pulled towards 0 by the same amount, whatever its size: that is the slope of λ|w|, another penalty.
    For ½λw² the pull is λw, strong on large weights and weak on small ones.
    """)
def same_pull_on_all(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * (dW + weight_decay * np.sign(W)), b - lr * db


@decay.wrong("""
    You added the penalty itself to the gradient, where its slope belongs. It is one number, never below 0, so it
    moves every weight down by the same amount, the negative ones away from 0. The slope of ½λw² along w is λw.
    """)
def penalty_for_its_slope(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * (dW + penalty(W, weight_decay)), b - lr * db


@decay.wrong("""
    λW is taken off the weights without the learning rate. It is a slope like any other, so the step along it is lr
    times as long; without that the weights are gone in a few steps.
    """)
def learning_rate_left_out(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * dW - weight_decay * W, b - lr * db


@decay.wrong("""
    You divided the decay by the number of examples. The penalty stands beside the mean over the batch, once, and is no
    part of it: its slope is λw, whatever the size of the batch.
    """)
def divided_by_the_batch(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), W - lr * (dW + weight_decay * W / len(X)), b - lr * db


@decay.wrong("""
    You shrank the weights after the step, so the step itself is shrunk along with them. Both slopes are measured at
    the weights as they came in: add them first, then take one step.
    """)
def shrunk_after_the_step(X, Y, W, b, lr, weight_decay):
    mse, dW, db = parts(X, Y, W, b)
    return mse + penalty(W, weight_decay), (W - lr * dW) * (1 - lr * weight_decay), b - lr * db


# ---- 6.5 ----

inverted = Exercise(
    "6.5", "Dropout", stars=2, minutes=10, returns="dropped",
    statement=r"""
    Write dropout for a batch of activations `A`. In training, each entry is set to 0 with probability `p`, and those
    that are kept are scaled up so that on average every entry is what it was. When `training` is `False`, nothing is
    dropped and nothing scaled.

    The chance comes from outside, so that you can check your result by hand: `u` has the shape of `A` and holds a
    random number between 0 and 1 for each entry, as `rng.random(A.shape)` draws them. An entry is dropped where `u` is
    below `p`. `A` itself stays as it is.""",
    hints=[
        "There are two cases. When not training there is nothing to do but to hand `A` back.",
        "`u >= p` is an array of True and False, and in a product they count as 1 and 0. Each entry survives with "
        "probability 1 − p.",
        "An entry that is there in a share of 1 − p of all cases has to be 1/(1 − p) times as large to keep its mean: "
        "`A * (u >= p) / (1 - p)`.",
    ],
    why="Kept with probability 1 − p and divided by 1 − p, an entry is on average itself, so the next layer meets the "
        "same sizes in training and after it, and nothing has to be done at test time. The way back is the same call "
        "with the same u: the gradient passes where the value passed, times 1/(1 − p).",
)


@inverted.stub
def dropout(A, p, u, training):
    ...  # your code


@inverted.reference
def dropout(A, p, u, training):
    if not training:
        return A
    keep = u >= p
    return A * keep / (1 - p)


@inverted.inputs
def draw(rng):
    yield np.array([[1.0, 2.0, 3.0, 4.0]]), 0.2, np.array([[0.9, 0.1, 0.5, 0.3]]), True
    yield np.array([[1.0, 2.0, 3.0, 4.0]]), 0.2, np.array([[0.9, 0.1, 0.5, 0.3]]), False
    for n, units, p, training in [(3, 4, 0.4, True), (5, 3, 0.25, True), (4, 6, 0.7, True), (3, 4, 0.4, False)]:
        yield numbers(rng, n, units), p, rng.random((n, units)).round(3), training


@inverted.wrong("""
    The right entries are dropped, and the others are not scaled up. Then the next layer gets less in training than
    after it, a share of 1 − p, and what it has learned does not fit any more when dropout is off. Divide what is kept
    by 1 − p.
    """)
def unscaled(A, p, u, training):
    return A * (u >= p) if training else A


@inverted.wrong("""
    Dropout is on when `training` is `False`, too. It is an exercise for the network while it learns; an answer should
    come from all of its units, and not change from one question to the next. Hand `A` back as it is.
    """)
def on_at_test(A, p, u, training):
    return A * (u >= p) / (1 - p)


@inverted.wrong("""
    Two things. Dropout is on when `training` is `False`, too, and there it should hand `A` back as it is. And what is
    kept in training is not scaled up: divide by 1 − p.
    """)
def unscaled_and_on_at_test(A, p, u, training):
    return A * (u >= p)


@inverted.wrong("""
    You scale down by 1 − p after training instead of up in training. It works, and was done so at first; but every
    answer of the finished network then has to remember p. The way asked for here settles it in training: divide there,
    and change nothing afterwards.
    """)
def scaled_down_at_test(A, p, u, training):
    return A * (u >= p) if training else A * (1 - p)


@inverted.wrong("""
    Training is right. When not training you scale down as well, and that corrects the same thing twice: the entries
    that were kept have been divided by 1 − p already. Hand `A` back as it is.
    """)
def scaled_twice(A, p, u, training):
    return A * (u >= p) / (1 - p) if training else A * (1 - p)


@inverted.wrong("""
    Training is right. When not training you divide by 1 − p as well, but there nothing is dropped that would have to
    be made up for. Hand `A` back as it is.
    """)
def scaled_up_at_test(A, p, u, training):
    return A * (u >= p) / (1 - p) if training else A / (1 - p)


@inverted.wrong("""
    You keep the entries that should go and drop those that should stay. `u < p` is true with probability p, and p is
    the share to drop: keep where `u >= p`.
    """)
def kept_and_dropped_exchanged(A, p, u, training):
    return A * (u < p) / (1 - p) if training else A


@inverted.wrong("""
    You took p for the share that is kept. Some texts mean that by it; here, as in PyTorch, p is the share that is
    dropped: keep where `u >= p`, and divide by 1 − p.
    """)
def share_kept(A, p, u, training):
    return A * (u < p) / p if training else A


@inverted.wrong("""
    The right entries are dropped, and the others are divided by p. An entry survives with probability 1 − p, so that
    is what makes its mean come out: divide by 1 − p.
    """)
def divided_by_p(A, p, u, training):
    return A * (u >= p) / p if training else A


@inverted.wrong("""
    You multiply by 1 − p in training, so what is kept gets smaller still. It has to make up for what is missing:
    divide by 1 − p.
    """)
def scaled_down_in_training(A, p, u, training):
    return A * (u >= p) * (1 - p) if training else A


@inverted.wrong("""
    You divide by the share that happened to be kept in this batch. On average over many draws that is 1 − p, but in one
    batch it is more or less by chance, and the scale would change from step to step. Divide by 1 − p.
    """)
def scaled_by_what_was_kept(A, p, u, training):
    keep = u >= p
    return A * keep / keep.mean() if training else A


@inverted.wrong("""
    The switch is turned round: you drop when `training` is `False`, and hand `A` back when it is `True`.
    """)
def switch_turned(A, p, u, training):
    return A if training else A * (u >= p) / (1 - p)


@inverted.wrong("""
    Nothing is dropped, ever. That is right for a finished network; in training, entries where `u` is below `p` are set
    to 0.
    """)
def never_dropped(A, p, u, training):
    return A


@inverted.wrong("""
    You let the first example decide for the whole batch: the same units are dropped in every row. Each entry has its
    own number in `u`, so every example meets another thinned network.
    """)
def same_units_for_all(A, p, u, training):
    return A * (u[:1] >= p) / (1 - p) if training else A


# ---- 6.6 ----

patient = Exercise(
    "6.6", "Early stopping", stars=2, minutes=12, returns="best last",
    statement=r"""
    `losses` are the validation losses of a run, one an epoch, the first of epoch 0. Write `early_stopping`, which
    returns two epochs: `best`, the one whose weights are kept, and `last`, the one after which the training stops.

    The training stops as soon as `patience` epochs in a row have brought no new lowest loss. If that never happens it
    goes on to the end of the list. What comes after `last` was never trained, so nobody may look at it. A loss that
    equals the lowest so far is not a new lowest.""",
    hints=[
        "Walk through the losses as the training does, one epoch after the other, and remember the best epoch so far. "
        "At every epoch two questions: is this a new lowest, and has it been too long?",
        "How long it has been is the distance from the best epoch so far to this one, `epoch - best`. A new lowest "
        "makes it 0 again by itself.",
        "In a loop over the epochs: `if losses[epoch] < losses[best]: best = epoch`, and then "
        "`if epoch - best == patience: break`. After the loop, `epoch` is the last one that was reached.",
    ],
    why="One rise says little, because a validation loss trembles; several epochs without a new low say more. And "
        "whenever the training stops, it is the weights of the best epoch that are used: those of the last have had "
        "some epochs to get worse.",
)


@patient.stub
def early_stopping(losses, patience):
    ...  # your code


@patient.reference
def early_stopping(losses, patience):
    best = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return best, epoch


@patient.inputs
def draw(rng):
    yield [0.9, 0.6, 0.65, 0.4, 0.45, 0.5, 0.55, 0.3], 3
    yield [0.9, 0.5, 0.7, 0.6, 0.8, 0.7, 0.4, 0.5], 3
    yield [0.8, 0.5, 0.5, 0.5, 0.5, 0.6], 2
    yield [0.9, 0.7, 0.8, 0.6, 0.5, 0.55], 4
    yield [0.9, 0.8, 0.7], 1
    yield [0.9, 0.5, 0.6, 0.1], 1


def stopping(losses, patience, too_long, better=lambda new, old: new < old):
    """The best and the last epoch, where too_long(epoch, best) says when to stop."""
    best = 0
    for epoch in range(len(losses)):
        if epoch and better(losses[epoch], losses[best]):
            best = epoch
        if too_long(epoch, best):
            break
    return best, epoch


@patient.wrong("""
    You stopped at the first uptick. A validation loss trembles from epoch to epoch, and often a new lowest comes after
    a rise. Wait until `patience` epochs in a row have brought none.
    """)
def first_uptick_stops(losses, patience):
    return stopping(losses, patience, lambda epoch, best: epoch > 0 and losses[epoch] > losses[epoch - 1])


@patient.wrong("""
    You stop at the right epoch and keep its weights, the last. By then there has been no new lowest for `patience`
    epochs, so the last weights are as a rule worse than those of the best epoch. Return the epoch with the lowest loss.
    """)
def last_weights_kept(losses, patience):
    best, last = early_stopping(losses, patience)
    return last, last


@patient.wrong("""
    You stop at the right epoch, and then take the lowest loss of the whole list. What comes after `last` has never been
    trained: in a real run those losses do not exist. The best epoch is one of those up to `last`.
    """)
def looked_ahead(losses, patience):
    return np.argmin(losses), early_stopping(losses, patience)[1]


@patient.wrong("""
    You go through to the end and take the lowest loss of all; `patience` is not used. That is a fine choice where time
    does not matter. Early stopping ends the run as soon as `patience` epochs in a row have brought no new lowest.
    """)
def never_stopped(losses, patience):
    return np.argmin(losses), len(losses) - 1


@patient.wrong("""
    You wait one epoch too long. With `patience` 1, a single epoch without a new lowest ends the run. Count: the epoch
    right after the best is the first without a new lowest, so it is over when `epoch - best` equals `patience`.
    """)
def one_too_many(losses, patience):
    return stopping(losses, patience, lambda epoch, best: epoch - best > patience)


@patient.wrong("""
    You stop one epoch too early: you count the best epoch itself among those without a new lowest. The first of those
    is the one after it.
    """)
def one_too_few(losses, patience):
    return stopping(losses, patience, lambda epoch, best: epoch - best >= patience - 1)


@patient.wrong("""
    You count epoch 0 among those without a new lowest, because its loss is not below itself. The first loss is the
    first lowest: begin the loop at epoch 1, or with a lowest of infinity.
    """)
def first_epoch_counted(losses, patience):
    best = without = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best, without = epoch, 0
        else:
            without += 1
        if without == patience:
            break
    return best, epoch


@patient.wrong("""
    You compare each loss with the one before. When the losses zigzag, every second one is a fall, and the run never
    stops, though there has been no new lowest for long. Compare with the lowest so far.
    """)
def compared_with_the_one_before(losses, patience):
    best = rises = 0
    for epoch in range(len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        rises = rises + 1 if epoch and losses[epoch] >= losses[epoch - 1] else 0
        if rises == patience:
            break
    return best, epoch


@patient.wrong("""
    You count all epochs without a new lowest, from the start of the run. `patience` is about epochs in a row: when a
    new lowest comes, the count begins again at 0.
    """)
def never_counted_anew(losses, patience):
    best = without = 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            without += 1
        if without == patience:
            break
    return best, epoch


@patient.wrong("""
    You take a loss that equals the lowest so far for a new lowest. A run that has come to rest would then never stop.
    Only what is below counts: `<`, not `<=`.
    """)
def ties_count(losses, patience):
    return stopping(losses, patience, lambda epoch, best: epoch - best == patience, lambda new, old: new <= old)


@patient.wrong("""
    Both are one too large: you counted the epochs from 1. Here the first is epoch 0, so that `losses[best]` is the
    lowest loss.
    """)
def epochs_from_one(losses, patience):
    best, last = early_stopping(losses, patience)
    return best + 1, last + 1


@patient.wrong("""
    You look for the highest number. For an accuracy that would be right; these are losses, and a loss is good when it
    is low.
    """)
def highest_wanted(losses, patience):
    return stopping(losses, patience, lambda epoch, best: epoch - best == patience, lambda new, old: new > old)


@patient.wrong("""
    You go back `patience` epochs from the last. That is the best epoch where patience has run out. Where the list ends
    before that, it is not: remember the epoch of the lowest loss as you go.
    """)
def counted_back(losses, patience):
    last = early_stopping(losses, patience)[1]
    return last - patience, last


@patient.wrong("""
    You return the losses of the two epochs. Asked for are the epochs themselves, so that their weights can be found.
    """)
def losses_returned(losses, patience):
    best, last = early_stopping(losses, patience)
    return losses[best], losses[last]


# ---- 6.7 ----

table = Exercise(
    "6.7", "A confusion matrix", stars=2, minutes=8, returns="counts",
    statement=r"""
    Write `confusion`, which counts how often each class is taken for each other. `y` holds the right class of every
    example, and `y_hat` the class that the network said, both counted from 0. The result has shape
    `(n_classes, n_classes)`: in row $i$ and column $j$ stands how many examples of class $i$ were called $j$. On the
    diagonal is what was right. A class that never occurs has its row all the same.""",
    hints=[
        "Begin with a table of zeros, and go through the examples one by one. Each adds 1 in one place.",
        "The row is what the example is, the column what the network said about it.",
        "`for truth, said in zip(y, y_hat): counts[truth, said] += 1`.",
    ],
    why="Every example is counted once, so the whole table adds up to the number of examples, and each row to the "
        "number of examples of its class. The diagonal, divided by the total, is the accuracy; the rest says what to look at.",
)


@table.stub
def confusion(y, y_hat, n_classes):
    ...  # your code


@table.reference
def confusion(y, y_hat, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    for truth, said in zip(y, y_hat):
        counts[truth, said] += 1
    return counts


@table.inputs
def draw(rng):
    yield np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 1, 0, 2]), 3
    yield np.array([2, 2, 2, 0, 1, 1]), np.array([0, 0, 2, 2, 1, 1]), 4
    for n, n_classes in [(12, 3), (20, 4), (30, 5)]:
        yield rng.integers(n_classes, size=n), rng.integers(n_classes, size=n), n_classes


@table.wrong("""
    Rows and columns are exchanged: your row is what the network said. Both ways are in use, so a table should say which
    is its own; here the row is the truth.
    """)
def rows_are_what_was_said(y, y_hat, n_classes):
    return confusion(y_hat, y, n_classes)


@table.wrong("""
    No count is above 1. `counts[y, y_hat] += 1` picks all the places at once, adds 1 to what stood there, and writes it
    back: a place that occurs five times is written five times with the same 1. Count in a loop, or use `np.add.at`,
    which adds one after the other.
    """)
def each_place_once(y, y_hat, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    counts[y, y_hat] += 1
    return counts


@table.wrong("""
    You divided each row by its sum. Such shares are good to read, but they no longer say how many examples they come
    from, and a class that never occurs has no shares at all: 0 divided by 0. Asked for are the counts.
    """)
def shares_of_rows(y, y_hat, n_classes):
    counts = confusion(y, y_hat, n_classes)
    return counts / counts.sum(axis=1, keepdims=True)


@table.wrong("""
    You divided by the number of examples. Asked for are the counts, which say how much stands behind each number.
    """)
def shares_of_all(y, y_hat, n_classes):
    return confusion(y, y_hat, n_classes) / len(y)


@table.wrong("""
    The mistakes are there, and what was right is missing: the diagonal is 0. With it each row adds up to the number of
    examples of its class.
    """)
def mistakes_only(y, y_hat, n_classes):
    counts = confusion(y, y_hat, n_classes)
    return counts - np.diag(np.diag(counts))


@table.wrong("""
    You counted what was right and nothing else. The mistakes are what this table is for: each adds 1 beside the
    diagonal.
    """)
def right_ones_only(y, y_hat, n_classes):
    return np.diag(np.diag(confusion(y, y_hat, n_classes)))


@table.wrong("""
    Your table is only as large as the largest class that occurs. Two test sets would then give tables of different
    size; `n_classes` says how large it is.
    """)
def only_classes_that_occur(y, y_hat, n_classes):
    k = 1 + max(y.max(), y_hat.max())
    return confusion(y, y_hat, n_classes)[:k, :k]


@table.wrong("""
    Every mistake is counted twice, once in each direction: a 3 that is called 8 is then the same as an 8 that is called
    3. They are two kinds of mistake, and one of them may be frequent while the other never happens.
    """)
def both_directions(y, y_hat, n_classes):
    counts = confusion(y, y_hat, n_classes)
    return counts + counts.T - np.diag(np.diag(counts))


@table.wrong("""
    These are the numbers of right and of wrong answers. The table should say which class was taken for which, a row and
    a column for each class.
    """)
def right_and_wrong(y, y_hat, n_classes):
    return [(y == y_hat).sum(), (y != y_hat).sum()]


# ---- 6.8 ----

evidence = Exercise(
    "6.8", "Is B better than A?", stars=3, minutes=12, returns="difference error",
    statement=r"""
    Two ways to train, A and B, were each run on the same seeds, so that run $k$ of both had the same split and
    the same batches. `a` and `b` hold their scores, one number a seed. Return two numbers:

    1. `difference`: how much better B is than A, on average;
    2. `error`: the standard error of that average. It is the standard deviation of the differences, seed by seed,
       divided by $\sqrt n$, where $n$ is how many seeds there are. The standard deviation of a sample divides
       by $n - 1$.

    A difference of less than two of its standard errors is what chance alone often brings.""",
    hints=[
        "The seeds are shared, so there is one difference a seed. Take those first; everything else is computed from "
        "them.",
        "The mean of the differences is the first answer. How much they spread says how far off it may be, and it is "
        "less far off the more of them there are.",
        "`d = b - a`, then `d.mean()` and `d.std(ddof=1) / np.sqrt(len(d))`.",
    ],
    why="A lucky split is lucky for both, and in the differences that luck cancels. What is left is the spread of the "
        "differences, and the mean of n of them is off by about 1/√n of it. One seed has no spread at all, so it "
        "can't say how far to trust it.",
)


@evidence.stub
def compare(a, b):
    ...  # your code


@evidence.reference
def compare(a, b):
    d = b - a
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


@evidence.inputs
def draw(rng):
    yield np.array([0.95, 0.97, 0.93, 0.96]), np.array([0.96, 0.97, 0.96, 0.97])
    for n in (3, 5, 8):
        luck = rng.uniform(0.8, 0.95, n)
        yield luck.round(3), (luck + rng.normal(0.01, 0.02, n)).round(3)
    yield np.array([0.97, 0.985, 0.96, 0.99, 0.975]), np.array([0.965, 0.98, 0.965, 0.97, 0.97])


def standard_error(values, ddof=1):
    return values.std(ddof=ddof) / np.sqrt(len(values))


@evidence.wrong("""
    The difference is right. In the error you took A and B as if they had nothing to do with each other, and so the luck
    of the split, which both share, is counted twice. Take the difference seed by seed first: in it that luck cancels.
    """)
def not_paired(a, b):
    return (b - a).mean(), np.hypot(standard_error(a), standard_error(b))


@evidence.wrong("""
    That is how much a single difference spreads. Their mean is nearer to the truth than one of them: divide by √n.
    """)
def spread_of_one(a, b):
    return (b - a).mean(), (b - a).std(ddof=1)


@evidence.wrong("""
    You divided by n. Chance partly cancels when one adds up, but not so well: the error of a mean falls with √n. Four
    times the seeds make half the error.
    """)
def divided_by_n(a, b):
    return (b - a).mean(), (b - a).std(ddof=1) / len(a)


@evidence.wrong("""
    NumPy's `std` divides by n unless told otherwise, which makes the spread a little too small: the mean was taken from
    the same numbers, so they lie nearer to it than to the truth. `ddof=1` divides by n − 1.
    """)
def spread_with_n(a, b):
    return (b - a).mean(), standard_error(b - a, ddof=0)


@evidence.wrong("""
    The difference has its sign turned: yours says how much better A is. Asked for is b − a.
    """)
def the_other_way_round(a, b):
    return (a - b).mean(), standard_error(b - a)


@evidence.wrong("""
    You compared the best run of B with the best run of A. Of many runs the best is mostly the luckiest, and luck can't
    be ordered for the next time. Compare seed by seed, and take the mean.
    """)
def best_of_each(a, b):
    return b.max() - a.max(), standard_error(b - a)


@evidence.wrong("""
    You took the first seed for all. One seed shows one deal of luck; how far it is off can only be seen by running
    others. Take the mean over all seeds.
    """)
def first_seed_only(a, b):
    return b[0] - a[0], standard_error(b - a)


@evidence.wrong("""
    You returned the variance of the mean, the square of what was asked for. It is in squared units, so it can't be held
    against the difference. Take the root.
    """)
def root_forgotten(a, b):
    return (b - a).mean(), standard_error(b - a) ** 2


@evidence.wrong("""
    You returned two standard errors. That is what to hold the difference against; asked for is one.
    """)
def two_of_them(a, b):
    return (b - a).mean(), 2 * standard_error(b - a)


@evidence.wrong("""
    You took the size of each difference and lost its sign. Then a B that is better by chance as often as it is worse
    looks better on average. Keep the signs, so that they can cancel.
    """)
def signs_lost(a, b):
    return abs(b - a).mean(), standard_error(b - a)


@evidence.wrong("""
    The error is that of B's mean score. Asked for is the error of the difference: take the differences, seed by seed,
    and their spread.
    """)
def error_of_b(a, b):
    return (b - a).mean(), standard_error(b)


@evidence.wrong("""
    √(p(1 − p)/n) is the error of an accuracy that was measured on n examples. Here n counts seeds, and their spread is
    there to be measured: the standard deviation of the differences, divided by √n.
    """)
def as_if_counted(a, b):
    p = b.mean()
    return (b - a).mean(), np.sqrt(p * (1 - p) / len(b))
