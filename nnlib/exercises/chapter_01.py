"""The exercises of chapter 1, derivatives: slopes, their measurement and their rules, the gradient and the way down."""

import numpy as np

from .bank import Exercise, function


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def right_but(e, *inputs, **slips):
    """The right results of an exercise but for those that are given by name."""
    return tuple({**dict(zip(e.returns, e.answer(*inputs))), **slips}.values())


# ---- 1.1 ----

at_a_glance = Exercise(
    "1.1", "Slopes at a glance", kind="predict", stars=1, minutes=4, returns="square constant line relu sigmoid",
    statement=r"""
    How steep are these five functions? Put a number in place of each row of dots, without computing anything in
    Python.

    - `square`: $x^2$ at $x = 3$
    - `constant`: the function that is 7 everywhere, at $x = 2$
    - `line`: $5 - 2x$ at $x = 4$
    - `relu`: $\max(0, x)$ at $x = 2$
    - `sigmoid`: $\sigma(x)$ at $x = 0$, where it is steepest""",
    hints=[
        "A slope says by how much the function moves for each unit that x moves. Take two values of x that are close "
        "together, and ask of each function how much it changes between them.",
        "The square at 3 and at 3.01 is 9 and about 9.06: it rises by 0.06 on a run of 0.01. The line loses the same "
        "amount on every step to the right. The constant gains nothing at all.",
        "Right of 0, ReLU is the line x itself. The sigmoid's slope is a·(1 − a), with a for its height, and its "
        "height at 0 is 0.5.",
    ],
    why="The slope of x² is 2x, so 6 at 3. A constant has slope 0, the line 5 − 2x has −2 everywhere, and ReLU is the "
        "line x where x is positive: slope 1. The sigmoid's is 0.5·(1 − 0.5) = 0.25. None of the five is the "
        "function's height.",
)


@at_a_glance.stub
def slopes():
    square = ...
    constant = ...
    line = ...
    relu = ...
    sigmoid = ...
    return square, constant, line, relu, sigmoid


@at_a_glance.reference
def slopes():
    square = 6
    constant = 0
    line = -2
    relu = 1
    sigmoid = 0.25
    return square, constant, line, relu, sigmoid


@at_a_glance.inputs
def draw(rng):
    yield ()


@at_a_glance.wrong("""
    All five are heights: what each function gives at its place. The slope is how steep it is there, and the two have
    little to do with each other: the constant is 7 high and quite level. Ask by how much the function changes when x
    moves a little, and divide by that little.
    """)
def heights():
    return 9, 7, -3, 2, 0.5


@at_a_glance.wrong("""
    9 is how high x² is at 3, not how steep. From 3 to 3.01 it rises from 9 to about 9.06, and 0.06 on a run of 0.01
    is another number.
    """)
def height_of_square():
    return right_but(at_a_glance, square=9)


@at_a_glance.wrong("""
    2 is the number that comes down in front when you take the slope of x², but the x stays: the slope is 2x, and it
    grows as the parabola gets steeper. Put 3 in.
    """)
def two_without_x():
    return right_but(at_a_glance, square=2)


@at_a_glance.wrong("""
    7 is the height of the constant. Move x as far as you like and the function stays where it is: no rise, so the
    slope is 0 over any run.
    """)
def height_of_constant():
    return right_but(at_a_glance, constant=7)


@at_a_glance.wrong("""
    −3 is the height of the line at 4. Its slope is the same at every x: one unit to the right, and the line is 2
    lower.
    """)
def height_of_line():
    return right_but(at_a_glance, line=-3)


@at_a_glance.wrong("""
    The line is as steep as you say, and it goes the other way: each unit to the right takes 2 off, so its slope is
    negative. The sign is half of what a slope has to say.
    """)
def sign_of_line_lost():
    return right_but(at_a_glance, line=2)


@at_a_glance.wrong("""
    2 is what ReLU gives at 2. Right of 0 it passes x on as it is: when x moves by a little, ReLU moves by just as
    much, rise and run are equal.
    """)
def height_of_relu():
    return right_but(at_a_glance, relu=2)


@at_a_glance.wrong("""
    You gave ReLU no slope at 2. Its kink is at 0 and nowhere else: there the slope has to be chosen, and everywhere
    else it is as clear as can be, 0 on the left and 1 on the right.
    """)
def relu_without_slope():
    return right_but(at_a_glance, relu=0)


@at_a_glance.wrong("""
    0.5 is how high the sigmoid is in the middle. Its slope is that height times what it lacks to 1, 0.5·0.5.
    """)
def height_of_sigmoid():
    return right_but(at_a_glance, sigmoid=0.5)


@at_a_glance.wrong("""
    The sigmoid climbs by 1 altogether, but over a long way: most of it between −2 and 2. For each unit of x it climbs
    less than that, even where it is steepest. Its slope is a·(1 − a), and a is 0.5 in the middle.
    """)
def whole_climb():
    return right_but(at_a_glance, sigmoid=1)


# ---- 1.2 ----

central = Exercise(
    "1.2", "The central difference", stars=1, minutes=8, returns="slope",
    statement=r"""
    Write `central_difference`, which measures the slope of any function. It gets the function `f`, the place `x`
    and the nudge `h`, steps by `h` to either side of `x`, and returns the slope between the two points where it
    arrives.""",
    hints=[
        "A slope is rise over run. The two points are x − h and x + h. How far apart are they, and by how much does f "
        "change from the one to the other?",
        "The rise is `f(x + h) - f(x - h)`. The run is the distance between the two points, and that is more than h.",
        "Python divides and multiplies from left to right, and before it subtracts, so both parts want brackets: "
        "`(f(x + h) - f(x - h)) / (2 * h)`.",
    ],
    why="Rise over run between the points that were used, which are 2h apart. Because they lie on both sides of x, "
        "what the curve's bend does on the one side cancels what it does on the other.",
)


@central.stub
def central_difference(f, x, h):
    ...  # your code


@central.reference
def central_difference(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


@central.inputs
def draw(rng):
    yield np.sin, 1.0, 0.1
    yield function("lambda x: x**3"), 2.0, 0.5
    yield function("lambda x: 5 - 2 * x"), 4.0, 0.1
    yield np.exp, -0.5, 0.2
    yield function("lambda x: x**2 + x"), -1.5, 0.01
    yield np.tanh, 0.3, 0.4


@central.wrong("""
    This is f(x), how high the function is at x. How steep it is shows only when you compare two points: step to
    either side, take the difference of the two heights, and divide by the way between them.
    """)
def height(f, x, h):
    return f(x)


@central.wrong("""
    This is exactly twice the slope. You divided by h, but the two points you compared, x − h and x + h, are 2h apart.
    Slope is rise over the run between the two points you used.
    """)
def divided_by_h(f, x, h):
    return (f(x + h) - f(x - h)) / h


@central.wrong("""
    This is how much f changed from x − h to x + h, the rise. It says as much about the nudge as about the function:
    half the nudge, and it halves. Divide it by the way between the two points.
    """)
def rise_alone(f, x, h):
    return f(x + h) - f(x - h)


@central.wrong("""
    This is how much f changed from x to x + h. A change is not yet a slope, for it shrinks with the nudge; divide by
    the run. And take the second point on the other side of x, where the bend of the curve cancels.
    """)
def forward_rise_alone(f, x, h):
    return f(x + h) - f(x)


@central.wrong("""
    This is the forward difference, the slope between x and x + h. It is a slope, but not the one asked for: it looks
    to one side only, and is off by something like h, where the central difference is off by something like h². Step
    to both sides.
    """)
def forward(f, x, h):
    return (f(x + h) - f(x)) / h


@central.wrong("""
    This is the backward difference, the slope between x − h and x. It looks to one side only, as the forward
    difference does. Take x + h for the second point, and divide by the way between the two.
    """)
def backward(f, x, h):
    return (f(x) - f(x - h)) / h


@central.wrong("""
    Python reads `/ 2 * h` from left to right: it halves, and then multiplies by h. To divide by both, put them
    in brackets: `/ (2 * h)`.
    """)
def run_without_brackets(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h


@central.wrong("""
    Only the second height was divided: Python divides before it subtracts. Put the rise in brackets, and divide all
    of it: `(f(x + h) - f(x - h)) / (2 * h)`.
    """)
def rise_without_brackets(f, x, h):
    return f(x + h) - f(x - h) / (2 * h)


@central.wrong("""
    The size is right and the sign is turned: you took the left height minus the right one, and divided by the way
    from left to right. Take both differences in the same order, right minus left.
    """)
def left_minus_right(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)


@central.wrong("""
    This is run over rise: how far x moves for each unit of f. A slope is the other way round, how far f moves for
    each unit of x.
    """)
def run_over_rise(f, x, h):
    rise = f(x + h) - f(x - h)
    return 2 * h / rise if rise else 0.0


@central.wrong("""
    Your function takes a nudge of its own and leaves `h` unused. A smaller one than asked for may look like an
    improvement, and on paper it would be; in a computer too small a nudge drowns in rounding. So how small it should
    be is for whoever calls the function to say: use the h that came in.
    """)
def nudge_of_its_own(f, x, h):
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


@central.wrong("""
    You subtracted the places first and then asked f once, at 2h. The rise is a difference of two heights: ask f at x
    + h, ask it at x − h, and subtract what it says.
    """)
def f_of_the_difference(f, x, h):
    return f((x + h) - (x - h)) / (2 * h)


@central.wrong("""
    This is half the slope between x − h and x + h. The points are 2h apart; you divided by twice as much, 4h. If you
    took the mean of the forward and the backward difference, the half was taken twice.
    """)
def halved_twice(f, x, h):
    return (f(x + h) - f(x - h)) / (4 * h)


# ---- 1.3 ----

how_small = Exercise(
    "1.3", "How small a nudge?", kind="predict", stars=2, minutes=5, returns="forward central best",
    statement=r"""
    Someone measures the slope of $\sin x$ at $x = 1$ and compares it with the exact one. What will they find?

    - `forward`: the nudge $h$ goes from 0.1 to 0.01. How many times smaller does the error of the *forward*
      difference become?
    - `central`: the same for the *central* difference.
    - `best`: which of these four nudges gives the central difference its smallest error? Answer with the number in
      front: 1 for $h = 10^{-2}$, 2 for $h = 10^{-5}$, 3 for $h = 10^{-10}$, 4 for $h = 10^{-15}$.""",
    hints=[
        "On paper both errors vanish as h goes to 0, and one vanishes faster. In a computer each height is rounded, "
        "and what rounding spoils is divided by h.",
        "Lesson 1.1 worked it out for x³: there the forward difference was off by about 3x·h, and the central one by "
        "h². Put 0.1 and 0.01 in, and compare.",
        "Rounding spoils about 1e-16 / h. At which of the four nudges are both h² and 1e-16 / h small?",
    ],
    why="The forward error goes like h, so a tenth of h leaves a tenth of it. The central error goes like h², so it "
        "leaves a hundredth. But rounding adds about 1e-16 / h, which grows as h shrinks: the two meet near 1e-5.",
    rtol=0.05,
)


@how_small.stub
def errors():
    forward = ...
    central = ...
    best = ...
    return forward, central, best


@how_small.reference
def errors():
    forward = 10
    central = 100
    best = 2
    return forward, central, best


@how_small.inputs
def draw(rng):
    yield ()


@how_small.wrong("""
    The smallest nudge is not the best. On paper it would be. But a computer keeps 16 digits: beside 1, hardly
    anything of a nudge of 1e-15 is left, and the heights at the two points are equal but for rounding. The slope has
    no correct digit to speak of.
    """)
def smallest_is_best():
    return right_but(how_small, best=4)


@how_small.wrong("""
    1e-10 is already too small for the central difference. Its truncation error, like h², would be 1e-20 there, but
    rounding spoils about 1e-16 / h, which is 1e-6. Find the nudge at which neither is large.
    """)
def smaller_than_needed():
    return right_but(how_small, best=3)


@how_small.wrong("""
    1e-2 keeps clear of rounding and pays for it: the central error goes like h², and with this h that is something
    like 1e-4. There is room to go smaller before rounding is felt.
    """)
def too_careful():
    return right_but(how_small, best=1)


@how_small.wrong("""
    You give the central difference the same gain as the forward one. Its two points lie on both sides of x, so the
    part of the error that goes like h has opposite signs on the two sides and cancels. What remains goes like h².
    """)
def both_like_h():
    return right_but(how_small, central=10)


@how_small.wrong("""
    You give the forward difference the gain of the central one. An error like h² is what stepping to both sides buys;
    stepping to one side leaves an error like h.
    """)
def both_like_h_squared():
    return right_but(how_small, forward=100)


@how_small.wrong("""
    The central difference is the better one, but not by a factor of 2. It is not the error that halves, it is the
    power of h that doubles: a tenth of h leaves a tenth times a tenth.
    """)
def twice_as_good():
    return right_but(how_small, central=20)


@how_small.wrong("""
    You have the two the wrong way round. Stepping to one side leaves an error like h; stepping to both sides cancels
    that part and leaves h².
    """)
def mixed_up():
    return right_but(how_small, forward=100, central=10)


# ---- 1.4 ----

rules = Exercise(
    "1.4", "Three activation functions", kind="complete", stars=1, minutes=8, returns="d_sigmoid d_tanh d_relu",
    statement=r"""
    The sigmoid, tanh and ReLU are *activation functions*, the bends in a network. `activation_slopes` gets one number
    `z` and returns the slopes of the three at that place. Tanh is worked out already: first its height, then the slope
    that follows from the height. Do the same for the other two. At its kink, $z = 0$, ReLU's slope is 0 in this
    book.""",
    hints=[
        "Each of the three slopes follows from a rule of lesson 1.2. For the sigmoid the height `a` is all you need.",
        "The sigmoid's slope is its height times what it lacks to 1. ReLU is level left of 0, and on the right it is "
        "the line z.",
        "`d_sigmoid = a * (1 - a)`. For ReLU, `z > 0` is True or False, and Python counts these as 1 and 0.",
    ],
    why="For the sigmoid and for tanh the height is enough to know the slope. ReLU has slope 0 or 1, and at the kink "
        "any fixed choice serves; `z > 0` chooses 0.",
)


@rules.stub
def activation_slopes(z):
    a = 1 / (1 + np.exp(-z))    # the sigmoid
    d_sigmoid = ...

    t = np.tanh(z)
    d_tanh = 1 - t**2

    d_relu = ...
    return d_sigmoid, d_tanh, d_relu


@rules.reference
def activation_slopes(z):
    a = 1 / (1 + np.exp(-z))    # the sigmoid
    d_sigmoid = a * (1 - a)

    t = np.tanh(z)
    d_tanh = 1 - t**2

    d_relu = float(z > 0)
    return d_sigmoid, d_tanh, d_relu


@rules.inputs
def draw(rng):
    yield 0.6,
    yield -0.6,
    yield 0.0,
    yield 2.5,
    yield -1.5,


@rules.wrong("""
    Your `d_sigmoid` is the sigmoid's height. At z = 6 the sigmoid is almost 1 high and almost level, so height and
    slope can't be the same. The slope is the height times what it lacks to 1.
    """)
def sigmoid_height(z):
    return right_but(rules, z, d_sigmoid=sigmoid(z))


@rules.wrong("""
    You put the height through the sigmoid once more. In σ·(1 − σ) the sigmoid is taken once, at z; a is already that,
    so the slope is a·(1 − a).
    """)
def sigmoid_twice(z):
    return right_but(rules, z, d_sigmoid=sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))))


@rules.wrong("""
    You used z·(1 − z). The rule is written in the sigmoid's height, not in the place: a·(1 − a). At z = 2.5 yours is
    negative, and the sigmoid never falls.
    """)
def rule_in_z(z):
    return right_but(rules, z, d_sigmoid=z * (1 - z))


@rules.wrong("""
    1 − a² is the rule for tanh. It holds because of how tanh is made; the sigmoid is another function and has another
    rule, a·(1 − a).
    """)
def rule_of_tanh(z):
    return right_but(rules, z, d_sigmoid=1 - sigmoid(z)**2)


@rules.wrong("""
    1 − a is only one of the two factors: what the sigmoid lacks to 1. By itself it would make the sigmoid steepest on
    the far left, where it is almost level. The other factor is the height a.
    """)
def one_factor_only(z):
    return right_but(rules, z, d_sigmoid=1 - sigmoid(z))


@rules.wrong("""
    Your `d_relu` is ReLU itself, max(0, z): its height. Right of 0 it is the line z, and a line with 1 in front of z
    climbs by 1 for each unit, wherever you are on it.
    """)
def relu_height(z):
    return right_but(rules, z, d_relu=max(0, z))


@rules.wrong("""
    Your ReLU has slope 1 everywhere. Left of 0 it gives 0 to every number, so nothing moves there and the slope is 0.
    """)
def relu_slope_one(z):
    return right_but(rules, z, d_relu=1)


@rules.wrong("""
    Your ReLU has slope 0 everywhere, as if its kink left it without a usable derivative. The kink is one point. Right
    of it the slope is 1, and that is what networks learn through.
    """)
def relu_slope_zero(z):
    return right_but(rules, z, d_relu=0)


@rules.wrong("""
    At the kink you give no number. It is true that the derivative does not exist there: from the left the slope is 0
    and from the right it is 1. But a program must go on, and any fixed choice does; the book takes 0, as PyTorch
    does.
    """)
def relu_without_slope_at_the_kink(z):
    return right_but(rules, z, d_relu=z > 0 if z else np.nan)


@rules.wrong("""
    At the kink you take the mean of both sides, as a central difference does. It is a fair choice, and another one
    than the book's: at 0 we take 0, as PyTorch does.
    """)
def relu_half_at_the_kink(z):
    return right_but(rules, z, d_relu=np.heaviside(z, 0.5))


@rules.wrong("""
    Your ReLU is right everywhere but at its kink, where you take the slope of the right side. The choice is
    free, and it should be the same for everybody: the book takes 0 at 0, as PyTorch does. `z > 0` in place of `z >= 0`
    does it.
    """)
def relu_one_at_the_kink(z):
    return right_but(rules, z, d_relu=z >= 0)


@rules.wrong("""
    Your ReLU is level on the right and climbs on the left. ReLU lets positive numbers pass: it is the line z right of
    0, and 0 left of it.
    """)
def relu_turned(z):
    return right_but(rules, z, d_relu=z < 0)


# ---- 1.5 ----

product = Exercise(
    "1.5", "A product with a bug", kind="repair", stars=2, minutes=6, returns="slope",
    statement=r"""
    `product_slope` should give the slope of $f(x) \cdot g(x)$ at the place `x`. It gets the two functions, `f` and
    `g`, and the functions that give their slopes, `df` and `dg`. The code below looks reasonable, runs, and is wrong.
    Find out why, and mend it.""",
    hints=[
        "Try it on the smallest product there is, x times x: f and g are both x, df and dg are both 1. What does the "
        "code give, and what is the slope of x²?",
        "Think of a rectangle with sides f and g. When f grows a little, a strip is added along g; when g grows, a "
        "strip along f. How large is each strip?",
        "The strip along g is `df(x) * g(x)`, the strip along f is `f(x) * dg(x)`, and the slope is their sum.",
    ],
    why="Each factor's slope counts as often as the other factor is large. The product of the two slopes belongs to "
        "the small corner of the rectangle, which vanishes as the nudge does.",
)


@product.stub
def product_slope(f, df, g, dg, x):
    slope_of_f = df(x)
    slope_of_g = dg(x)
    return slope_of_f * slope_of_g


@product.reference
def product_slope(f, df, g, dg, x):
    slope_of_f = df(x)
    slope_of_g = dg(x)
    return slope_of_f * g(x) + f(x) * slope_of_g


@product.inputs
def draw(rng):
    square, twice = function("lambda x: x**2"), function("lambda x: 2 * x")
    line, three = function("lambda x: 3 * x + 1"), function("lambda x: 3")
    yield square, twice, line, three, 2.0
    yield np.sin, np.cos, square, twice, 1.0
    yield np.exp, np.exp, np.sin, np.cos, -0.7
    yield line, three, np.exp, np.exp, 0.3


@product.wrong("""
    The slope of a product is not the product of the slopes. For x times x that would be 1·1 = 1 everywhere, while x²
    gets steeper and steeper. When f grows by a little, the product grows by that little as often as g is large: the
    slope of each factor is multiplied by the other factor.
    """)
def slopes_multiplied(f, df, g, dg, x):
    return df(x) * dg(x)


@product.wrong("""
    You added the two slopes, which is the rule for a sum. In a product each slope counts as often as the other factor
    is large: multiply each by the other factor before you add.
    """)
def slopes_added(f, df, g, dg, x):
    return df(x) + dg(x)


@product.wrong("""
    This is half of it: what the product gains because f grows, while g stands still. But g moves with x as well, and
    adds f times its own slope.
    """)
def f_alone(f, df, g, dg, x):
    return df(x) * g(x)


@product.wrong("""
    This is half of it: what the product gains because g grows, while f stands still. But f moves with x as well, and
    adds its own slope times g.
    """)
def g_alone(f, df, g, dg, x):
    return f(x) * dg(x)


@product.wrong("""
    You multiplied each factor by its own slope. When f grows, the strip that is added to the rectangle lies along g,
    so it is as long as g: each slope goes with the other factor.
    """)
def own_slopes(f, df, g, dg, x):
    return f(x) * df(x) + g(x) * dg(x)


@product.wrong("""
    The two parts are right, and they are added, not subtracted: whether f grows or g does, the rectangle gains. (The
    minus belongs to the rule for a quotient.)
    """)
def subtracted(f, df, g, dg, x):
    return df(x) * g(x) - f(x) * dg(x)


@product.wrong("""
    This is the product itself, how high f·g is at x. Asked for is how fast it grows there.
    """)
def height_of_product(f, df, g, dg, x):
    return f(x) * g(x)


@product.wrong("""
    The two strips are right. The third part, slope times slope, is the small corner of the rectangle, and it shrinks
    as the square of the nudge: divided by the nudge it still goes to 0. Leave it out.
    """)
def corner_kept(f, df, g, dg, x):
    return df(x) * g(x) + f(x) * dg(x) + df(x) * dg(x)


# ---- 1.6 ----

standing = Exercise(
    "1.6", "Standing on a slope", kind="predict", stars=2, minutes=6,
    returns="steepest across both level lowest towards",
    statement=r"""
    A loss depends on two numbers, $w$ and $b$, and at the place where you stand its gradient is $(3, -4)$. Predict:

    - `steepest`: the slope in the direction in which the loss rises fastest
    - `across`: the slope in the direction $(4, 3)$, at a right angle to the gradient
    - `both`: the loss is measured, then $w$ and $b$ are *both* raised by a tiny $h$, and the loss is measured again.
      What is the change, divided by $h$?

    And more generally:

    - `level`: at $x = 0$, how many of the four functions $x^2$, $-x^2$, $x^3$ and $7x$ have the slope 0?
    - `lowest`: how many of the four are nowhere lower than at $x = 0$?
    - `towards`: does the opposite of the gradient always point straight at the lowest place of the loss, `True` or
      `False`?""",
    hints=[
        "The gradient is an arrow: 3 to the right and 4 down. Its length is the slope along it. Two small moves change "
        "the loss by what each alone would change it, added up.",
        "The length follows from Pythagoras, with 3 and 4 as the short sides. In the direction (4, 3) the slope is "
        "3·4 + (−4)·3, divided by the length of that direction. For `both`, add up what each nudge does by itself.",
        "Three of the four functions rest at 0, but x³ comes from below and goes on rising, and −x² has its top there. "
        "As for `towards`, think of a ball in a long bathtub that is far from the drain.",
    ],
    why="Steepest is along the gradient, and its slope there is the gradient's length, 5. At a right angle the slope "
        "is 0. Nudging both adds the two partial derivatives, 3 − 4 = −1, and a sum does not show its parts. Level "
        "ground can be a top, a lowest place or a rest; and the gradient knows only the ground under your feet.",
)


@standing.stub
def standing_on_a_slope():
    steepest = ...
    across = ...
    both = ...
    level = ...
    lowest = ...
    towards = ...
    return steepest, across, both, level, lowest, towards


@standing.reference
def standing_on_a_slope():
    steepest = 5
    across = 0
    both = -1
    level = 3
    lowest = 1
    towards = False
    return steepest, across, both, level, lowest, towards


@standing.inputs
def draw(rng):
    yield ()


@standing.wrong("""
    −1 is the sum of the two partial derivatives, the slope for raising both numbers alike. That is one direction among
    many, and along it this loss even falls. The steepest direction is that of the gradient, and the slope there is
    the gradient's length.
    """)
def steepest_is_the_sum():
    return right_but(standing, steepest=-1)


@standing.wrong("""
    7 is 3 and 4 added up, as if you went along one street and then along the other. The direction of the gradient is
    the short cut, and its length follows from Pythagoras: the root of 3² + 4².
    """)
def steepest_by_streets():
    return right_but(standing, steepest=7)


@standing.wrong("""
    4 is the steepest slope along a single axis. A direction that uses both numbers does better: the slope along the
    gradient is its length, the root of 3² + 4².
    """)
def steepest_along_an_axis():
    return right_but(standing, steepest=4)


@standing.wrong("""
    −5 is the slope straight downhill. The gradient points uphill, and asked for is where the loss rises fastest.
    """)
def steepest_down():
    return right_but(standing, steepest=-5)


@standing.wrong("""
    25 is 3² + 4², the square of the gradient's length. The slope along the gradient is the length itself.
    """)
def steepest_squared():
    return right_but(standing, steepest=25)


@standing.wrong("""
    In the direction (4, 3) the two effects work against each other: w adds 3·4, and b adds (−4)·3. You lost the sign of
    the −4. At a right angle to the gradient one walks along a level line.
    """)
def across_sign_lost():
    return right_but(standing, across=4.8)


@standing.wrong("""
    Asked for is what happens when both are raised together, and you gave the gradient's length. That is the slope in
    the gradient's own direction. Raised together, each number adds its own effect: 3·h from w and −4·h from b.
    """)
def both_is_the_length():
    return right_but(standing, both=5)


@standing.wrong("""
    You added the sizes, 3 and 4. Raising b lowers this loss, and so the one effect takes away from the other: 3·h −
    4·h, divided by h.
    """)
def both_without_signs():
    return right_but(standing, both=7)


@standing.wrong("""
    Nudging both at once does not give back two numbers, and no mean of them either: the loss is one number, and its
    change is the sum of what each nudge does, 3·h − 4·h. Divide that by h.
    """)
def both_is_the_mean():
    return right_but(standing, both=-0.5)


@standing.wrong("""
    x³ is level at 0 as well: its slope is 3x², and at 0 that is 0. It does not turn there, which makes it easy to
    overlook: it comes from below, rests for a moment and goes on rising.
    """)
def cube_overlooked():
    return right_but(standing, level=2)


@standing.wrong("""
    7x has the slope 7 at 0, as everywhere: that its height is 0 there says nothing of its slope. Count the functions
    that do not move, to the first look, when x moves.
    """)
def height_zero_is_no_slope():
    return right_but(standing, level=4)


@standing.wrong("""
    You counted every level place as a lowest one. Zero slope says level, to the first look: −x² has its top at 0, and
    x³ is lower on the left. Step a little to each side and compare.
    """)
def level_means_lowest():
    return right_but(standing, lowest=3)


@standing.wrong("""
    x³ is level at 0 and not lowest: at −1 it is −1. A lowest place needs higher ground on both sides.
    """)
def cube_taken_for_lowest():
    return right_but(standing, lowest=2)


@standing.wrong("""
    Against the gradient is the steepest way down from here, and no more than that. It leaves the level line at a
    right angle, and where the level lines are ovals, it goes past the lowest place. In lesson 1.3 it was 26.6° off.
    """)
def points_at_the_lowest():
    return right_but(standing, towards=True)


# ---- 1.7 ----

walking = Exercise(
    "1.7", "Walking down", kind="order", stars=2, minutes=8, returns="w b",
    statement=r"""
    Lesson 1.3 looked down on the loss of a line, $\hat y = w x + b$, at two examples. Its slope along $w$ is
    $2w + b - 2$, and along $b$ it is $w + b - \tfrac32$. `walk_down` starts at a place `w`, `b` and takes a number of
    small steps, each against the gradient and `lr` times as long as it. (That is gradient descent; chapter 5 returns
    to it.) All its lines are there, and the first and the last one are in their places. Put the others in order: more
    than one order runs, and not all that run are right.""",
    hints=[
        "Ask of each line which names it uses, and where these get their values. In every step, first look at the "
        "ground, then move.",
        "Each move needs its slope. And both slopes belong to one place, the one where this step begins.",
        "First `dw` and `db`, then the two moves. All four stay inside the loop.",
    ],
    why="Every step asks the ground anew: first the slopes, then the moves. Both slopes are measured before either "
        "number moves, because the gradient belongs to one place.",
)


@walking.stub
def walk_down(w, b, lr, steps):
    for _ in range(steps):
        w = w - lr * dw
        db = w + b - 1.5
        b = b - lr * db
        dw = 2 * w + b - 2
    return w, b


@walking.reference
def walk_down(w, b, lr, steps):
    for _ in range(steps):
        dw = 2 * w + b - 2
        db = w + b - 1.5
        w = w - lr * dw
        b = b - lr * db
    return w, b


@walking.inputs
def draw(rng):
    yield -1.0, 3.0, 0.1, 2
    yield -1.0, 3.0, 0.1, 1
    yield 2.0, -1.0, 0.2, 5
    yield 0.5, 3.0, 0.05, 20
    yield -1.5, 0.5, 0.3, 3


def slopes_at(w, b):
    """The gradient of lesson 1.3's loss."""
    return 2 * w + b - 2, w + b - 1.5


@walking.wrong("""
    You looked at the ground once, at the start, and then walked on in that direction, as if the gradient pointed at
    the lowest place. It knows only the ground under your feet, and after a step that is other ground: both slopes
    belong inside the loop, before every move.
    """)
def looked_once(w, b, lr, steps):
    dw, db = slopes_at(w, b)
    return w - lr * dw * steps, b - lr * db * steps


@walking.wrong("""
    Your walk ends after its first step: the `return` is inside the loop. Set it as far to the left as the `for`, so
    that it waits until all steps are done.
    """)
def one_step(w, b, lr, steps):
    dw, db = slopes_at(w, b)
    return w - lr * dw, b - lr * db


@walking.wrong("""
    You walked uphill. The gradient points to where the loss grows, so a step against it has a minus: `w - lr * dw`.
    """)
def uphill(w, b, lr, steps):
    for _ in range(steps):
        dw, db = slopes_at(w, b)
        w, b = w + lr * dw, b + lr * db
    return w, b


@walking.wrong("""
    Your w moves before the slope along b is measured, so the two slopes belong to two different places. A gradient is
    all slopes at one place: measure both, then move both.
    """)
def w_first(w, b, lr, steps):
    for _ in range(steps):
        w = w - lr * slopes_at(w, b)[0]
        b = b - lr * slopes_at(w, b)[1]
    return w, b


@walking.wrong("""
    Your b moves before the slope along w is measured, so the two slopes belong to two different places. A gradient is
    all slopes at one place: measure both, then move both.
    """)
def b_first(w, b, lr, steps):
    for _ in range(steps):
        b = b - lr * slopes_at(w, b)[1]
        w = w - lr * slopes_at(w, b)[0]
    return w, b


@walking.wrong("""
    Nothing moved: w and b come back as they went in. Do the two moves stand inside the loop, after the slopes?
    """)
def never_moved(w, b, lr, steps):
    return w, b


# ---- 1.8 ----

nudging = Exercise(
    "1.8", "The numerical gradient", stars=3, minutes=12, returns="gradient",
    statement=r"""
    Write `numerical_gradient`, the judge that this book calls whenever a gradient is to be checked. It gets a function
    `f` of several numbers, the place `p` as a one-dimensional array, and the nudge `h`. It returns an array of
    the same shape that holds, for each number, the central difference along it, with all other numbers still. `f`
    takes an array and gives one number.

    The array that came in must be as it was when the function ends. You may call your own `central_difference`.""",
    hints=[
        "One partial derivative for each number of p: go through them with a loop over i, and put the results into an "
        "array that starts as zeros, `np.zeros(len(p))`.",
        "For each i make two copies of p with `p.copy()`, and change entry i alone: one by +h, the other by −h. "
        "Fresh copies for every i keep all other numbers still.",
        "Inside the loop: `right, left = p.copy(), p.copy()`, then `right[i] += h` and `left[i] -= h`, and "
        "`gradient[i] = (f(right) - f(left)) / (2 * h)`.",
    ],
    why="One number is nudged at a time, from the same place each time, so every entry is the slope along that number "
        "alone. It costs two calls of f for each number: for a network with 100,000 of them far too many to learn "
        "with, and a fine way to check.",
)


@nudging.stub
def numerical_gradient(f, p, h):
    ...  # your code


@nudging.reference
def numerical_gradient(f, p, h):
    gradient = np.zeros(len(p))
    for i in range(len(p)):
        right, left = p.copy(), p.copy()
        right[i] += h
        left[i] -= h
        gradient[i] = (f(right) - f(left)) / (2 * h)
    return gradient


@nudging.inputs
def draw(rng):
    yield function("lambda p: p[0]**2 + 3 * p[0] * p[1]"), np.array([1.0, 2.0]), 0.1
    yield function("lambda p: (2 * p[0] + p[1] - 2)**2 / 2"), np.array([-1.0, 3.0]), 0.01
    yield function("lambda p: p[0]**3"), np.array([2.0]), 0.5
    yield function("lambda p: p[0] * p[1] * p[2] + p[2]**3"), np.array([0.5, -1.5, 2.0]), 0.3
    yield function("lambda p: np.exp(p[0]) - p[1]**3 + p[2]"), np.array([0.2, 1.5, -1.0]), 0.2


def along(f, p, i, h):
    """The two heights at h to either side of p along number i."""
    nudge = h * (np.arange(len(p)) == i)
    return f(p + nudge), f(p - nudge)


def for_each(p, entry):
    """An array with `entry(i)` for every number of p."""
    return np.array([entry(i) for i in range(len(p))])


@nudging.wrong("""
    You nudged all numbers at once and got one number: the sum of all partial derivatives. From a sum nobody gets its
    parts back; for w − b it would be 0, as if the ground were level. Nudge one number at a time, all others still.
    """)
def all_at_once(f, p, h):
    return (f(p + h) - f(p - h)) / (2 * h)


@nudging.wrong("""
    All your entries are equal: each is the slope with all numbers nudged at once, which is the sum of the partial
    derivatives. For entry i, move number i alone.
    """)
def all_at_once_for_each(f, p, h):
    return np.full(len(p), all_at_once(f, p, h))


@nudging.wrong("""
    The gradient is not one number. You returned its length, and that has lost the direction: there is one slope for
    every number of p, and all of them together are the gradient.
    """)
def length_alone(f, p, h):
    return np.sqrt(np.sum(numerical_gradient(f, p, h)**2))


@nudging.wrong("""
    The gradient is not one number. You measured the slope along the first number of p and stopped; measure it along
    each of them, and return them all. Is the `return` inside the loop?
    """)
def first_alone(f, p, h):
    return numerical_gradient(f, p, h)[0]


@nudging.wrong("""
    The sum of the partial derivatives is what one finds by nudging all numbers at once. You have the parts already:
    return them as an array, one for each number.
    """)
def summed_in_an_array(f, p, h):
    return np.array([np.sum(numerical_gradient(f, p, h))])


@nudging.wrong("""
    Your nudges pile up: when number i is measured, the numbers before it have not gone back. They have to stand still
    at their own values. Make fresh copies of p for every i, or put each number back before you go on.
    """)
def nudges_pile_up(f, p, h):
    p = p.copy()
    gradient = np.zeros(len(p))
    for i in range(len(p)):
        p[i] += h
        right = f(p)
        p[i] -= 2 * h
        gradient[i] = (right - f(p)) / (2 * h)
    return gradient


@nudging.wrong("""
    Your nudges pile up: each forward nudge stays while the next number is measured. All other numbers have to stand
    still at their own values: make fresh copies of p for every i.
    """)
def one_copy_to_each_side(f, p, h):
    right, left = p.copy(), p.copy()
    gradient = np.zeros(len(p))
    for i in range(len(p)):
        right[i] += h
        left[i] -= h
        gradient[i] = (f(right) - f(left)) / (2 * h)
    return gradient


@nudging.wrong("""
    Every entry is exactly twice the slope. From p[i] − h to p[i] + h it is 2h: divide by that.
    """)
def twice_each(f, p, h):
    return 2 * numerical_gradient(f, p, h)


@nudging.wrong("""
    These are the changes of f, not yet slopes: divide each by 2h, the way between the two points.
    """)
def rises_alone(f, p, h):
    return 2 * h * numerical_gradient(f, p, h)


@nudging.wrong("""
    These are forward differences: you compare p with the point one nudge further on. They are off by something like
    h. Nudge to both sides and divide by 2h, and the error goes like h².
    """)
def forward_differences(f, p, h):
    return for_each(p, lambda i: (along(f, p, i, h)[0] - f(p)) / h)


@nudging.wrong("""
    Python reads `/ 2 * h` from left to right: it halves, and then multiplies by h. Put the run in brackets:
    `/ (2 * h)`.
    """)
def runs_without_brackets(f, p, h):
    return h**2 * numerical_gradient(f, p, h)


@nudging.wrong("""
    All signs are turned. A gradient points uphill: right height minus left height, in this order. (Against it is the
    way to go, and that minus belongs to the step.)
    """)
def downhill(f, p, h):
    return -numerical_gradient(f, p, h)


@nudging.wrong("""
    The gradient is right, and p is not quite what it was: you nudged p itself, and h forth, 2h back and h forth again
    end beside the start by what was rounded on the way. Work on copies, `p.copy()`, or note the number down before
    you move it, and put that back.
    """)
def put_back_by_adding(f, p, h):
    gradient = np.zeros(len(p))
    for i in range(len(p)):
        p[i] += h
        right = f(p)
        p[i] -= 2 * h
        gradient[i] = (right - f(p)) / (2 * h)
        p[i] += h
    return gradient


@nudging.wrong("""
    Everything is 0: `right = p` makes a second name for the same array, not a copy. So you nudged one array forth and
    back, and compared it with itself. Use `p.copy()`.
    """)
def second_name(f, p, h):
    gradient = np.zeros(len(p))
    for i in range(len(p)):
        right, left = p, p
        right[i] += h
        left[i] -= h
        gradient[i] = (f(right) - f(left)) / (2 * h)
    return gradient
