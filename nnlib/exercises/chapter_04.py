"""The exercises of chapter 4, backpropagation: by hand, layer by layer, on a list, and before the first step."""

import numpy as np

from .bank import Exercise


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def numbers(rng, *shape):
    return rng.normal(size=shape).round(2)


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

# ---- 4.3 ----

one_layer = Exercise(
    "4.3", "One layer, backward", kind="complete", stars=2, minutes=10, returns="dW db dX",
    statement=r"""
    A layer took a batch `X` of shape `(n, n_in)`, computed $Z = XW^\top + b$ and sent it through its bend, $A = f(Z)$.
    `W` has one unit a row, `(n_out, n_in)`; each unit has a bias, too, but the way back does not need its value.
    Now `dA` has come back, of shape `(n, n_out)`: how much the loss moves for a small move of each entry of $A$.

    Complete what this layer makes of it: the gradients of its weights and biases, and `dX`, the message to the layer
    before. `bend` is `"ReLU"`, `"sigmoid"` or `"none"`. Whatever belongs to the loss, such as its $1/n$, is in `dA`
    already.""",
    hints=[
        "The bend works on each entry of Z alone, and so does its slope. ReLU passes on what is above 0 and stops the "
        "rest; what is the slope on either side? The sigmoid's slope can be written in its own value.",
        "A weight, a bias and an input each enter Z in several places, so each gradient is a sum. Write down one "
        "entry, see which letter it sums over, the examples or the units, and put that letter in the middle of a "
        "product.",
        "`slope = Z > 0` does for ReLU. The sigmoid's is s·(1 − s): here s is `1 / (1 + np.exp(-Z))`, and 1 − s is "
        "`1 / (1 + np.exp(Z))`. Then `dZ.T @ X` sums over the examples, and `dZ @ W` over the units.",
    ],
    why="Three sums over the uses of one entry: a weight and a bias are used once an example, so theirs run over the "
        "examples, and an input is used by every unit, so its sum runs over the units. Each gradient has the shape of "
        "what it belongs to.",
)


@one_layer.stub
def layer_backward(dA, Z, X, W, bend):
    # the slope of the bend, for each entry of Z
    if bend == "ReLU":
        slope = ...
    elif bend == "sigmoid":
        slope = ...
    else:
        slope = 1.0
    dZ = dA * slope

    dW = ...
    db = ...
    dX = ...
    return dW, db, dX


@one_layer.reference
def layer_backward(dA, Z, X, W, bend):
    # the slope of the bend, for each entry of Z
    if bend == "ReLU":
        slope = Z > 0
    elif bend == "sigmoid":
        slope = 1 / (1 + np.exp(-Z)) / (1 + np.exp(Z))
    else:
        slope = 1.0
    dZ = dA * slope

    dW = dZ.T @ X
    db = dZ.sum(axis=0)
    dX = dZ @ W
    return dW, db, dX


def sigmoid_slope(Z):
    return sigmoid(Z) * sigmoid(-Z)


def layer_with(dA, Z, X, W, bend, ReLU=lambda Z, dA: Z > 0, sigmoid=lambda Z: sigmoid_slope(Z),
               weights=lambda dZ, X: dZ.T @ X, biases=lambda dZ: dZ.sum(axis=0), message=lambda dZ, W: dZ @ W):
    """The layer's way back with some of its lines replaced."""
    dZ = dA * {"ReLU": lambda: ReLU(Z, dA), "sigmoid": lambda: sigmoid(Z), "none": lambda: 1.0}[bend]()
    return weights(dZ, X), biases(dZ), message(dZ, W)


@one_layer.inputs
def draw(rng):
    yield (np.array([[1.0, -2.0], [0.5, 1.5]]), np.array([[3.0, 0.5], [-1.0, 2.0]]),
           np.array([[2.0, 1.0], [4.0, -1.0]]), np.array([[1.0, 2.0], [-1.0, 0.5]]), "ReLU")
    for n, n_in, n_out, bend in [(2, 2, 2, "sigmoid"), (5, 3, 4, "ReLU"), (4, 5, 2, "sigmoid"), (3, 4, 2, "none")]:
        X, W, b = numbers(rng, n, n_in), numbers(rng, n_out, n_in), numbers(rng, n_out)
        yield numbers(rng, n, n_out), (X @ W.T + b).round(2), X, W, bend


@one_layer.wrong("""
    For a ReLU layer your message comes back as if the bend were not there. A unit whose sum was below 0 said 0, and
    would have said 0 for a slightly different sum as well: nothing it does moves the loss, so nothing goes back
    through it. The slope is 1 where Z is above 0, and 0 elsewhere.
    """)
def relu_slope_forgotten(*inputs):
    return layer_with(*inputs, ReLU=lambda Z, dA: 1.0)


@one_layer.wrong("""
    You used the ReLU's value, the larger of Z and 0, for its slope. Above 0 the ReLU is a straight line, and as steep
    at 3 as at 0.1: its slope there is 1.
    """)
def relu_value_for_its_slope(*inputs):
    return layer_with(*inputs, ReLU=lambda Z, dA: np.maximum(0, Z))


@one_layer.wrong("""
    Your slope for ReLU asks whether `dA` is above 0. That stops every message that says "more of this": a negative
    entry of `dA` is as good a message as a positive one. Whether the way is open was decided on the way forward, by Z;
    the sign of what comes back has no part in it.
    """)
def relu_asks_what_comes_back(*inputs):
    return layer_with(*inputs, ReLU=lambda Z, dA: dA > 0)


@one_layer.wrong("""
    You gave ReLU the slope −1 below 0. That is the slope of the absolute value, which climbs again on the left; ReLU is
    flat there, and a flat line has slope 0.
    """)
def relu_slope_of_the_absolute_value(*inputs):
    return layer_with(*inputs, ReLU=lambda Z, dA: np.sign(Z))


@one_layer.wrong("""
    Your ReLU is open where it should be shut. It passes on what is above 0, so its slope is 1 where Z is above 0, and
    not where Z is below.
    """)
def relu_slope_on_the_wrong_side(*inputs):
    return layer_with(*inputs, ReLU=lambda Z, dA: Z < 0)


@one_layer.wrong("""
    For a sigmoid layer the message comes back as if the bend were not there. A small move of z moves the activation by
    a quarter of it at most, and at the flat ends by next to nothing: multiply by a·(1 − a), with a = σ(z).
    """)
def sigmoid_slope_forgotten_in_a_layer(*inputs):
    return layer_with(*inputs, sigmoid=lambda Z: 1.0)


@one_layer.wrong("""
    You took the sigmoid's slope at its own output: you went through the sigmoid twice. The slope belongs to the place
    where the bend was entered, Z. With s = σ(Z) it is s·(1 − s), without another sigmoid around s.
    """)
def sigmoid_slope_at_its_output(*inputs):
    return layer_with(*inputs, sigmoid=lambda Z: sigmoid_slope(sigmoid(Z)))


@one_layer.wrong("""
    You used Z·(1 − Z). The short formula is written in what comes out of the sigmoid, s·(1 − s) with s = σ(Z). One
    sign that something was off: Z·(1 − Z) is below 0 for a negative Z, and a sigmoid never falls.
    """)
def sigmoid_slope_written_in_z(*inputs):
    return layer_with(*inputs, sigmoid=lambda Z: Z * (1 - Z))


@one_layer.wrong("""
    You used the sigmoid's value for its slope. At 0 its value is a half and its slope a quarter; far to the right its
    value is 1 and its slope next to 0. Multiply by 1 minus the value as well.
    """)
def sigmoid_value_for_its_slope(*inputs):
    return layer_with(*inputs, sigmoid=sigmoid)


@one_layer.wrong("""
    1 − s² is the slope of tanh. For the sigmoid it is s·(1 − s).
    """)
def sigmoid_slope_of_tanh(*inputs):
    return layer_with(*inputs, sigmoid=lambda Z: 1 - sigmoid(Z) ** 2)


@one_layer.wrong("""
    Your `db` is the mean of the rows. The thought is sound, for the loss is a mean; but that 1/n is in `dA` already.
    A bias is used once for each example, and uses add up: the sum of each column.
    """)
def bias_gradient_averaged(*inputs):
    return layer_with(*inputs, biases=lambda dZ: dZ.mean(axis=0))


@one_layer.wrong("""
    Your `db` is one number, the sum over the whole table. Each unit has a bias of its own and hears of its own column
    alone: `dZ.sum(axis=0)` runs down the examples and leaves one number a unit.
    """)
def bias_gradient_summed_over_all(*inputs):
    return layer_with(*inputs, biases=lambda dZ: dZ.sum())


@one_layer.wrong("""
    Your `db` sums along the rows: one number for each example, when there has to be one for each unit. Axis 0 runs
    down the rows, over the examples. On as many examples as units the two have the same shape, and nothing complains.
    """)
def bias_gradient_summed_along_rows(*inputs):
    return layer_with(*inputs, biases=lambda dZ: dZ.sum(axis=1))


@one_layer.wrong("""
    Your `db` is what the last example sent. Every example used the bias, so each sends its part, and uses add up. A
    loop over the examples with = in place of += ends like this.
    """)
def bias_gradient_of_the_last_row(*inputs):
    return layer_with(*inputs, biases=lambda dZ: dZ[-1])


@one_layer.wrong("""
    Your `db` is `dZ` itself, one row an example. NumPy would subtract it from `b` without a complaint, and the layer
    would have a row of biases for each example from then on. A gradient has the shape of what it belongs to: add up
    each column.
    """)
def bias_gradient_not_summed(*inputs):
    return layer_with(*inputs, biases=lambda dZ: dZ)


@one_layer.wrong("""
    Your `db` is made from `dA`, before it has passed the bend. A bias is added to the sum that the bend is applied to,
    so its gradient is made from `dZ`: the sum of each column.
    """)
def bias_gradient_before_the_bend(dA, Z, X, W, bend):
    dW, _, dX = layer_backward(dA, Z, X, W, bend)
    return dW, dA.sum(axis=0), dX


@one_layer.wrong("""
    Your `dW` has inputs in its rows and units in its columns: it is turned over. In W a unit is a row, and a gradient
    has the shape of what it belongs to. `dZ.T @ X` has the units first.
    """)
def weight_gradient_turned_over(*inputs):
    return layer_with(*inputs, weights=lambda dZ, X: X.T @ dZ)


@one_layer.wrong("""
    Your `dW` is divided by the number of examples. The loss is a mean, but that belongs to the loss: its 1/n came in
    with the first line of the way back and is in `dA` already. Here the uses add up.
    """)
def weight_gradient_averaged(*inputs):
    return layer_with(*inputs, weights=lambda dZ, X: dZ.T @ X / len(X))


@one_layer.wrong("""
    Your `dW` is what the last example brings. Every example went through these weights, and what they bring adds up:
    the product `dZ.T @ X` has that sum in its middle.
    """)
def weight_gradient_of_the_last_row(*inputs):
    return layer_with(*inputs, weights=lambda dZ, X: np.outer(dZ[-1], X[-1]))


@one_layer.wrong("""
    In your `dX` the weights are turned over. Going forward, `X @ W.T` turns them; coming back, `dZ @ W` does not: row
    by row, what comes back to a unit goes to each of its inputs, times the weight between the two. While W is square
    the other order runs and mixes the connections up; elsewhere NumPy stops.
    """)
def message_through_turned_weights(*inputs):
    return layer_with(*inputs, message=lambda dZ, W: dZ @ W.T)


@one_layer.wrong("""
    Your `dX` shares out what came back equally among the inputs. It is a natural picture of blame, but an input reaches
    a unit through its own weight: one with weight 0 cannot have moved it at all. Multiply by the weights: `dZ @ W`.
    """)
def message_shared_out_equally(*inputs):
    return layer_with(*inputs, message=lambda dZ, W: dZ.sum(axis=1, keepdims=True) / W.shape[1] + 0 * dZ @ W)


@one_layer.wrong("""
    Your `dX` is made from `dA`, before it has passed the bend. What reaches the inputs has gone back through the bend
    first: `dZ @ W`.
    """)
def message_before_the_bend(dA, Z, X, W, bend):
    dW, db, _ = layer_backward(dA, Z, X, W, bend)
    return dW, db, dA @ W


# ---- 4.4 ----

scores_back = Exercise(
    "4.4", "The wrong classes hear nothing", kind="repair", stars=2, minutes=8, returns="dZ",
    statement=r"""
    A classifier gives scores `Z` of shape `(n, k)`. Softmax makes probabilities of each row, and the loss is the mean
    of $-\log p_y$ over the $n$ rows, where `y` holds the number of each row's right class, counted from 0.

    The function below should give $\partial L/\partial Z$. It goes back in two steps: through the logarithm, and then
    through softmax, with the slope $p(1 - p)$ that the sigmoid has, too. A network trained with it does learn, and
    ends with a higher loss than it need. A check shows what is wrong: a score of a wrong class never gets a gradient,
    though more of it takes probability from the right one. Find the line that is to blame and mend it.""",
    hints=[
        "In a softmax each score moves every probability of its row, because all have to sum to 1. Which of these "
        "moves does p·(1 − p) stand for?",
        "Lesson 4.2 has the short way: take softmax and logarithm together, −log p = −z + log of the sum, and ask how "
        "each of the two parts moves with one score.",
        "The slope along a score is p, minus 1 if it is the right class's; and all of it divided by n. The table "
        "`right` has its 1 in the right places already.",
    ],
    why="Softmax has a table of slopes for each row, and p·(1 − p) is its diagonal alone. Together with the logarithm "
        "the whole table shrinks to p − y: what the network said, minus what is right. Each row sums to 0.",
)


@scores_back.stub
def scores_backward(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    right = np.eye(Z.shape[1])[y]       # a 1 at the right class

    dp = -right / p / len(Z)
    return dp * p * (1 - p)


@scores_back.reference
def scores_backward(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    right = np.eye(Z.shape[1])[y]       # a 1 at the right class

    return (p - right) / len(Z)


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def one_hot(Z, y):
    return np.eye(Z.shape[1])[y]


@scores_back.inputs
def draw(rng):
    yield np.array([[2.0, 1.0, 0.0], [0.5, 1.5, 3.0]]), np.array([0, 1])
    yield numbers(rng, 3, 3), np.array([2, 0, 2])
    yield numbers(rng, 5, 4) * 2, np.array([1, 3, 2, 0, 3])
    yield np.array([[1000.0, 1001.0], [-1000.0, -1002.0], [3.0, 2.0]]), np.array([0, 0, 1])


@scores_back.wrong("""
    Only the scores of the right classes get a gradient. p·(1 − p) is how a class's probability moves with its own
    score, and leaves out how it moves with the others': they all share one total, so a score that rises takes from
    each of them. The slopes of softmax are a whole table; only together with the logarithm does it become short:
    p minus the 1 at the right class, divided by n.
    """)
def softmax_taken_for_a_sigmoid(Z, y):
    p = softmax(Z)
    return -one_hot(Z, y) / p / len(Z) * p * (1 - p)


@scores_back.wrong("""
    The signs are turned: what you have is what the scores should do. A gradient says where the loss grows, and it
    grows with the score of a wrong class, whose entry has to be positive: what the network said minus what is right.
    """)
def right_minus_said(Z, y):
    return (one_hot(Z, y) - softmax(Z)) / len(Z)


@scores_back.wrong("""
    The error is right, and the mean is missing. The loss averages over the n rows, so each of them counts by 1/n.
    Without it twice the batch would take steps twice as long.
    """)
def mean_left_out(Z, y):
    return softmax(Z) - one_hot(Z, y)


@scores_back.wrong("""
    The mean is taken twice: every number is n times too small. It belongs to the loss, so it comes in once.
    """)
def mean_twice(Z, y):
    return (softmax(Z) - one_hot(Z, y)) / len(Z) ** 2


@scores_back.wrong("""
    Only half of the error is divided by n: division binds tighter than minus, so `p - right / n` takes the mean of the
    one and not of the other. Put the difference in brackets.
    """)
def brackets_missing(Z, y):
    return softmax(Z) - one_hot(Z, y) / len(Z)


@scores_back.wrong("""
    You divided by all n·k entries of the table. The mean runs over the n examples; an example has one loss, however
    many classes there are.
    """)
def mean_over_classes_too(Z, y):
    return (softmax(Z) - one_hot(Z, y)) / Z.size


@scores_back.wrong("""
    You sent the probabilities back and did not take the 1 from the right class. Then every score, the right one too,
    hears that less of it would be better. The target has to come in: p minus y.
    """)
def target_left_out(Z, y):
    return softmax(Z) / len(Z)


@scores_back.wrong("""
    You stopped before the softmax: these are the slopes along the probabilities, −1/p at the right class. The loss is
    asked for along the scores, one step further back.
    """)
def stopped_before_softmax(Z, y):
    return -one_hot(Z, y) / softmax(Z) / len(Z)


@scores_back.wrong("""
    After the error p − y you went through p·(1 − p) once more. That is the way back from a squared error through a
    sigmoid. In p − y the softmax is in already: nothing is left to multiply. As it stands, a network that is sure and
    wrong would hear next to nothing.
    """)
def through_softmax_twice(Z, y):
    p = softmax(Z)
    return (p - one_hot(Z, y)) * p * (1 - p) / len(Z)


@scores_back.wrong("""
    You subtracted the number of the class. Class 3 is not three times class 1; the numbers are names. What has to be
    subtracted is a 1 at the right class's place and 0 elsewhere: the table `right`.
    """)
def class_number_subtracted(Z, y):
    return (softmax(Z) - y[:, None]) / len(Z)


@scores_back.wrong("""
    You used the scores in place of the probabilities: z − y is where a squared error on the scores would begin. Here
    the scores go through softmax first, and the error is p − y.
    """)
def scores_for_probabilities(Z, y):
    return (Z - one_hot(Z, y)) / len(Z)


# ---- 4.5 ----

shuffled = Exercise(
    "4.5", "A training loop, shuffled", kind="order", stars=1, minutes=6, returns="w",
    statement=r"""
    A model with one weight, $\hat y = wx$, is trained on a batch, `x` and `y` of shape `(n,)`, for some number of
    steps. As in an autograd library, the backward line *adds* to the gradient. The four lines inside the loop have been
    shuffled: the forward pass, clearing the gradient, the backward pass, and the step. Move them, changing nothing
    else. They run in any order; most orders train too little or not at all, and nothing else tells you.""",
    hints=[
        "What does each line read, and which line must have written it first?",
        "The step reads `dw`, so the backward line comes before it, and nothing that spoils `dw` may come between. The "
        "backward line reads `error`.",
        "Forward, clear, backward, step. Clearing may come first as well.",
    ],
    why="Forward makes the error, backward turns it into a gradient, the step uses that, and clearing sees to it that "
        "no gradient is used twice. It may stand anywhere between a step and the next backward pass.",
)


@shuffled.stub
def trained(w, x, y, lr, steps):
    dw = error = 0.0
    for _ in range(steps):
        # move the four lines below
        dw += (error * x).mean()
        dw = 0.0
        w = w - lr * dw
        error = w * x - y
    return w


@shuffled.reference
def trained(w, x, y, lr, steps):
    dw = error = 0.0
    for _ in range(steps):
        # move the four lines below
        error = w * x - y
        dw = 0.0
        dw += (error * x).mean()
        w = w - lr * dw
    return w


@shuffled.inputs
def draw(rng):
    yield 0.5, np.array([1.0, 2.0]), np.array([1.0, 3.0]), 0.2, 3
    for n, lr, steps in [(3, 0.1, 1), (2, 0.3, 2), (5, 0.1, 6), (4, 0.2, 5)]:
        yield round(rng.normal(), 1), rng.uniform(0.5, 2, n).round(1), rng.uniform(2, 4, n).round(1), lr, steps


@shuffled.wrong("""
    The weight never moves. Between the backward pass and the step your loop clears the gradient, or it clears right
    before the step: what the step reads is 0 each time. Clear after a step and before the next backward pass.
    """)
def cleared_before_the_step(w, x, y, lr, steps):
    return w


@shuffled.wrong("""
    You are one step short: the first round of your loop moves nothing, because the step, or the backward pass, comes
    before the line that makes what it needs. From the second round on, it uses what the round before has left. Forward
    has to come before backward, and backward before the step, in one round.
    """)
def one_step_short(w, x, y, lr, steps):
    return trained(w, x, y, lr, steps - 1)


@shuffled.wrong("""
    Your gradients are one step old. Each round goes backward from the error of the weight before last, for the forward
    pass comes after the backward one, or the step between the two. On a curve, that is the slope of a place you have
    left. Forward, then backward, then the step.
    """)
def gradients_one_step_old(w, x, y, lr, steps):
    dw = error = 0.0
    for _ in range(steps):
        dw = (error * x).mean()
        error = w * x - y
        w = w - lr * dw
    return w


@shuffled.wrong("""
    Forward and step have changed places. So the first two rounds move nothing, and from then on each step takes a
    gradient that is a step old. What a line reads must have been written before it: begin with the forward pass and end
    with the step.
    """)
def forward_and_step_exchanged(w, x, y, lr, steps):
    return gradients_one_step_old(w, x, y, lr, steps - 1)


@shuffled.wrong("""
    Nobody clears the gradient: each step goes along the sum of all gradients so far. The first step is right; from the
    second on the old ones push as well, and carry the weight past its goal. Set `dw` back to 0 in every round.
    """)
def never_cleared(w, x, y, lr, steps):
    dw = 0.0
    for _ in range(steps):
        dw += ((w * x - y) * x).mean()
        w = w - lr * dw
    return w


# ---- 4.6 ----

before = Exercise(
    "4.6", "Before the first step", kind="predict", stars=2, minutes=8, returns="moving kinds spread passes", rtol=1e-3,
    statement=r"""
    A network has 5 inputs, 4 hidden tanh units and 3 scores, with softmax and cross-entropy after them: 39 parameters.
    It is given a batch of 7 examples. Put a number in place of each row of dots.

    1. All 39 parameters start at 0. How many of them get a gradient other than 0 in the first backward pass, `moving`?
    2. Now all weights start at 0.5 and all biases at 0, and the network is trained for 1,000 steps. How many
       *different* hidden units does it have then, `kinds`?
    3. Somewhere else a layer has 50 inputs and 30 ReLU units. What standard deviation do its weights start with by He's
       rule, `spread`?
    4. Back to the 39 parameters. How many forward passes does it take to find all of their gradients by central
       differences, `passes`?""",
    hints=[
        "For the first, go through the three lines of a layer with zeros: dW is a product with what came in, the "
        "message is a product with the weights. Which of the factors are 0, and what is left?",
        "For the second, ask what could make two units differ that start alike. For the third, He's rule makes up for "
        "the half of the squares that ReLU drops. For the fourth, count what one parameter costs.",
        "With zeros everywhere only what needs neither an activation nor a weight is left: the biases of the scores. "
        "Units with equal weights in and out say the same and are told the same. He's rule says n times the spread "
        "squared is 2, with n the number of inputs. A central difference looks on both sides.",
    ],
    why="At 0 the hidden units say 0 and pass nothing back, so only the 3 score biases hear anything: zero is no "
        "neutral start. What starts alike stays alike: 1 kind of unit. He: the root of 2/50, which is 0.2. And "
        "nudging costs two forward passes a parameter, 78, where one backward pass would do.",
)


@before.stub
def four_answers():
    moving = ...
    kinds = ...
    spread = ...
    passes = ...
    return moving, kinds, spread, passes


@before.reference
def four_answers():
    moving = 3
    kinds = 1
    spread = (2 / 50) ** 0.5
    passes = 2 * 39
    return moving, kinds, spread, passes


@before.inputs
def draw(rng):
    yield ()


@before.wrong("""
    You let all 39 move, as if 0 were a start like any other. Follow it: the hidden units say tanh of 0, which is 0, so
    the last weights are multiplied by 0; and the last weights are 0, so the message to the hidden layer is 0 as well.
    """)
def zero_is_neutral():
    return 39, 1, 0.2, 78


@before.wrong("""
    You let the whole last layer move, weights and biases. Its weights' gradient is what comes back times what came in,
    and what came in are the hidden activations: tanh of 0, which is 0.
    """)
def last_layer_moves():
    return 15, 1, 0.2, 78


@before.wrong("""
    You let the last layer's weights move. Their gradient is what comes back times what came in, and what came in are
    the hidden activations: tanh of 0, which is 0. What needs no activation to hear something?
    """)
def last_weights_move():
    return 12, 1, 0.2, 78


@before.wrong("""
    You let all seven biases move. Those of the scores do: they hear p − y itself. But the message to the hidden layer
    goes through the last weights, and these are 0.
    """)
def all_biases_move():
    return 7, 1, 0.2, 78


@before.wrong("""
    You let nothing move. Weights need something to be multiplied by, but a bias does not: those of the scores hear
    the column sums of p − y. Every p is a third, and of 7 examples no class can have exactly a third, so they are not
    0.
    """)
def nothing_moves():
    return 0, 1, 0.2, 78


@before.wrong("""
    You expect training to make four different units of four equal ones. They say the same, so the same message comes
    back to each, so they take the same step, 1,000 times. Nothing in gradient descent tells them apart; drawn weights
    do.
    """)
def training_tells_units_apart():
    return 3, 4, 0.2, 78


@before.wrong("""
    No unit differs from the others, that is the point; and so there is one kind of unit, four times over.
    """)
def no_different_units():
    return 3, 0, 0.2, 78


@before.wrong("""
    2/50 is the variance, the spread squared. Take the root.
    """)
def variance_for_spread():
    return 3, 1, 2 / 50, 78


@before.wrong("""
    That keeps the squares for a bend that lets everything through, such as tanh near 0. ReLU drops half of them, so
    the weights have to bring twice the variance: 2 in place of 1.
    """)
def no_factor_of_two():
    return 3, 1, (1 / 50) ** 0.5, 78


@before.wrong("""
    You took the 30 units. On the way forward each unit adds up its inputs, and these are 50: their number decides how
    large the sums become.
    """)
def units_for_inputs():
    return 3, 1, (2 / 30) ** 0.5, 78


@before.wrong("""
    That is Glorot's rule, the middle between the two sides, the root of 2/(50 + 30). He's looks at the inputs alone.
    """)
def glorot_for_he():
    return 3, 1, (2 / 80) ** 0.5, 78


@before.wrong("""
    One forward pass a parameter is half of it. A central difference nudges up and down, and each nudge takes a forward
    pass.
    """)
def one_pass_a_parameter():
    return 3, 1, 0.2, 39


@before.wrong("""
    That would be one pass for each parameter and one for the loss where it stands: forward differences, which are less
    exact. A central difference nudges each parameter up and down.
    """)
def forward_differences():
    return 3, 1, 0.2, 40


@before.wrong("""
    Two passes are what one parameter costs. Nudging all of them at once would give the sum of their slopes, not each;
    so every parameter needs its own two.
    """)
def all_nudged_at_once():
    return 3, 1, 0.2, 2


@before.wrong("""
    You counted the passes for each of the 7 examples. A batch goes forward together, in one pass: two for each
    parameter.
    """)
def passes_for_each_example():
    return 3, 1, 0.2, 546


@before.wrong("""
    One is what backpropagation takes: one pass forward, and one back for all 39. Nudging knows no such economy; it
    asks for each parameter alone. That is why it is for tests, and not for training.
    """)
def as_cheap_as_backward():
    return 3, 1, 0.2, 1


# ---- 4.7 ----

two_layers = Exercise(
    "4.7", "Two layers, a whole batch", stars=3, minutes=15, returns="W1 b1 W2 b2",
    statement=r"""
    The network of lesson 4.2, for any widths and any batch:

    $$
    \begin{aligned}
    A_1 &= \sigma(X W_1^\top + b_1) \\
    \hat Y &= A_1 W_2^\top + b_2 \\
    L &= \frac{1}{n} \sum_k \sum_i \tfrac12 (\hat y_{ki} - y_{ki})^2
    \end{aligned}
    $$

    `X` has shape `(n, n_in)`, `Y` `(n, n_out)`, one example a row; `W1` is `(n_hidden, n_in)` and `W2`
    `(n_out, n_hidden)`, one unit a row. $k$ counts the examples, $i$ the outputs.

    Write `batch_step`, which takes one step of gradient descent: it goes forward with the whole batch, back through
    both layers, and returns the four *new* arrays. Those that came in stay as they were. `lr` is the learning rate.""",
    hints=[
        "Begin at the loss: how much does it move for a small move of one entry of Ŷ? The square brings down a 2, "
        "the ½ takes it away, and the mean over the rows stays.",
        "The last layer: `dZ2.T @ A1` for its weights, the column sums of `dZ2` for its biases, `dZ2 @ W2` for the "
        "message. That message goes through the sigmoid's slope, entry by entry, and arrives as `dZ1`.",
        "With `dZ1 = dZ2 @ W2 * A1 * (1 - A1)` the first layer is one more layer, with X in the place of A1. Compute "
        "all four gradients before you move anything.",
    ],
    why="The same three lines for each layer, and the sigmoid's slope between them. The sums over the examples are in "
        "the middle of the products, so no loop is needed, for one example or ten thousand.",
)


@two_layers.stub
def batch_step(X, Y, W1, b1, W2, b2, lr):
    ...  # your code


@two_layers.reference
def batch_step(X, Y, W1, b1, W2, b2, lr):
    A1 = 1 / (1 + np.exp(-(X @ W1.T + b1)))
    Y_hat = A1 @ W2.T + b2

    dZ2 = (Y_hat - Y) / len(X)
    dZ1 = dZ2 @ W2 * A1 * (1 - A1)

    return (W1 - lr * dZ1.T @ X, b1 - lr * dZ1.sum(axis=0),
            W2 - lr * dZ2.T @ A1, b2 - lr * dZ2.sum(axis=0))


def batch_gradients(X, Y, W1, b1, W2, b2, error=lambda e: e / len(e), message=lambda dZ, W: dZ @ W,
                    slope=sigmoid_slope, weights=lambda dZ, A: dZ.T @ A, biases=lambda dZ: dZ.sum(axis=0)):
    """The gradients of both layers, with some lines of the way back replaced."""
    Z1 = X @ W1.T + b1
    A1 = sigmoid(Z1)
    dZ2 = error(A1 @ W2.T + b2 - Y)
    dZ1 = message(dZ2, W2) * slope(Z1)
    return weights(dZ1, X), biases(dZ1), weights(dZ2, A1), biases(dZ2)


def moved(params, gradients, lr):
    return tuple(p - lr * g for p, g in zip(params, gradients))


def step_with(X, Y, W1, b1, W2, b2, lr, **lines):
    """A step with some lines of the way back replaced."""
    params = W1, b1, W2, b2
    return moved(params, batch_gradients(X, Y, *params, **lines), lr)


@two_layers.inputs
def draw(rng):
    yield (np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([[1.0, 0.0], [-0.5, 2.0]]),
           np.array([[0.5, -1.0], [1.0, 0.3]]), np.array([0.1, -0.2]),
           np.array([[0.8, -0.5], [-1.0, 1.2]]), np.array([0.2, -0.4]), 0.5)
    for n, n_in, n_hidden, n_out in [(2, 2, 2, 2), (5, 3, 4, 2), (4, 2, 5, 3)]:
        yield (numbers(rng, n, n_in), 2 * numbers(rng, n, n_out), numbers(rng, n_hidden, n_in), numbers(rng, n_hidden),
               numbers(rng, n_out, n_hidden), numbers(rng, n_out), 0.5)


@two_layers.wrong("""
    The second layer is right, and what came back to the first passed the sigmoid as if it were not there. Every
    function on the way forward has a slope on the way back: multiply by A1·(1 − A1), entry by entry.
    """)
def sigmoid_slope_left_out(*inputs):
    return step_with(*inputs, slope=lambda Z: 1.0)


@two_layers.wrong("""
    The second layer is right; in the first you took the sigmoid's slope at A1, but σ was applied to Z1. σ(Z1) is A1
    already, so the slope is A1·(1 − A1), without another sigmoid around A1. This is also what happens when a program
    overwrites its sums with the activations on the way forward.
    """)
def sigmoid_slope_taken_at_a(*inputs):
    return step_with(*inputs, slope=lambda Z: sigmoid_slope(sigmoid(Z)))


@two_layers.wrong("""
    The second layer is right; in the first you used Z1·(1 − Z1) for the sigmoid's slope. The short formula is written
    in the sigmoid's value: A1·(1 − A1). Where the sum is negative or above 1, yours has the wrong sign.
    """)
def sigmoid_slope_in_z(*inputs):
    return step_with(*inputs, slope=lambda Z: Z * (1 - Z))


@two_layers.wrong("""
    The second layer is right; in the first you used the slope of tanh, 1 − a². These hidden units are sigmoids, with
    slope a·(1 − a).
    """)
def tanh_slope_for_a_sigmoid(*inputs):
    return step_with(*inputs, slope=lambda Z: 1 - sigmoid(Z) ** 2)


@two_layers.wrong("""
    All but `b1` is right: it took the message before it had gone through the sigmoid. A bias is added to the sum z, so
    its gradient is made from `dZ1`, as the weights' is.
    """)
def sigmoid_slope_not_in_b1(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    dW1, _, dW2, db2 = batch_gradients(X, Y, *params)
    _, db1, *_ = batch_gradients(X, Y, *params, slope=lambda Z: 1.0)
    return moved(params, (dW1, db1, dW2, db2), lr)


@two_layers.wrong("""
    You went through a sigmoid at the output, too, and multiplied by Ŷ·(1 − Ŷ). This network's outputs are linear, so
    nothing stands between them and the error: dZ2 is (Ŷ − Y)/n.
    """)
def slope_at_a_linear_output(X, Y, W1, b1, W2, b2, lr):
    Y_hat = sigmoid(X @ W1.T + b1) @ W2.T + b2
    return step_with(X, Y, W1, b1, W2, b2, lr, error=lambda e: e / len(e) * Y_hat * (1 - Y_hat))


@two_layers.wrong("""
    The weights are right; the biases moved by the mean of the rows in place of their sum. The loss is a mean, but its
    1/n came in with the first line and is in `dZ` already. A bias is used once for each example, and uses add up.
    """)
def bias_gradients_averaged(*inputs):
    return step_with(*inputs, biases=lambda dZ: dZ.mean(axis=0))


@two_layers.wrong("""
    The weights are right; all biases of a layer moved by the same amount, the sum over the whole table. A bias hears of
    its own unit alone, which is one column: `dZ.sum(axis=0)`.
    """)
def bias_gradients_summed_over_all(*inputs):
    return step_with(*inputs, biases=lambda dZ: dZ.sum())


@two_layers.wrong("""
    The weights are right; the biases' sums run along the rows, so there is one number for each example in place of one
    for each unit. With as many examples as units nobody complains. Axis 0 runs down the examples.
    """)
def bias_gradients_summed_along_rows(*inputs):
    return step_with(*inputs, biases=lambda dZ: dZ.sum(axis=1))


@two_layers.wrong("""
    The weights are right; the biases moved by what the last example sent. All examples used them, and uses add up. A
    loop over the examples with = in place of += ends like this.
    """)
def bias_gradients_of_the_last_row(*inputs):
    return step_with(*inputs, biases=lambda dZ: dZ[-1])


@two_layers.wrong("""
    Your biases have become tables, with a row for each example: `dZ` was subtracted from `b` as it is, and NumPy
    stretched `b` to fit. A gradient has the shape of what it belongs to: add up each column of `dZ` first.
    """)
def bias_gradients_not_summed(*inputs):
    return step_with(*inputs, biases=lambda dZ: dZ)


@two_layers.wrong("""
    The weights are right; for the biases you added up the rows of the weights' gradients. Those have been multiplied
    by what came in. A bias is multiplied by nothing: its gradient is the column sums of `dZ` itself.
    """)
def bias_gradients_from_the_weights(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    dW1, _, dW2, _ = batch_gradients(X, Y, *params)
    return moved(params, (dW1, dW1.sum(axis=1), dW2, dW2.sum(axis=1)), lr)


@two_layers.wrong("""
    The weights moved rightly, and the biases stayed where they were. A bias is a parameter like any other: its gradient
    is the column sums of `dZ`, and it takes its step.
    """)
def biases_never_moved(*inputs):
    return step_with(*inputs, biases=lambda dZ: 0.0)


@two_layers.wrong("""
    Everything moved by what the last example asks for alone. The gradient of the batch is a sum over its rows; a loop
    over the examples has to collect with +=, not overwrite with =.
    """)
def gradients_of_the_last_row(*inputs):
    return step_with(*inputs, weights=lambda dZ, A: np.outer(dZ[-1], A[-1]), biases=lambda dZ: dZ[-1])


@two_layers.wrong("""
    The biases are right; the weights moved by what the last example asks for alone. Every example went through them,
    and uses add up: the product `dZ.T @ A` has the sum over the examples in its middle.
    """)
def weight_gradients_of_the_last_row(*inputs):
    return step_with(*inputs, weights=lambda dZ, A: np.outer(dZ[-1], A[-1]))


@two_layers.wrong("""
    The biases are right; the weights moved by gradients that are turned over. On square matrices this runs; elsewhere
    NumPy stops. In W a unit is a row, so the units have to come first: `dZ.T @ A`.
    """)
def weight_gradients_turned_over(*inputs):
    return step_with(*inputs, weights=lambda dZ, A: A.T @ dZ)


@two_layers.wrong("""
    All but `W2` is right. Its gradient was made with the sums Z1, and W2 never meets these: it multiplies what has come
    through the sigmoid, A1.
    """)
def w2_gradient_before_the_bend(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    Z1 = X @ W1.T + b1
    dZ2 = (sigmoid(Z1) @ W2.T + b2 - Y) / len(X)
    dW1, db1, _, db2 = batch_gradients(X, Y, *params)
    return moved(params, (dW1, db1, dZ2.T @ Z1, db2), lr)


@two_layers.wrong("""
    Your steps are n times too long, n being the number of examples: the 1/n of the loss is missing. The direction is
    right, so the loss may well fall; but a rate that suits a batch of 4 then fails on one of 400. Divide the error by
    n, once.
    """)
def mean_forgotten(*inputs):
    return step_with(*inputs, error=lambda e: e)


@two_layers.wrong("""
    Your steps are n times too short: the 1/n came in twice, perhaps in `dZ2` and once more where the gradients are
    made. It belongs to the loss, so it comes in once, at the start.
    """)
def mean_taken_twice(*inputs):
    return step_with(*inputs, error=lambda e: e / len(e) ** 2)


@two_layers.wrong("""
    You divided by all entries of the table, examples times outputs. Some libraries define the squared error that way.
    Here the loss adds over the outputs of a row and averages over the rows, so only n stands below the line.
    """)
def mean_over_outputs_too(*inputs):
    return step_with(*inputs, error=lambda e: e / e.size)


@two_layers.wrong("""
    Every step is twice as long as asked for. The square brings down a 2, and the ½ of this loss takes it away again:
    dZ2 is (Ŷ − Y)/n. (With a loss without the ½, yours would be right.)
    """)
def two_too_many(*inputs):
    return step_with(*inputs, error=lambda e: 2 * e / len(e))


@two_layers.wrong("""
    `W1` and `b2` are right; the gradient of `W2` is doubled, and that of `b1` is four times too large. Factors that
    strayed into single lines: this very pair was planted in a well-known course, for a gradient check to find.
    """)
def planted_factors(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    dW1, db1, dW2, db2 = batch_gradients(X, Y, *params)
    return moved(params, (dW1, 4 * db1, 2 * dW2, db2), lr)


@two_layers.wrong("""
    You went uphill: every array moved by the right amount in the wrong direction. Either the update adds where it
    should subtract, or the error is Y − Ŷ; with one of the two the loss grows, with both together they cancel.
    """)
def sign_turned_in_a_batch(*inputs):
    return step_with(*inputs, error=lambda e: -e / len(e))


@two_layers.wrong("""
    The second layer is right, and it moved too early: the message to the first layer went through the new W2. It must
    go through the W2 that made this prediction. First all gradients, then all moves. The loss falls with this slip,
    too, so only a check of the numbers finds it.
    """)
def w2_moved_before_the_message(X, Y, W1, b1, W2, b2, lr):
    *_, W2_new, b2_new = batch_step(X, Y, W1, b1, W2, b2, lr)
    W1_new, b1_new, *_ = step_with(X, Y, W1, b1, W2, b2, lr, message=lambda dZ, W: dZ @ W2_new)
    return W1_new, b1_new, W2_new, b2_new


@two_layers.wrong("""
    The second layer is right; its error was then shared out equally among the hidden units. Nothing is shared out: each
    unit is told how much the loss moves if it moves, and that goes through its own weights. The message is `dZ2 @ W2`.
    """)
def error_shared_out_equally(*inputs):
    return step_with(*inputs, message=lambda dZ, W: dZ.sum(axis=1, keepdims=True) / W.shape[1] + 0 * dZ @ W)


@two_layers.wrong("""
    The second layer is right. Then every hidden unit was told the whole error of the row, whatever its weights. A unit
    hears what its own weights carry: `dZ2 @ W2`.
    """)
def whole_error_told_to_all(*inputs):
    return step_with(*inputs, message=lambda dZ, W: dZ.sum(axis=1, keepdims=True) + 0 * dZ @ W)


@two_layers.wrong("""
    The second layer is right. Then every hidden unit was told the mean of the row's errors, whatever its weights. A
    unit hears what its own weights carry, from each output, and adds it up: `dZ2 @ W2`.
    """)
def mean_error_told_to_all(*inputs):
    return step_with(*inputs, message=lambda dZ, W: dZ.mean(axis=1, keepdims=True) + 0 * dZ @ W)


@two_layers.wrong("""
    The second layer is right; its error was then split among the hidden units in proportion to their weights, so that
    the sizes of the shares add up to 1. Blame may work like that, slopes do not: a unit whose weight is 0.8 passes on
    0.8 of a nudge, whatever the other weights are. Leave the division out: `dZ2 @ W2`.
    """)
def error_split_by_weights(*inputs):
    return step_with(*inputs, message=lambda dZ, W: dZ @ (W / np.abs(W).sum(axis=1, keepdims=True)))


@two_layers.wrong("""
    The second layer is right; the message to the first went through W2 turned over. With as many outputs as hidden
    units this runs and mixes the connections up; elsewhere NumPy stops. Forward it is `A1 @ W2.T`, back `dZ2 @ W2`.
    """)
def w2_turned_over(*inputs):
    return step_with(*inputs, message=lambda dZ, W: dZ @ W.T)


@two_layers.wrong("""
    You returned the four gradients. They are right, but they are not the update: backpropagation measures, and gradient
    descent takes a step with what it measured. The new array is the old one minus lr times its gradient.
    """)
def gradients_in_place_of_the_step(X, Y, W1, b1, W2, b2, lr):
    return batch_gradients(X, Y, W1, b1, W2, b2)


@two_layers.wrong("""
    Only the second layer moved. The way back goes on: through W2 and through the sigmoid to the first layer, whose
    weights make the features.
    """)
def first_layer_never_moved(X, Y, W1, b1, W2, b2, lr):
    *_, W2_new, b2_new = batch_step(X, Y, W1, b1, W2, b2, lr)
    return W1, b1, W2_new, b2_new


@two_layers.wrong("""
    You took a step after each example, so that every example found other weights than the one before. That is a way of
    training, too (5.2 comes to it), but here the whole batch is measured at one place, and then there is one step.
    """)
def a_step_for_each_example(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    for x, y in zip(X, Y):
        params = batch_step(x[None], y[None], *params, lr / len(X))
    return params


@two_layers.wrong("""
    You took a step after each example, with that example's own gradient and the whole `lr`: as many full steps as there
    are examples. That is a way of training, too (5.2 comes to it), but here the whole batch is measured at one place,
    and then there is one step, along the mean of what the examples ask for.
    """)
def a_full_step_for_each_example(X, Y, W1, b1, W2, b2, lr):
    params = W1, b1, W2, b2
    for x, y in zip(X, Y):
        params = batch_step(x[None], y[None], *params, lr)
    return params


@two_layers.wrong("""
    The new numbers are right, but you wrote them into the arrays that came in: `W1 -= …` changes the caller's own
    array. Whoever called the function has lost the old ones. Make new arrays: `W1 - lr * dW1`.
    """)
def arrays_changed_in_place(X, Y, W1, b1, W2, b2, lr):
    for p, new in zip((W1, b1, W2, b2), batch_step(X, Y, W1, b1, W2, b2, lr)):
        p[...] = new
    return W1, b1, W2, b2


# ---- 4.8 ----

tape = Exercise(
    "4.8", "Autograd on a list", stars=3, minutes=20, returns="gradients",
    statement=r"""
    A computation can be written down as a list of steps. Each names an operation and the places, counted from 0, of the
    steps that it uses, which all come before it:

    - `("number",)`: a number that came from outside,
    - `("add", i, j)` and `("mul", i, j)`: the sum or the product of what steps `i` and `j` gave,
    - `("exp", i)`: $e$ to the power of what step `i` gave.

    The forward pass is done: `values[k]` is what step `k` gave. Write `gradients`, which goes back: for each step it
    gives how much the *last* value moves for a small move of this one, in one list. A step may be used several times,
    even twice by one operation, or not at all.

    In the example, step 2 is $x \cdot x + x$, with $x = 3$ in step 0.""",
    hints=[
        "The last value moves by 1 for a move of 1 of itself; all others begin at 0 and collect what is handed to "
        "them. In which order must the steps be visited, so that each has collected all of its own before it hands "
        "on?",
        "Newest first: `for k in reversed(range(len(steps)))`. From `name, *inputs = steps[k]` you learn to whom "
        "step k hands on; how much is `g = grads[k]` times a local slope.",
        "A sum hands g to both. A product hands each side g times the value of the other. An exponential hands on g "
        "times its own value, `values[k]`. All of it with +=, because uses add up.",
    ],
    why="A step is used only by later ones, so from the newest to the oldest each is complete when its turn comes. "
        "That, a rule of one line for each operation, and += are all of autograd.",
)


@tape.stub
def gradients(steps, values):
    ...  # your code


@tape.reference
def gradients(steps, values):
    grads = [0.0] * len(steps)
    grads[-1] = 1.0
    for k in reversed(range(len(steps))):
        name, *inputs = steps[k]
        g = grads[k]
        if name == "add":
            i, j = inputs
            grads[i] += g
            grads[j] += g
        elif name == "mul":
            i, j = inputs
            grads[i] += g * values[j]
            grads[j] += g * values[i]
        elif name == "exp":
            [i] = inputs
            grads[i] += g * values[k]
    return grads


FORWARD = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "exp": lambda x: float(np.exp(x))}
LOCAL = {                               # of each input, from the inputs' values and the step's own
    "number": lambda inputs, value: [],
    "add": lambda inputs, value: [1.0, 1.0],
    "mul": lambda inputs, value: inputs[::-1],
    "exp": lambda inputs, value: [value],
}


def recorded(*steps, numbers):
    """The steps and the values that they give, with the numbers in their order."""
    values, numbers = [], iter(numbers)
    for name, *inputs in steps:
        values.append(next(numbers) if name == "number" else FORWARD[name](*(values[i] for i in inputs)))
    return list(steps), values


def walked(steps, values, arrive=lambda old, new: old + new, start=1.0, order=reversed, **rules):
    """The walk back, with some of its rules replaced."""
    grads = [0.0] * len(steps)
    grads[-1] = start
    for k in order(range(len(steps))):
        name, *inputs = steps[k]
        for i, slope in zip(inputs, {**LOCAL, **rules}[name]([values[i] for i in inputs], values[k])):
            grads[i] = arrive(grads[i], grads[k] * slope)
    return grads


@tape.inputs
def draw(rng):
    number = ("number",)
    yield recorded(number, ("mul", 0, 0), ("add", 1, 0), numbers=[3.0])
    yield recorded(number, number, ("exp", 1), ("mul", 0, 2), ("mul", 0, 3), ("add", 4, 0), numbers=[3.0, 0.0])
    yield recorded(number, ("exp", 0), ("exp", 1), numbers=[0.5])
    yield recorded(number, number, number, ("add", 0, 1), ("mul", 3, 1), ("add", 4, 4), numbers=[2.0, -1.5, 4.0])
    diamonds = [step for k in range(0, 9, 3) for step in [("mul", k, k), ("exp", k), ("add", k + 1, k + 2)]]
    yield recorded(number, *diamonds, numbers=[-0.5])
    yield recorded(number, number, ("add", 0, 1), ("mul", 2, 0), ("exp", 3), ("mul", 4, 2), ("add", 5, 3),
                   ("mul", 6, 1), numbers=[0.5, -0.8])


@tape.wrong("""
    A step that is used twice keeps what came back last and forgets the rest: you wrote = where it takes +=. Each use
    is one more way to move the end, and the moves add up. On a chain, where everything is used once, the two agree.
    """)
def overwritten(steps, values):
    return walked(steps, values, arrive=lambda old, new: new)


@tape.wrong("""
    A step that is used twice keeps what came back first and ignores what comes later. Each use is one more way to move
    the end, and the moves add up.
    """)
def first_use_kept(steps, values):
    return walked(steps, values, arrive=lambda old, new: old or new)


@tape.wrong("""
    You walk from the oldest step to the newest. Then a step hands on before anything has come back to it, and what it
    hands on is 0; only the inputs of the last step get something. Go backward: `reversed(range(len(steps)))`.
    """)
def oldest_first(steps, values):
    return walked(steps, values, order=list)


@tape.wrong("""
    In a product you hand each side its own value. But if x in x·y moves by a little, the product moves by y times as
    much: the slope along one side is the value of the other. Only for a product of equal numbers can the two not be
    told apart.
    """)
def product_with_its_own_value(steps, values):
    return walked(steps, values, mul=lambda inputs, value: inputs)


@tape.wrong("""
    A product whose two sides are the same step hands on once in your answer. In x·x both places move when x moves, and
    each brings x: together 2x. Let the line run for both inputs, even if they are one step.
    """)
def square_counted_once(steps, values):
    return walked(steps, values, mul=lambda inputs, value: inputs[::-1] if inputs[0] != inputs[1] else [inputs[0], 0.0])


@tape.wrong("""
    A product hands on what came back unchanged, as a sum does. If x in x·y moves by a little, the product moves by y
    times as much: multiply by the other side's value.
    """)
def product_like_a_sum(steps, values):
    return walked(steps, values, mul=lambda inputs, value: [1.0, 1.0])


@tape.wrong("""
    You took x for the slope of exp at x, as one hands on a value in a product. Ask how the output moves for a small
    move of the input: e to the power of x grows as fast as it is large, so the slope is its own value. At x = 0 it is
    1, not 0.
    """)
def slope_of_exp_is_its_input(steps, values):
    return walked(steps, values, exp=lambda inputs, value: inputs)


@tape.wrong("""
    You used the power rule on exp and took one from the exponent: x·e to the power of x − 1. That rule is for a power
    of x, where the base moves. Here the exponent moves, and the slope is the value itself.
    """)
def power_rule_on_exp(steps, values):
    return walked(steps, values, exp=lambda inputs, value: [inputs[0] * np.exp(inputs[0] - 1)])


@tape.wrong("""
    You took the exponential of the step's own value: that is e to the power of e to the power of x. The value of the
    step is e to the power of x already, and that is the slope.
    """)
def slope_of_exp_at_its_output(steps, values):
    return walked(steps, values, exp=lambda inputs, value: [np.exp(value)])


@tape.wrong("""
    An exponential hands on what came back unchanged in your answer. It is a function like any other, with a slope: its
    own value, `values[k]`.
    """)
def exp_passed_over(steps, values):
    return walked(steps, values, exp=lambda inputs, value: [1.0])


@tape.wrong("""
    A sum shares what came back between its two sides, half for each. But if one side moves by a little, the sum moves
    by just as much, whatever the other does: each side gets all of it.
    """)
def sum_shared_out(steps, values):
    return walked(steps, values, add=lambda inputs, value: [0.5, 0.5])


@tape.wrong("""
    A sum hands each side what came back times a value, as a product does. If one side of a sum moves by a little, the
    sum moves by just as much: its slope is 1 along both.
    """)
def sum_like_a_product(steps, values):
    return walked(steps, values, add=lambda inputs, value: inputs[::-1])


@tape.wrong("""
    You start with the last value at the end of the list. The walk begins with how much the last value moves for a small
    move of itself, and that is 1, however large it is. All of yours are the right ones times the last value.
    """)
def started_with_the_value(steps, values):
    return walked(steps, values, start=values[-1])


@tape.wrong("""
    Everything is 0: nobody put the 1 at the end where the walk begins. The last value moves by 1 for a move of 1 of
    itself; from there it is handed on.
    """)
def never_started(steps, values):
    return walked(steps, values, start=0.0)


@tape.wrong("""
    Every step begins with a gradient of 1 in your answer. Only the last one does, for it is the end; the others begin
    at 0 and collect what is handed to them. With the 1 of their own they hand on as if they were ends as well.
    """)
def all_started_at_one(steps, values):
    grads = [1.0] * len(steps)
    for k in reversed(range(len(steps))):
        name, *inputs = steps[k]
        for i, slope in zip(inputs, LOCAL[name]([values[i] for i in inputs], values[k])):
            grads[i] += grads[k] * slope
    return grads


@tape.wrong("""
    The numbers are right, and in the order in which the walk meets them: the last step first. Asked for is one for each
    step, in the order of the steps.
    """)
def newest_first_in_the_list(steps, values):
    return walked(steps, values)[::-1]


@tape.wrong("""
    You return the gradients of the numbers from outside alone. Asked for is one for each step, those in between
    included.
    """)
def numbers_alone(steps, values):
    return [g for (name, *_), g in zip(steps, walked(steps, values)) if name == "number"]


@tape.wrong("""
    You hand on the local slopes alone, without multiplying by what has come back to the step. That is how far a step
    moves those next to it, not how far the end moves. Multiply by `grads[k]`.
    """)
def local_slopes_handed_on(steps, values):
    grads = [0.0] * len(steps)
    grads[-1] = 1.0
    for k in reversed(range(len(steps))):
        name, *inputs = steps[k]
        for i, slope in zip(inputs, LOCAL[name]([values[i] for i in inputs], values[k])):
            grads[i] += slope
    return grads
