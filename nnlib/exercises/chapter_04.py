"""The exercises of chapter 4, backpropagation: the tiny network's four gradients, and one step with them."""

import numpy as np

from .bank import Exercise


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(x, w1, b1, w2, b2):
    """z1, a1 and y_hat of the tiny network."""
    z1 = w1 * x + b1
    a1 = sigmoid(z1)
    return z1, a1, w2 * a1 + b2


# ---- 4.1 ----

four_gradients = Exercise(
    "4.1", "The four gradients", stars=1, minutes=8, returns="dw1 db1 dw2 db2",
    statement=r"""
    The tiny network of lesson 4.1 takes one number in and gives one out:

    $$
    \begin{aligned}
    z_1 &= w_1 x + b_1 \\
    a_1 &= \sigma(z_1) \\
    \hat y &= w_2 a_1 + b_2 \\
    L &= \tfrac12 (\hat y - y)^2
    \end{aligned}
    $$

    Write `backward`, which computes the slope of the loss along each of the four parameters and returns them as
    `dw1, db1, dw2, db2`, where `dw1` stands for $\partial L / \partial w_1$, and so on. In the lesson
    $x$ was 1, which hides one factor; here it is any number.""",
    hints=[
        "Go forward first and keep `z1`, `a1` and `y_hat`. Then start at the loss: how much does L move for a small "
        "move of ŷ? L is ½(ŷ − y)², and the square brings down a 2 that the ½ cancels.",
        "Walk back one step at a time, and multiply by one local slope at each step. ŷ = w2·a1 + b2 has slope a1 along "
        "w2, slope 1 along b2, and slope w2 along a1. The last one leads on to the first layer.",
        "From a1 back to z1 the factor is σ′(z1), which is a1·(1 − a1). With `dz1 = dy_hat * w2 * a1 * (1 - a1)` in "
        "hand, z1 = w1·x + b1 is the same kind of step as ŷ = w2·a1 + b2 was.",
    ],
    why="Each gradient is the product of the local slopes on the way from the loss back to its parameter. The way to "
        "the first layer shares its beginning with the way to the second, so each slope is computed once.",
)


@four_gradients.stub
def backward(x, y, w1, b1, w2, b2):
    ...  # your code


@four_gradients.reference
def backward(x, y, w1, b1, w2, b2):
    z1 = w1 * x + b1
    a1 = 1 / (1 + np.exp(-z1))
    y_hat = w2 * a1 + b2

    dy_hat = y_hat - y
    dw2 = dy_hat * a1
    db2 = dy_hat
    da1 = dy_hat * w2
    dz1 = da1 * a1 * (1 - a1)
    dw1 = dz1 * x
    db1 = dz1
    return dw1, db1, dw2, db2


@four_gradients.inputs
def draw(rng):
    yield 2.0, 1.0, 0.5, 0.1, 0.8, 0.2
    yield 1.0, 1.0, 0.5, 0.1, 0.8, 0.2
    yield -1.5, 0.5, 0.5, 0.1, -0.8, 0.2
    for _ in range(5):
        x, y, w1, b1, w2, b2 = rng.uniform(0.3, 2, 6).round(1) * rng.choice([-1, 1], 6)
        yield tuple(map(float, (x, -2 * y, w1 / 2, b1, w2, b2)))


@four_gradients.wrong("""
    Your error goes from a1 to z1 as if the sigmoid were not there. But z1 reaches the loss only through σ, and σ is
    flatter than a straight line: a small move of z1 moves a1 by σ′(z1) = a1·(1 − a1) times as much, a quarter at
    most. Multiply by that factor on the way back.
    """)
def sigmoid_slope_forgotten(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    dz1 = dy_hat * w2
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    You took the sigmoid's slope at a1, but σ was applied to z1: a slope belongs to the place where the function was
    used. σ′(z1) is σ(z1)·(1 − σ(z1)), and σ(z1) is a1 already, so it is a1·(1 − a1), without another sigmoid around
    a1.
    """)
def slope_taken_at_a(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    dz1 = dy_hat * w2 * sigmoid(a1) * (1 - sigmoid(a1))
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    You used z1·(1 − z1) for the sigmoid's slope. The short formula is written in the sigmoid's value, not in what
    goes into it: σ′(z1) = σ(z1)·(1 − σ(z1)) = a1·(1 − a1). One sign that something was off: z1·(1 − z1) turns
    negative when z1 passes 1, while a sigmoid never falls.
    """)
def slope_written_in_z(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    dz1 = dy_hat * w2 * z1 * (1 - z1)
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    1 − a1² is the slope of tanh. This network's hidden unit is a sigmoid, and its slope is a1·(1 − a1).
    """)
def slope_of_tanh(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    dz1 = dy_hat * w2 * (1 - a1**2)
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    Every number is right but for its sign. You started from y − ŷ, what is missing from the prediction; the slope of
    ½(ŷ − y)² along ŷ is ŷ − y. Ask it of one case: when ŷ is too large, more of ŷ makes the loss larger, so the slope
    has to be positive there.
    """)
def sign_turned(x, y, w1, b1, w2, b2):
    return tuple(-g for g in backward(x, y, w1, b1, w2, b2))


@four_gradients.wrong("""
    Every number is exactly twice the slope. The square brings down a factor 2, and the ½ in L = ½(ŷ − y)² is there to
    take it away again: the slope along ŷ is ŷ − y. (With L = (ŷ − y)², as some books have it, yours would be right.)
    """)
def half_forgotten(x, y, w1, b1, w2, b2):
    return tuple(2 * g for g in backward(x, y, w1, b1, w2, b2))


@four_gradients.wrong("""
    Every number is exactly half the slope. The ½ of L = ½(ŷ − y)² stayed, but the 2 that the square brings down went
    missing. ½ times 2(ŷ − y) is ŷ − y.
    """)
def half_kept(x, y, w1, b1, w2, b2):
    return tuple(g / 2 for g in backward(x, y, w1, b1, w2, b2))


@four_gradients.wrong("""
    You sent the loss itself back, ½(ŷ − y)², where its slope should go. How large the loss is says nothing about the
    direction in which it falls; a square, for one, is never negative. The first number on the way back is ∂L/∂ŷ = ŷ −
    y.
    """)
def loss_sent_back(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = (y_hat - y) ** 2 / 2
    dz1 = dy_hat * w2 * a1 * (1 - a1)
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    These are the local slopes: how much z1 moves with w1 and b1, and ŷ with w2 and b2. They are the last factor of
    each gradient. How much the loss moves takes every factor on the way back from it: for w2 that is (ŷ − y) times
    your a1.
    """)
def local_slopes_only(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    return x, 1.0, a1, 1.0


@four_gradients.wrong("""
    The error passes from ŷ to a1 unchanged in your answer. But a1 enters ŷ through w2: a small move of a1 moves ŷ by
    w2 times as much. So da1 is (ŷ − y)·w2. With a weight of 0 nothing would come back at all, for then a1 could not
    change ŷ.
    """)
def w2_left_out(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    dz1 = dy_hat * a1 * (1 - a1)
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    In your answer the first layer gets the whole error ŷ − y, as if nothing stood between it and the loss. Two steps
    do: from ŷ to a1 the factor is w2, and from a1 to z1 it is a1·(1 − a1). dz1 is the error times both.
    """)
def passed_straight_back(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    return dy_hat * x, dy_hat, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    You shared the error out equally, a quarter to each parameter. It is a natural picture of blame, but a gradient is
    no share of anything: it answers, for one parameter with the others still, how much the loss moves when it moves.
    Those four answers need not be equal, nor add up to the error. Multiply the local slopes along the way to each.
    """)
def shared_out_equally(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    return ((y_hat - y) / 4,) * 4


@four_gradients.wrong("""
    Your dw1 lacks its last factor, x. In z1 = w1·x + b1 a small move of w1 moves z1 by x times as much, while one of
    b1 moves it by the same amount. So dw1 = dz1·x and db1 = dz1. In the lesson x was 1, and there the two are equal:
    your answer agrees with the right one whenever x = 1.
    """)
def x_forgotten(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return db1, db1, dw2, db2


@four_gradients.wrong("""
    You used z1 in dw2, but w2 never meets z1: it multiplies what has come through the sigmoid. In ŷ = w2·a1 + b2 the
    slope along w2 is a1.
    """)
def dw2_with_z1(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return dw1, db1, (y_hat - y) * z1, db2


@four_gradients.wrong("""
    You used x in dw2. Each weight's gradient has the input of its own layer as a factor: x for w1, but a1 for w2,
    because ŷ = w2·a1 + b2.
    """)
def dw2_with_x(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return dw1, db1, (y_hat - y) * x, db2


@four_gradients.wrong("""
    You treated the output as a sigmoid, too, and multiplied by ŷ·(1 − ŷ). This network's output is linear, so ŷ is
    w2·a1 + b2 itself, and the way back from the loss begins with ŷ − y alone.
    """)
def sigmoid_at_the_output(x, y, w1, b1, w2, b2):
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = (y_hat - y) * y_hat * (1 - y_hat)
    dz1 = dy_hat * w2 * a1 * (1 - a1)
    return dz1 * x, dz1, dy_hat * a1, dy_hat


@four_gradients.wrong("""
    All four numbers are right, in the order in which the way back meets them. Whoever calls the function unpacks them
    in the order of the network: `return dw1, db1, dw2, db2`.
    """)
def last_layer_first(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return dw2, db2, dw1, db1


@four_gradients.wrong("""
    All four numbers are right, weights first and then biases. Whoever calls the function unpacks them layer by layer:
    `return dw1, db1, dw2, db2`.
    """)
def weights_first(x, y, w1, b1, w2, b2):
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return dw1, dw2, db1, db2


# ---- 4.2 ----

one_step = Exercise(
    "4.2", "One step downhill", stars=2, minutes=10, returns="w1 b1 w2 b2",
    statement=r"""
    Write `train_step`, which takes one step of gradient descent on the tiny network. It gets the four parameters as a
    list `[w1, b1, w2, b2]`, one sample `x`, `y`, and the learning rate `lr`, $\eta$ in formulas. It computes
    the four gradients inside and returns the four *new* parameters, each moved against its slope:

    $$
    w \leftarrow w - \eta \, \frac{\partial L}{\partial w}
    $$

    The list that came in stays as it was: a caller may want to compare before and after. You may call your own
    `backward` from above.""",
    hints=[
        "Three things happen in this order: unpack the four parameters, compute all four gradients at the parameters "
        "as they came in, and only then make the four new parameters.",
        "`dw1, db1, dw2, db2 = backward(x, y, *params)` gives the gradients, if your `backward` has passed. The new w1 "
        "is `w1 - lr * dw1`, and the other three follow the same line.",
        "Give the new numbers back without writing into `params`: "
        "`return w1 - lr * dw1, b1 - lr * db1, w2 - lr * dw2, b2 - lr * db2`.",
    ],
    why="All four slopes are measured at one point, and one step is taken from that point. A slope points uphill, so "
        "the step has a minus sign, and it is as long as lr times the slope.",
)


@one_step.stub
def train_step(params, x, y, lr):
    ...  # your code


@one_step.reference
def train_step(params, x, y, lr):
    w1, b1, w2, b2 = params

    a1 = 1 / (1 + np.exp(-(w1 * x + b1)))
    dy_hat = w2 * a1 + b2 - y
    dz1 = dy_hat * w2 * a1 * (1 - a1)

    return (w1 - lr * dz1 * x, b1 - lr * dz1,
            w2 - lr * dy_hat * a1, b2 - lr * dy_hat)


@one_step.inputs
def draw(rng):
    yield [0.5, 0.1, 0.8, 0.2], 1.0, 1.0, 0.1
    yield [0.5, 0.1, 0.8, 0.2], 2.0, -1.0, 0.5
    for lr in (0.2, 0.3, 0.4, 0.6):
        x, y, w1, b1, w2, b2 = rng.uniform(0.5, 2, 6).round(1) * rng.choice([-1, 1], 6)
        yield [float(w1 / 2), float(b1), float(w2), float(b2)], float(x), float(-2 * y), lr


@one_step.wrong("""
    You went uphill: every parameter moved by the right amount in the wrong direction. A gradient points to where the
    loss grows, so a step that lowers it goes the other way, w − lr·g. If your line does have a minus, look at the
    error: y − ŷ in place of ŷ − y turns every slope, and the two minus signs cancel.
    """)
def uphill(params, x, y, lr):
    return tuple(p + lr * g for p, g in zip(params, backward(x, y, *params)))


@one_step.wrong("""
    You returned the four gradients. They are right, but they are not yet the update: backpropagation measures the
    slopes, and gradient descent then takes a step with them. The new parameter is the old one minus lr times its
    slope.
    """)
def gradients_returned(params, x, y, lr):
    return backward(x, y, *params)


@one_step.wrong("""
    You returned how far each parameter moves, −lr·g, and not where it arrives. Add that to the old parameter: w −
    lr·g.
    """)
def changes_returned(params, x, y, lr):
    return tuple(-lr * g for g in backward(x, y, *params))


@one_step.wrong("""
    Your w2 changes too early. The way back to the first layer goes through w2, and it must be the w2 that made this
    prediction; yours was the new one already. All gradients belong to one point, the parameters as they came in:
    compute all four, then move all four.
    """)
def w2_moved_before_use(params, x, y, lr):
    w1, b1, w2, b2 = params
    z1, a1, y_hat = forward(x, w1, b1, w2, b2)
    dy_hat = y_hat - y
    w2 = w2 - lr * dy_hat * a1
    b2 = b2 - lr * dy_hat
    dz1 = dy_hat * w2 * a1 * (1 - a1)
    return w1 - lr * dz1 * x, b1 - lr * dz1, w2, b2


@one_step.wrong("""
    You moved the second layer, went forward again with its new parameters, and only then computed the slopes of the
    first. Each half is a fair step, but together they are two steps from two points. Gradient descent measures all
    slopes at one point: go forward once, compute all four, then move all four.
    """)
def one_layer_after_the_other(params, x, y, lr):
    w1, b1, w2, b2 = params
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    w2, b2 = w2 - lr * dw2, b2 - lr * db2
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1 - lr * db1, w2, b2


@one_step.wrong("""
    Your weights moved and your biases stayed. A bias is a parameter like any other: it has a slope, and it takes a
    step against it. In the example b2 has the steepest slope of the four.
    """)
def biases_left(params, x, y, lr):
    w1, b1, w2, b2 = params
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return w1 - lr * dw1, b1, w2 - lr * dw2, b2


@one_step.wrong("""
    Only the second layer moved. The slopes of w1 and b1 may be smaller, but they are not zero, and it is the hidden
    unit's moves by which a network learns features of its own. Move all four.
    """)
def first_layer_left(params, x, y, lr):
    w1, b1, w2, b2 = params
    dw1, db1, dw2, db2 = backward(x, y, w1, b1, w2, b2)
    return w1, b1, w2 - lr * dw2, b2 - lr * db2


@one_step.wrong("""
    The learning rate is missing: each parameter moved by its whole slope, as if lr were 1. A slope says how steep it
    is, not how far to go; `lr` turns the one into the other.
    """)
def lr_forgotten(params, x, y, lr):
    return tuple(p - g for p, g in zip(params, backward(x, y, *params)))


@one_step.wrong("""
    The learning rate comes in twice, so your step is lr² times the slope. With lr = 0.1 that is ten times too short:
    training would still go down, and slowly enough to puzzle you. Multiply by `lr` once, either in the gradient or in
    the step.
    """)
def lr_twice(params, x, y, lr):
    return tuple(p - lr * lr * g for p, g in zip(params, backward(x, y, *params)))


@one_step.wrong("""
    Your step is twice as long as asked for. The ½ of L = ½(ŷ − y)² takes away the 2 that the square brings down, so
    the way back begins with ŷ − y.
    """)
def twice_as_long(params, x, y, lr):
    return tuple(p - 2 * lr * g for p, g in zip(params, backward(x, y, *params)))


@one_step.wrong("""
    Every parameter moved by exactly lr, up or down: only the sign of its slope was used. (Such a rule exists, and 5.3
    meets a relative of it.) Gradient descent steps in proportion: lr times the slope, long where it is steep and
    short where it is flat.
    """)
def sign_only(params, x, y, lr):
    return tuple(p - lr * np.sign(g) for p, g in zip(params, backward(x, y, *params)))


@one_step.wrong("""
    The second layer is right; the first moved too far, because the sigmoid's slope is missing on the way to it. From
    a1 back to z1 multiply by a1·(1 − a1).
    """)
def sigmoid_slope_forgotten_in_step(params, x, y, lr):
    gradients = sigmoid_slope_forgotten(x, y, *params)
    return tuple(p - lr * g for p, g in zip(params, gradients))


@one_step.wrong("""
    The new numbers are right, but you wrote them into the list that came in. Whoever called the function has lost the
    old parameters, and can no longer compare before and after. Take the numbers out, `w1, b1, w2, b2 = params`, and
    return new ones.
    """)
def changed_in_place(params, x, y, lr):
    params[:] = train_step(params, x, y, lr)
    return params


@one_step.wrong("""
    You wrote the new numbers into the list that came in, and returned nothing. Here the caller wants to keep the old
    parameters and get new ones: take the numbers out, `w1, b1, w2, b2 = params`, and end with a `return` of four new
    numbers.
    """)
def changed_in_place_without_return(params, x, y, lr):
    params[:] = train_step(params, x, y, lr)
