"""The exercises of chapter 3, the forward pass: layers, activations, losses and the shapes that a network can make."""

import numpy as np

from .bank import Exercise


def relu(z):
    return np.maximum(0, z)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def numbers(rng, *shape):
    return rng.normal(size=shape).round(2)


# ---- 3.1 ----

three_guesses = Exercise(
    "3.1", "Three questions about a network", kind="predict", stars=1, minutes=6, returns="parameters hinge sure",
    rtol=1e-6,
    statement=r"""
    Three questions for pencil and paper; put a number in place of each row of dots.

    1. Images of 8×8 pixels go into a network with 64 inputs, one hidden layer of 32 units, and 10 outputs. How many
       parameters does it have, `parameters`?
    2. A hidden unit computes $\operatorname{relu}(2x - 3)$. At which $x$ is its hinge, `hinge`?
    3. A network for two classes ends in a sigmoid. For some picture, what goes *into* that sigmoid is 0. How large is
       the probability that it gives to class 1, `sure`?""",
    hints=[
        "Count layer by layer: a unit has one weight for each number that it is given, and one bias. A ReLU has its "
        "hinge where what goes into it passes 0. And a sigmoid is 1 / (1 + e to the power of −z).",
        "The hidden layer has 64·32 weights and 32 biases, and the output layer is counted in the same manner. For the "
        "hinge, find the x at which 2x − 3 is 0.",
        "Two sums and a product: 64·32 + 32 and 32·10 + 10 together. The hinge is at −b/w with w = 2 and b = −3. And e "
        "to the power of 0 is 1.",
    ],
    why="Each layer brings inputs times units weights and one bias a unit: 2,080 and 330, together 2,410. The hinge is "
        "where w·x + b passes 0, at −b/w. And a sigmoid makes ½ of 0: on the fence.",
)


@three_guesses.stub
def three_answers():
    parameters = ...
    hinge = ...
    sure = ...
    return parameters, hinge, sure


@three_guesses.reference
def three_answers():
    parameters = (64 * 32 + 32) + (32 * 10 + 10)
    hinge = 3 / 2
    sure = 1 / (1 + 1)
    return parameters, hinge, sure


@three_guesses.inputs
def draw(rng):
    yield ()


@three_guesses.wrong("""
    You counted the weights and left out the biases. Each of the 32 + 10 units adds one number of its own to its
    weighted sum, and training changes it like any weight. In the network of lesson 3.1 the biases make the difference
    between 101,632 and 101,770.
    """)
def without_biases():
    return 64 * 32 + 32 * 10, 1.5, 0.5


@three_guesses.wrong("""
    You gave each layer one bias. Every unit has its own: 32 in the hidden layer and 10 at the output, so that each can
    have its hinge at a place of its own.
    """)
def one_bias_a_layer():
    return 64 * 32 + 1 + 32 * 10 + 1, 1.5, 0.5


@three_guesses.wrong("""
    You counted the biases of the hidden layer and left out those of the outputs. An output is a unit, too: a weighted
    sum of what the layer before says, plus a bias.
    """)
def outputs_without_biases():
    return 64 * 32 + 32 + 32 * 10, 1.5, 0.5


@three_guesses.wrong("""
    You gave biases to the inputs as well. An input is a number that the network is given; it computes nothing, so it
    has neither weights nor a bias.
    """)
def inputs_with_biases():
    return 64 + 64 * 32 + 32 + 32 * 10 + 10, 1.5, 0.5


@three_guesses.wrong("""
    You counted inputs, hidden units and outputs. The parameters sit on the connections between them: each hidden unit
    alone has 64 weights, one for each input, and a bias.
    """)
def units_counted():
    return 64 + 32 + 10, 1.5, 0.5


@three_guesses.wrong("""
    You multiplied all three widths. That counts the paths from an input over a hidden unit to an output; but paths
    share connections, and each connection has one weight. Count the two layers by themselves and add.
    """)
def paths_counted():
    return 64 * 32 * 10, 1.5, 0.5


@three_guesses.wrong("""
    The hinge is not at the bias. At x = −3 what goes into the ReLU is 2·(−3) − 3 = −9, and that is deep in the flat
    part. The hinge is where 2x − 3 passes 0.
    """)
def hinge_at_the_bias():
    return 2410, -3.0, 0.5


@three_guesses.wrong("""
    You turned the sign of the bias, which is half of the way. At x = 3 what goes into the ReLU is 2·3 − 3 = 3, well
    past 0: the weight makes the line twice as steep, so it gets to 0 earlier. Divide by it.
    """)
def hinge_without_the_weight():
    return 2410, 3.0, 0.5


@three_guesses.wrong("""
    You divided the bias by the weight and kept its sign. Try it: at x = −1.5 what goes into the ReLU is 2·(−1.5) − 3 =
    −6. Solving 2x − 3 = 0 takes the 3 to the other side.
    """)
def hinge_on_the_wrong_side():
    return 2410, -1.5, 0.5


@three_guesses.wrong("""
    2/3 is the weight divided by the bias. Solve 2x − 3 = 0: first 2x = 3, then x = 3/2.
    """)
def hinge_upside_down():
    return 2410, 2 / 3, 0.5


@three_guesses.wrong("""
    You took what goes into the sigmoid for the probability itself. It is a score, which can be any number; σ makes a
    probability of it, and of 0 it makes ½. In the same way a score of 0.9 does not mean 90 % sure: σ(0.9) is 0.71. And
    even a probability of 0.9 is only what the network says; whether it is right nine times in ten has to be counted.
    """)
def score_for_probability():
    return 2410, 1.5, 0.0


@three_guesses.wrong("""
    σ(0) is not 1. e to the power of 0 is 1, and the sigmoid is 1 / (1 + 1). To come near 1 it wants a large number.
    """)
def sure_of_nothing():
    return 2410, 1.5, 1.0


@three_guesses.wrong("""
    A probability lies between 0 and 1. You have it in per cent: 50 % is 0.5.
    """)
def in_per_cent():
    return 2410, 1.5, 50.0


# ---- 3.2 ----

dense = Exercise(
    "3.2", "A layer, for one example or many", stars=1, minutes=8, returns="z",
    statement=r"""
    Write a layer without its activation: each unit's weighted sum, plus its bias. `W` has shape `(n_out, n_in)`, one
    unit a row, and `b` has shape `(n_out,)`.

    The layer has to serve both for one example, `x` of shape `(n_in,)`, with a result of shape `(n_out,)`,
    and for a batch of shape `(n, n_in)`, one example a row, with a result of shape `(n, n_out)`. One line can do
    both.""",
    hints=[
        "Begin with one example and one unit: multiply the inputs with that unit's row of W, add up, add its bias.",
        "For a batch, an example is a row of `x`, and a unit is a row of W. Matrix multiplication pairs the rows of "
        "what stands left with the columns of what stands right, so one of the two has to be turned.",
        "`x @ W.T` pairs every example with every unit, and works for one example as well. NumPy adds `b` to each row "
        "of the result by itself.",
    ],
    why="`W.T` has the units in its columns, so row times column is example times unit. The widths tell the order: n × "
        "inputs, inputs × outputs. The bias has one number a unit, and broadcasting adds it to every row.",
)


@dense.stub
def layer(x, W, b):
    ...  # your code


@dense.reference
def layer(x, W, b):
    return x @ W.T + b


@dense.inputs
def draw(rng):
    yield np.array([1.0, 2.0]), np.array([[3.0, -1.0], [-0.5, -1.0]]), np.array([0.5, -0.2])
    yield np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[3.0, -1.0], [-0.5, -1.0]]), np.array([0.5, -0.2])
    yield numbers(rng, 3), numbers(rng, 2, 3), numbers(rng, 2)
    for n, n_in, n_out in [(4, 3, 2), (2, 1, 5), (5, 4, 4)]:
        yield numbers(rng, n, n_in), numbers(rng, n_out, n_in), numbers(rng, n_out)


@dense.wrong("""
    `W @ x` is right for one example and wrong for a batch. There the examples are rows, and `W @ x` pairs each unit
    with a column of `x`: one input of all examples. Where the batch is as large as the example is wide, this runs and
    mixes the examples up; elsewhere NumPy stops. `x @ W.T` is right for both.
    """)
def one_example_only(x, W, b):
    return W @ x + b


@dense.wrong("""
    `x @ W` pairs the example with the columns of W, and a unit's weights are a row. While W is square this runs, and
    computes the layer whose weights are W turned over; with other widths NumPy stops. Turn W: `x @ W.T`.
    """)
def weights_not_turned(x, W, b):
    return x @ W + b


@dense.wrong("""
    The weighted sums are right, and the biases are missing. Without `b` an input of zeros could give nothing but zeros.
    """)
def bias_forgotten(x, W, b):
    return x @ W.T


@dense.wrong("""
    The biases go down the column, a bias for each example. A bias belongs to a unit, and units are columns of the
    result: NumPy lines a plain `b` up with the last axis by itself, so `+ b` is all that it needs.
    """)
def bias_for_each_example(x, W, b):
    return x @ W.T + b[:, None]


@dense.wrong("""
    Every unit gets the sum of all biases. Each has one of its own: add the array `b`, and NumPy gives every column its
    number.
    """)
def biases_summed(x, W, b):
    return x @ W.T + b.sum()


@dense.wrong("""
    You subtracted the biases. In this book, as in PyTorch, a layer is W·x + b. (Texts that speak of thresholds subtract
    them; the two differ by a sign that training would find by itself, but saved weights would not fit.)
    """)
def bias_subtracted(x, W, b):
    return x @ W.T - b


@dense.wrong("""
    You added the biases to the inputs, before the weights. A bias is added to a unit's weighted sum, so it comes after
    the weights; there is one for each unit, not for each input.
    """)
def bias_on_the_input(x, W, b):
    return (x + b) @ W.T


@dense.wrong("""
    Numbers below 0 have become 0: there is a ReLU in your layer. It is a good thing to put after a layer, but this
    exercise asks for the weighted sums alone. At the output of a network a ReLU would do harm: it could never say a
    negative number.
    """)
def relu_included(x, W, b):
    return relu(x @ W.T + b)


@dense.wrong("""
    Your result has one unit a row and one example a column, as in texts that write W·X + b. Here examples are rows
    throughout, in `x` and in the result: `x @ W.T + b`.
    """)
def examples_in_columns(x, W, b):
    return W @ x.T + b[:, None]


# ---- 3.3 ----

collapse = Exercise(
    "3.3", "Two layers that are one", stars=2, minutes=8, returns="W b",
    statement=r"""
    Without an activation between them, two layers are one layer in disguise. For an example $x$:

    $$W_2 (W_1 x + b_1) + b_2 = W x + b$$

    Return that single layer's `W` and `b`, made from `W1`, `b1`, `W2`, `b2`, so that the two sides agree
    for every $x$.""",
    hints=[
        "Multiply the bracket out. What stands before x is W; all that has no x in it is b.",
        "W2 multiplies both terms of the bracket, W1·x as well as b1. The order of the matrices stays as it is on the "
        "paper.",
        "`W = W2 @ W1`. The first bias goes through the second layer's weights on its way to the output, and then b2 "
        "is added.",
    ],
    why="W2·(W1·x + b1) + b2 is (W2·W1)·x + (W2·b1 + b2). However many layers are stacked without an activation, one "
        "matrix and one bias do the same, so the depth buys nothing: no stack of linear layers ever bends.",
)


@collapse.stub
def collapsed(W1, b1, W2, b2):
    ...  # your code


@collapse.reference
def collapsed(W1, b1, W2, b2):
    W = W2 @ W1
    b = W2 @ b1 + b2
    return W, b


@collapse.inputs
def draw(rng):
    yield (np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, -1.0]),
           np.array([[2.0, 1.0], [3.0, -1.0]]), np.array([0.5, 0.2]))
    for n_in, n_hidden, n_out in [(3, 2, 2), (3, 4, 2), (1, 5, 3), (4, 2, 1)]:
        yield numbers(rng, n_hidden, n_in), numbers(rng, n_hidden), numbers(rng, n_out, n_hidden), numbers(rng, n_out)


@collapse.wrong("""
    The matrices are multiplied in the wrong order. x meets W1 first, so W1 stands next to it: W2·W1·x. Read the product
    from right to left. On square matrices both orders run, and they give different numbers.
    """)
def matrices_swapped(W1, b1, W2, b2):
    return W1 @ W2, W2 @ b1 + b2


@collapse.wrong("""
    This is right for the two layers the other way round: W2 first, then W1. x meets W1 first, and what W1 makes of it
    goes through W2.
    """)
def layers_swapped(W1, b1, W2, b2):
    return W1 @ W2, W1 @ b2 + b1


@collapse.wrong("""
    W is right. In b the first bias is added as it is, but it is added in the hidden layer, and everything there goes
    through W2 before it reaches the output: W2·b1.
    """)
def biases_added(W1, b1, W2, b2):
    return W2 @ W1, b1 + b2


@collapse.wrong("""
    W is right, and the first layer's bias has got lost. It does not vanish in the second layer: it is sent through W2
    and arrives as W2·b1.
    """)
def first_bias_lost(W1, b1, W2, b2):
    return W2 @ W1, b2


@collapse.wrong("""
    W is right, and the second layer's bias has got lost. It is added at the very end, as it is.
    """)
def second_bias_lost(W1, b1, W2, b2):
    return W2 @ W1, W2 @ b1


@collapse.wrong("""
    W is right. In b the first bias goes through W2 turned over: `b1 @ W2` pairs it with the columns of W2, and a unit's
    weights are a row. Write `W2 @ b1`.
    """)
def bias_through_the_columns(W1, b1, W2, b2):
    return W2 @ W1, b1 @ W2 + b2


@collapse.wrong("""
    You added the matrices. The second layer works on what the first has made, it does not stand beside it: its weights
    multiply the first's.
    """)
def matrices_added(W1, b1, W2, b2):
    return W1 + W2, W2 @ b1 + b2


@collapse.wrong("""
    You multiplied the matrices entry by entry, with `*`. That pairs W2's number with W1's number at the same place. A
    unit of the second layer adds up over all hidden units: `@`.
    """)
def entry_by_entry(W1, b1, W2, b2):
    return W2 * W1, W2 @ b1 + b2


@collapse.wrong("""
    b is right, and W is turned over. In this book a unit is a row of its matrix: W has the shape outputs × inputs,
    which is what `W2 @ W1` gives.
    """)
def turned_over(W1, b1, W2, b2):
    return (W2 @ W1).T, W2 @ b1 + b2


@collapse.wrong("""
    Both are right, and they stand in the wrong order: you return the bias first. Asked for are `W` and then `b`, so the
    last line is `return W, b`.
    """)
def bias_first(W1, b1, W2, b2):
    return W2 @ b1 + b2, W2 @ W1


@collapse.wrong("""
    You return the bias first; asked for are `W` and then `b`. And in the bias the first layer's share is added as it
    is, though everything in the hidden layer goes through W2 before it reaches the output: W2·b1.
    """)
def bias_first_and_added(W1, b1, W2, b2):
    return b1 + b2, W2 @ W1


# ---- 3.4 ----

shuffled = Exercise(
    "3.4", "A forward pass, shuffled", kind="order", stars=2, minutes=6, returns="a",
    statement=r"""
    A network with one hidden layer of ReLU units answers several yes-or-no questions about each example, so every
    output should be a probability of its own, from a sigmoid. Its four lines have been shuffled. Move them, changing
    nothing else. Every line reads `a` and writes `a`, so on square matrices, as below, they run in any order.""",
    hints=[
        "Two lines are layers, two are activations. A layer and its activation belong together.",
        "`a` begins as the inputs, and those are what W1 was made for. The last line decides what kind of numbers come "
        "out, and they should lie between 0 and 1.",
        "First layer, ReLU, second layer, sigmoid.",
    ],
    why="Layer, bend, layer, and at the end what turns scores into probabilities. Between two layers there has to be "
        "an activation, or they collapse into one; and after the last there must be no ReLU, or no score is ever below "
        "0.",
)


@shuffled.stub
def forward(X, W1, b1, W2, b2):
    a = X
    # move the four lines below
    a = 1 / (1 + np.exp(-a))
    a = a @ W2.T + b2
    a = np.maximum(0, a)
    a = a @ W1.T + b1
    return a


@shuffled.reference
def forward(X, W1, b1, W2, b2):
    a = X
    # move the four lines below
    a = a @ W1.T + b1
    a = np.maximum(0, a)
    a = a @ W2.T + b2
    a = 1 / (1 + np.exp(-a))
    return a


@shuffled.inputs
def draw(rng):
    yield (np.array([[1.0, -2.0], [-0.5, 1.0]]), np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([0.5, -0.2]),
           np.array([[2.0, -1.0], [-3.0, 0.5]]), np.array([0.3, -0.4]))
    for n, n_in, n_hidden, n_out in [(4, 2, 2, 2), (3, 4, 5, 2), (2, 3, 6, 4)]:
        yield (numbers(rng, n, n_in), numbers(rng, n_hidden, n_in), numbers(rng, n_hidden),
               numbers(rng, n_out, n_hidden), numbers(rng, n_out))


@shuffled.wrong("""
    The ReLU comes after the second layer, and nothing stands between the two layers. Two things go wrong: without a
    bend the layers collapse into one; and no score below 0 survives, so no probability is ever below a half. The
    network could not say no.
    """)
def relu_at_the_output(X, W1, b1, W2, b2):
    return sigmoid(relu((X @ W1.T + b1) @ W2.T + b2))


@shuffled.wrong("""
    The two activations have changed places. Each unit's bend is a sigmoid then, which would do, but the outputs come
    from a ReLU: one can be 3, and no probability is 3. The sigmoid comes last.
    """)
def activations_swapped(X, W1, b1, W2, b2):
    return relu(sigmoid(X @ W1.T + b1) @ W2.T + b2)


@shuffled.wrong("""
    The ReLU works on the inputs, before any layer: what is negative in the data is lost. And with nothing between the
    layers, the two collapse into one, which no longer bends. The ReLU belongs between them.
    """)
def relu_on_the_inputs(X, W1, b1, W2, b2):
    return sigmoid((relu(X) @ W1.T + b1) @ W2.T + b2)


@shuffled.wrong("""
    Both activations stand between the layers, and none is left for the end. What comes out are scores, which can be any
    number; a score of 0.9 is not 90 % sure. The sigmoid comes last.
    """)
def both_activations_inside(X, W1, b1, W2, b2):
    return sigmoid(relu(X @ W1.T + b1)) @ W2.T + b2


@shuffled.wrong("""
    Both activations stand between the layers, the ReLU after the sigmoid, where it has nothing to do: what comes out of
    a sigmoid is never below 0. What leaves the network are scores, not probabilities. The sigmoid comes last.
    """)
def both_activations_inside_relu_idle(X, W1, b1, W2, b2):
    return relu(sigmoid(X @ W1.T + b1)) @ W2.T + b2


@shuffled.wrong("""
    The two layers follow each other with nothing between them, so they are one layer in disguise, and a ReLU after the
    sigmoid changes nothing: what comes out of a sigmoid is never below 0. Put the ReLU where it bends something,
    between the layers.
    """)
def relu_after_the_sigmoid(X, W1, b1, W2, b2):
    return relu(sigmoid((X @ W1.T + b1) @ W2.T + b2))


@shuffled.wrong("""
    The sigmoid works on the inputs and squeezes the data between 0 and 1 before any layer has seen them; what leaves
    the network are plain scores. The layers and the ReLU are in order. The sigmoid comes last.
    """)
def sigmoid_on_the_inputs(X, W1, b1, W2, b2):
    return relu(sigmoid(X) @ W1.T + b1) @ W2.T + b2


@shuffled.wrong("""
    Each activation is one place too early: the ReLU works on the inputs, the sigmoid on the hidden units, and
    what leaves the network are scores. A layer comes first, then its activation.
    """)
def activations_before_their_layers(X, W1, b1, W2, b2):
    return sigmoid(relu(X) @ W1.T + b1) @ W2.T + b2


@shuffled.wrong("""
    Both activations work on the inputs, before any layer has seen them: the ReLU first, then the sigmoid. The layers
    follow each other with nothing between them, so they collapse into one, and what leaves the network are scores.
    """)
def activations_on_the_inputs(X, W1, b1, W2, b2):
    return (sigmoid(relu(X)) @ W1.T + b1) @ W2.T + b2


@shuffled.wrong("""
    Both activations work on the inputs, before any layer has seen them: the sigmoid first, and after it the ReLU has
    nothing to do. The layers follow each other with nothing between them, so they collapse into one.
    """)
def activations_on_the_inputs_relu_idle(X, W1, b1, W2, b2):
    return (sigmoid(X) @ W1.T + b1) @ W2.T + b2


@shuffled.wrong("""
    The sigmoid stands where the data come in, the ReLU where the answers go out: an answer below 0 is lost, and one of
    3 is no probability. Between the two layers nothing bends, so they collapse into one.
    """)
def activations_at_the_ends(X, W1, b1, W2, b2):
    return relu((sigmoid(X) @ W1.T + b1) @ W2.T + b2)


@shuffled.wrong("""
    The second layer comes before the first. The inputs go into W1, and W2 takes what the hidden units say. On the
    square matrices nobody complains; with other widths NumPy does.
    """)
def second_layer_first(X, W1, b1, W2, b2):
    return sigmoid(relu(X @ W2.T + b2) @ W1.T + b1)


# ---- 3.5 ----

pitched = Exercise(
    "3.5", "A tent with two different sides", kind="complete", stars=2, minutes=12, returns="y_hat",
    statement=r"""
    Lesson 3.4 pitched a tent from three ReLU units. Pitch one anywhere: 0 up to `left`, from there straight up to 1 at
    `middle`, straight down to 0 at `right`, and 0 ever after. The first unit starts the climb, the second turns it
    into a descent, the third ends it. The two sides need not be equally steep.

    Here each unit's own weight says how far it turns the line, and the output adds them with 1, −1 and 1. Complete
    the three biases and the second unit's weight. `x` is an array of places, and `left`, `middle` and `right` are in
    this order.""",
    hints=[
        "A unit relu(w·x + b) is 0 up to its hinge and climbs with slope w after it. The hinge is where w·x + b is 0. "
        "Where should each of the three be?",
        "For a hinge at `left`, the first unit needs `w1 * left + b1` to be 0. The other two biases follow the same "
        "line, with their own weights and places.",
        "Follow the slope from left to right. Before `middle` it is `rise`, after it it should be `-fall`, so what the "
        "second unit takes away is `rise + fall`. The third adds `fall`, and the slope is 0 again.",
    ],
    why="A hinge is at −b/w, so b is −w times the place. At each hinge the slope changes by that unit's weight: up by "
        "rise, down by rise + fall, up by fall. Tents side by side come near any curve, as lesson 3.4 shows.",
)


@pitched.stub
def tent(x, left, middle, right):
    rise = 1 / (middle - left)
    fall = 1 / (right - middle)
    # a hinge for each of the three places
    w1, b1 = rise, ...
    w2, b2 = ..., ...
    w3, b3 = fall, ...
    return (np.maximum(0, w1 * x + b1)
            - np.maximum(0, w2 * x + b2)
            + np.maximum(0, w3 * x + b3))


@pitched.reference
def tent(x, left, middle, right):
    rise = 1 / (middle - left)
    fall = 1 / (right - middle)
    # a hinge for each of the three places
    w1, b1 = rise, -rise * left
    w2, b2 = rise + fall, -(rise + fall) * middle
    w3, b3 = fall, -fall * right
    return (np.maximum(0, w1 * x + b1)
            - np.maximum(0, w2 * x + b2)
            + np.maximum(0, w3 * x + b3))


def three_units(x, weights, biases):
    (w1, w2, w3), (b1, b2, b3) = weights, biases
    return relu(w1 * x + b1) - relu(w2 * x + b2) + relu(w3 * x + b3)


def tent_weights(left, middle, right):
    rise, fall = 1 / (middle - left), 1 / (right - middle)
    return np.array([rise, rise + fall, fall])


@pitched.inputs
def draw(rng):
    yield np.array([0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), 1.0, 3.0, 4.0
    yield np.array([-3.0, -1.5, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0]), -2.0, 1.0, 2.5
    yield np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.5]), 0.5, 1.0, 3.0


@pitched.wrong("""
    You took the bias for the place of the hinge. It is the height of w·x + b at x = 0; the hinge is where w·x + b is 0,
    at −b/w. So for a hinge at `left` the bias is −w·left.
    """)
def biases_are_places(x, left, middle, right):
    return three_units(x, tent_weights(left, middle, right), [left, middle, right])


@pitched.wrong("""
    Your biases would be right for units with weight 1. But a steeper unit needs a larger bias to have its hinge at the
    same place: w·left + b = 0 asks for b = −w·left.
    """)
def biases_without_weights(x, left, middle, right):
    return three_units(x, tent_weights(left, middle, right), [-left, -middle, -right])


@pitched.wrong("""
    The biases have the right size and the wrong sign: your hinges are at −left, −middle and −right. A hinge is at −b/w;
    for a positive place it takes a negative bias.
    """)
def biases_of_the_wrong_sign(x, left, middle, right):
    w = tent_weights(left, middle, right)
    return three_units(x, w, w * [left, middle, right])


@pitched.wrong("""
    You divided by the weights where you have to multiply. w·left + b = 0 gives b = −w·left. The division comes in when
    it is asked the other way round: with bias b, the hinge is at −b/w.
    """)
def biases_divided(x, left, middle, right):
    w = tent_weights(left, middle, right)
    return three_units(x, w, -np.array([left, middle, right]) / w)


@pitched.wrong("""
    The hinges are in place, but the second unit is too weak. It takes away `fall`, and the slope before it was `rise`,
    so it goes on with rise − fall. To go down with slope `fall` it has to undo the climb first: take away `rise +
    fall`.
    """)
def second_weight_fall(x, left, middle, right):
    rise, _, fall = tent_weights(left, middle, right)
    w = np.array([rise, fall, fall])
    return three_units(x, w, -w * [left, middle, right])


@pitched.wrong("""
    The hinges are in place, but the second unit is too weak. It takes away `rise`, which ends the climb and leaves a
    flat roof, and then the third unit makes it climb again. To go down, take away `fall` besides: `rise + fall`.
    """)
def second_weight_rise(x, left, middle, right):
    rise, _, fall = tent_weights(left, middle, right)
    w = np.array([rise, rise, fall])
    return three_units(x, w, -w * [left, middle, right])


@pitched.wrong("""
    The hinges are in place. Taking away `2 * rise` turns the climb into an equally steep descent: right for a tent with
    two equal sides, and only then. The slope has to go from `rise` to −`fall`, a change of `rise + fall`.
    """)
def second_weight_twice_the_rise(x, left, middle, right):
    rise, _, fall = tent_weights(left, middle, right)
    w = np.array([rise, 2 * rise, fall])
    return three_units(x, w, -w * [left, middle, right])


@pitched.wrong("""
    The hinges are in place, and the second unit takes away 2, as in the lesson. There both sides had the slope 1, and
    from 1 to −1 is a change of 2. Here the slope goes from `rise` to −`fall`, a change of `rise + fall`.
    """)
def second_weight_of_the_lesson(x, left, middle, right):
    rise, _, fall = tent_weights(left, middle, right)
    w = np.array([rise, 2, fall])
    return three_units(x, w, -w * [left, middle, right])


@pitched.wrong("""
    The hinges are in place, but the second unit takes away `rise - fall`, so the slope after it is +`fall`: still
    upwards. From `rise` to −`fall` the slope changes by `rise + fall`.
    """)
def second_weight_difference(x, left, middle, right):
    rise, _, fall = tent_weights(left, middle, right)
    w = np.array([rise, rise - fall, fall])
    return three_units(x, w, -w * [left, middle, right])


@pitched.wrong("""
    The third unit has its hinge at `middle`, where the second has its own, and takes back part of the turn at once: the
    line goes on flat at 1 and never comes down. It has to wait until `right`: b3 = −fall·right.
    """)
def third_hinge_too_early(x, left, middle, right):
    w = tent_weights(left, middle, right)
    return three_units(x, w, -w * [left, middle, middle])


# ---- 3.6 ----

pairs = Exercise(
    "3.6", "A loss that will not fall", kind="repair", stars=2, minutes=6, returns="loss",
    statement=r"""
    A network with one output gives its predictions `y_hat` in the shape `(n, 1)`, one row an example, and the targets
    `y` come in the shape `(n,)`. The mean squared error below runs without a complaint, but training with it goes
    nowhere. In the call below every prediction is right, so the loss should be 0; as the function stands, it is
    3.111111. Find out why, and mend it.""",
    hints=[
        "Put `print(errors.shape)` into the function. How many errors should there be for n examples?",
        "NumPy lines shapes up from the right: (n, 1) minus (n,) is (n, 1) minus (1, n). It stretches both, and "
        "computes every prediction minus every target.",
        "Give both the same shape before you subtract: `y_hat[:, 0]` takes the one column out, with shape (n,).",
    ],
    why="A column minus a row is a table of all pairs, and its mean is some number, so nothing complains. A network "
        "that is trained on it learns to say the mean of all targets to everybody. Look at shapes before you subtract.",
)


@pairs.stub
def mse(y_hat, y):
    errors = y_hat - y
    return (errors**2).mean()


@pairs.reference
def mse(y_hat, y):
    errors = y_hat[:, 0] - y
    return (errors**2).mean()


@pairs.inputs
def draw(rng):
    yield np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 2.0, 4.0])
    yield np.array([[3.0]]), np.array([1.0])
    for n in (2, 4, 6):
        yield numbers(rng, n, 1), numbers(rng, n)


@pairs.wrong("""
    Every prediction is still compared with every target: n·n errors where there should be n. A shape (n, 1) minus a
    shape (n,) is stretched to (n, n). Bring both to the same shape first, for example with `y_hat[:, 0]`.
    """)
def every_pair(y_hat, y):
    return ((y_hat.reshape(-1, 1) - y.reshape(1, -1)) ** 2).mean()


@pairs.wrong("""
    You compare the first prediction with all targets: `y_hat[0]` is the first row. The column with all predictions is
    `y_hat[:, 0]`.
    """)
def first_prediction_only(y_hat, y):
    return ((y_hat[0] - y) ** 2).mean()


@pairs.wrong("""
    The pairs are right now, but you add the squares up. Then the loss grows with the number of examples; divide by it,
    or take the mean.
    """)
def summed(y_hat, y):
    return ((y_hat[:, 0] - y) ** 2).sum()


@pairs.wrong("""
    The pairs are right now, but you take the mean first and square it then. Errors of +1 and −1 cancel in the mean, and
    the loss would call that perfect. Square each error, then average.
    """)
def squared_too_late(y_hat, y):
    return (y_hat[:, 0] - y).mean() ** 2


@pairs.wrong("""
    The pairs are right now, but these are absolute errors. The mean squared error squares each, so that a large error
    counts for more than many small ones.
    """)
def absolute_errors(y_hat, y):
    return np.abs(y_hat[:, 0] - y).mean()


@pairs.wrong("""
    The pairs are right now, but you took a square root at the end. That is the root mean squared error; it is fit for
    reading, since it has the unit of y, but it is not what was asked for.
    """)
def root_taken(y_hat, y):
    return np.sqrt(((y_hat[:, 0] - y) ** 2).mean())


@pairs.wrong("""
    The pairs are right now, and there is a half too many. By hand, the book carries a ½ along to cancel the 2 of
    the slope; the mean squared error of the libraries, and of this function as it came, has none.
    """)
def halved(y_hat, y):
    return ((y_hat[:, 0] - y) ** 2).mean() / 2


@pairs.wrong("""
    The pairs are right now, and what you return is the squared error of each example. A loss is one number: take the
    mean.
    """)
def one_for_each_example(y_hat, y):
    return (y_hat[:, 0] - y) ** 2


# ---- 3.7 ----

softmax_rows = Exercise(
    "3.7", "A softmax that does not overflow", stars=2, minutes=10, returns="p",
    statement=r"""
    Write softmax for a batch: `Z` has shape `(n, k)`, one example a row, and each row of the result holds the
    probabilities of its $k$ classes:

    $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$

    It has to stay finite, whatever the numbers. Already $e^{710}$ is too large for a computer's float, and among the
    inputs there are logits of 1000 and of −1000. Subtracting the same number from all logits of a row changes none of
    its probabilities.""",
    hints=[
        "Which axis runs over the classes of one example? Along that one the probabilities have to add up to 1.",
        "Subtract from each row its own largest number. Then the largest exponent is 0, so nothing overflows, and the "
        "sum is at least 1, so nothing is divided by 0.",
        "`Z.max(axis=1, keepdims=True)` has shape (n, 1), one number a row, and NumPy subtracts it from all of that "
        "row. The sum needs `keepdims=True` for the same reason.",
    ],
    why="A shift of a whole row multiplies numerator and denominator by the same number, so it cancels. With the row's "
        "own maximum, one exponent is exactly 0 and the others are below: e to that power is between 0 and 1.",
)


@softmax_rows.stub
def softmax(Z):
    ...  # your code


@softmax_rows.reference
def softmax(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.inputs
def draw(rng):
    yield (np.array([[0.0, 2.0], [3.0, 3.0]]),)
    yield (numbers(rng, 4, 3) * 2,)
    yield (np.array([[1000.0, 1001.0, 999.0], [0.0, 1.0, -1.0]]),)
    yield (np.array([[-1000.0, -1002.0], [1.0, 0.5], [-999.0, -1000.0]]),)
    yield (np.array([[0.0, 0.0, 2000.0, 1.0]]),)


def softmax_along(axis, Z):
    e = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@softmax_rows.wrong("""
    Your columns add up to 1, and the rows should. A row is one example, and its classes share the probability between
    them; along a column the examples would have to, which makes each answer depend on who else is in the batch. Take
    `axis=1`.
    """)
def along_the_columns(Z):
    return softmax_along(0, Z)


@softmax_rows.wrong("""
    All numbers together add up to 1. Each example has its own probabilities: `sum()` without an axis adds up the whole
    batch, so give it `axis=1, keepdims=True`.
    """)
def over_the_whole_batch(Z):
    return softmax_along(None, Z)


@softmax_rows.wrong("""
    Right as long as the logits are moderate. At 1000 the exponential overflows to inf, and inf divided by inf is no
    number, nan. Subtract each row's maximum first: that changes no probability.
    """)
def without_a_shift(Z):
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    You subtracted the largest number of the whole batch. Nothing overflows any more, but a row that lies far below it
    gets exponentials that are all rounded to 0, and 0 divided by 0 is no number, nan. Each row needs its own maximum:
    `Z.max(axis=1, keepdims=True)`.
    """)
def shifted_by_the_largest_of_all(Z):
    e = np.exp(Z - Z.max())
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    You subtracted each row's mean. That keeps rows in bounds whose numbers are all alike, but in the row with 0 and
    2000 the largest is still far above the mean, and its exponential overflows. Subtract the maximum: nothing is above
    it.
    """)
def shifted_by_the_mean(Z):
    e = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    You cut the logits off at a largest size. Nothing overflows, but whatever lies beyond the cut becomes the same
    number: 1000, 1001 and 999 are a tie then, and should not be, because softmax lives on their differences. Shift the
    row, which keeps them: subtract its own maximum.
    """)
def clipped(Z):
    e = np.exp(np.clip(Z, -700, 700))
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    The numerator is shifted and the denominator is not. The shift cancels only when it is in both: compute the
    exponentials of the shifted row once, and use them above and below.
    """)
def shifted_above_only(Z):
    return np.exp(Z - Z.max(axis=1, keepdims=True)) / np.exp(Z).sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    The sums are right and go to the wrong places. Without `keepdims=True` they have the shape (n,), and NumPy lines
    them up with the columns: where there are as many examples as classes, each column is divided by some row's sum;
    elsewhere NumPy stops.
    """)
def sums_on_the_wrong_axis(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@softmax_rows.wrong("""
    The maxima are right and go to the wrong places. Without `keepdims=True` they have the shape (n,), and NumPy lines
    them up with the columns, so each column is shifted by some row's maximum. A shift cancels only if all of a row is
    shifted alike; and where there are not as many examples as classes, NumPy stops.
    """)
def maxima_on_the_wrong_axis(Z):
    e = np.exp(Z - Z.max(axis=1))
    return e / e.sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    Both the maxima and the sums lack `keepdims=True`. They have the shape (n,), one number a row, and NumPy lines them
    up with the columns: where there are as many examples as classes this runs and mixes the rows up; elsewhere NumPy
    stops. With `keepdims=True` their shape is (n, 1), and each number goes to its own row.
    """)
def maxima_and_sums_on_the_wrong_axis(Z):
    e = np.exp(Z - Z.max(axis=1))
    return e / e.sum(axis=1)


@softmax_rows.wrong("""
    You divided each logit by its row's sum. Logits can be negative, and such a share is then no probability; the
    exponential makes them all positive first.
    """)
def plain_shares(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@softmax_rows.wrong("""
    You gave everything to the largest. That is the hard maximum, whose slope is 0 nearly everywhere, so that nothing
    could be learned through it. Softmax leaves the others a share, by their exponentials.
    """)
def winner_takes_all(Z):
    return np.eye(Z.shape[1])[Z.argmax(axis=1)]


@softmax_rows.wrong("""
    You put each logit into a sigmoid by itself. Those are answers to separate yes-or-no questions, and their sum can be
    anything. Softmax lets the classes of a row compete for one total of 1.
    """)
def separate_sigmoids(Z):
    return 1 / (1 + np.exp(-Z))


@softmax_rows.wrong("""
    These are the logarithms of the probabilities. They are good to have for a loss, and asked for are the probabilities
    themselves.
    """)
def logarithms(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@softmax_rows.wrong("""
    The smallest logit gets the largest probability: a minus sign has slipped into the exponent. It belongs to the
    sigmoid's formula; in softmax the exponent is z itself, minus the row's maximum.
    """)
def sign_in_the_exponent(Z):
    return softmax_along(1, -Z)


# ---- 3.8 ----

from_logits = Exercise(
    "3.8", "Cross-entropy from logits", stars=3, minutes=15, returns="loss",
    statement=r"""
    Write the loss of a classifier, straight from its logits. `Z` has shape `(n, k)`, and `y` holds the
    number of the right class for each of the $n$ examples, counted from 0. The loss of one example is
    $-\log p_y$, minus the logarithm of the probability that softmax gives to the right class; the loss of the batch is
    the mean.

    A network that is sure and wrong should be told how wrong: for logits 1000 and 0, with the second class right, the
    loss is 1000. By way of the probability it would be minus the logarithm of 0, so take the logarithm on paper first:

    $$-\log p_y = \log \sum_j e^{z_j} - z_y$$""",
    hints=[
        "Shift each row by its maximum, as for softmax: the formula's two terms change by the same number, so their "
        "difference stays. Now no exponential overflows, and the sum is at least 1.",
        "`np.arange(n)` and `y` together pick one entry a row: `Z[np.arange(len(y)), y]` is the logit of the right "
        "class of each example.",
        "With `shifted` in hand: `np.log(np.exp(shifted).sum(axis=1))` minus the right class's entry of `shifted`, one "
        "number an example; then the mean.",
    ],
    why="The logarithm and the exponential cancel on paper, so the computer never has to take the logarithm of a "
        "number that has been rounded to 0. 99 % sure and right costs 0.01; 99 % sure and wrong costs 4.6.",
)


@from_logits.stub
def cross_entropy(Z, y):
    ...  # your code


@from_logits.reference
def cross_entropy(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(shifted).sum(axis=1))
    right = shifted[np.arange(len(y)), y]
    return (log_sum - right).mean()


@from_logits.inputs
def draw(rng):
    yield np.array([[2.0, 1.0, 0.0], [0.5, 1.5, 3.0]]), np.array([0, 1])
    yield numbers(rng, 3, 3), np.array([2, 0, 2])
    yield numbers(rng, 5, 4) * 2, np.array([1, 3, 2, 0, 3])
    yield np.array([[1000.0, 999.0], [-1000.0, -1001.0]]), np.array([1, 0])
    yield np.array([[1000.0, 0.0], [0.5, -1000.0]]), np.array([1, 0])


def log_probabilities(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def picked(values, y):
    """The entry of the right class of each row."""
    return values[np.arange(len(y)), y]


@from_logits.wrong("""
    You added up over the batch. A mean keeps the loss, and with it every gradient, the same size however many examples
    there are; with a sum, twice the batch would take steps twice as long.
    """)
def summed_over_the_batch(Z, y):
    return -picked(log_probabilities(Z), y).sum()


@from_logits.wrong("""
    The minus is missing. A probability is at most 1, so its logarithm is at most 0; the minus turns it into a loss that
    is 0 when the network is sure and right, and grows from there. Yours would reward being wrong.
    """)
def minus_missing(Z, y):
    return picked(log_probabilities(Z), y).mean()


@from_logits.wrong("""
    The softmax runs along the wrong axis. The probabilities of one example, along its row, have to add up to 1; down a
    column, the examples of the batch would compete with each other. Take `axis=1`.
    """)
def softmax_down_the_columns(Z, y):
    return -picked(log_probabilities(Z.T).T, y).mean()


@from_logits.wrong("""
    Right until a probability is rounded to 0: then its logarithm is minus infinity, and the loss is infinite. Take
    the logarithm on paper, where it cancels the exponential: log of the sum, minus the right class's logit.
    """)
def logarithm_of_the_probability(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return -np.log(picked(e / e.sum(axis=1, keepdims=True), y)).mean()


@from_logits.wrong("""
    Right as long as the logits are moderate. At 1000 the exponential overflows. Subtract each row's maximum from the
    row first; both terms of the formula then change by the same number.
    """)
def exponential_overflows(Z, y):
    return (np.log(np.exp(Z).sum(axis=1)) - picked(Z, y)).mean()


@from_logits.wrong("""
    The log of the sum is taken from the shifted logits, and the right class's logit from those as they came. A shift
    changes both terms by the same number, so their difference stays; it has to be in both. Take the right class from
    `shifted`.
    """)
def shifted_in_one_term(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return (np.log(np.exp(shifted).sum(axis=1)) - picked(Z, y)).mean()


@from_logits.wrong("""
    You subtracted the largest number of the whole batch. Nothing overflows any more, but a row that lies far below it
    gets exponentials that are all rounded to 0, and the logarithm of their sum is minus infinity. Each row needs its
    own maximum: `Z.max(axis=1, keepdims=True)`.
    """)
def shifted_by_the_largest_of_all(Z, y):
    shifted = Z - Z.max()
    return (np.log(np.exp(shifted).sum(axis=1)) - picked(shifted, y)).mean()


@from_logits.wrong("""
    `np.log10` is the logarithm to base 10. The one that undoes a power of e is `np.log`; only with that do the
    logarithm and the exponential cancel, so that the logits can stand in the formula as they are.
    """)
def logarithm_to_base_ten(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return (np.log10(np.exp(shifted).sum(axis=1)) - picked(shifted, y)).mean()


@from_logits.wrong("""
    A small number added inside the logarithm keeps it finite, and also puts a ceiling on the loss: however wrong the
    network is, it is told no more than 27.6 or so, and near that ceiling the slope is 0. It would never learn from its
    worst mistakes. The formula with the log of the sum needs no such patch.
    """)
def patched_with_a_small_number(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return -np.log(picked(e / e.sum(axis=1, keepdims=True), y) + 1e-12).mean()


@from_logits.wrong("""
    You took the first column for every example, whatever its class. `y` says which entry of each row to take:
    `Z[np.arange(len(y)), y]`.
    """)
def always_the_first_class(Z, y):
    return -log_probabilities(Z)[:, 0].mean()


@from_logits.wrong("""
    `[:, y]` takes, for every row, the columns of all examples' classes: a table of n by n, each example with
    everybody's class. To take one entry a row, name the rows as well: `[np.arange(len(y)), y]`.
    """)
def everybodys_class(Z, y):
    return -log_probabilities(Z)[:, y].mean()


@from_logits.wrong("""
    You counted the classes from 1. In `y` they are counted from 0, as Python counts columns, so no 1 has to come off.
    """)
def counted_from_one(Z, y):
    return -picked(log_probabilities(Z), y - 1).mean()


@from_logits.wrong("""
    You divided by all n·k entries of the table. Only one entry a row counts, the right class's, so the mean is over the
    n examples.
    """)
def mean_over_classes_too(Z, y):
    return -picked(log_probabilities(Z), y).sum() / Z.size


@from_logits.wrong("""
    You added the terms of all classes, right and wrong alike. Cross-entropy asks one thing only: how probable did the
    network find what is right? The wrong classes count through softmax, which has one total for all.
    """)
def all_classes_counted(Z, y):
    return -log_probabilities(Z).sum(axis=1).mean()


@from_logits.wrong("""
    You took minus the logit itself. A logit can be any number, and this loss would fall for ever if all logits grew
    together, though the probabilities stayed the same. The log of the sum holds against it: add it.
    """)
def logit_alone(Z, y):
    return -picked(Z, y).mean()


@from_logits.wrong("""
    1 − p is a loss, too, but a mild one: sure and wrong costs 1, hardly more than unsure. The logarithm makes confident
    mistakes expensive, and keeps a slope where 1 − p has gone flat.
    """)
def one_minus_the_probability(Z, y):
    return (1 - np.exp(picked(log_probabilities(Z), y))).mean()
