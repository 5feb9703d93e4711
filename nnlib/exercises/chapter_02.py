"""The exercises of chapter 2, the chain rule: rates along a path, across paths, and through whole layers at once."""

import numpy as np

from .bank import Exercise, function


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---- 2.1 ----

linked = Exercise(
    "2.1", "Two linked number lines", kind="predict", stars=1, minutes=5, returns="slope_u slope_L slope",
    statement=r"""
    Three number lines are linked. A point on the first is $x$; it moves $u = x^2 + 1$ on the second, and that moves
    $L = u^2$ on the third. The point $x$ stands at 3.

    With pencil and paper, or in your head: what is the slope of $u$ along $x$ (`slope_u`), of $L$ along $u$
    (`slope_L`), and of $L$ along $x$, through both (`slope`)? Put three numbers in place of the dots.""",
    hints=[
        "Place the points first: x is 3, so u is 10, and L is 100. A slope is taken at the number that enters the "
        "function.",
        "x² has the slope 2x, and the 1 that is added passes nothing on. u² has the slope 2u, and u is 10, not 3.",
        "Of a small nudge of x, so many times as much arrives at u; of that, so many times as much arrives at L. One "
        "after the other: multiply.",
    ],
    why="Along a chain slopes multiply: u moves 6 times as far as x, and L moves 20 times as far as u, so L moves 120 "
        "times as far as x. Nudge x from 3 to 3.001, and L goes from 100 to 100.120, to three decimals.",
)


@linked.stub
def predicted_slopes():
    slope_u = ...
    slope_L = ...
    slope = ...
    return slope_u, slope_L, slope


@linked.reference
def predicted_slopes():
    slope_u = 2 * 3
    slope_L = 2 * 10
    slope = slope_u * slope_L
    return slope_u, slope_L, slope


@linked.inputs
def draw(rng):
    yield ()


@linked.wrong("""
    Both slopes are right, and you added them. But the second line does not add its own motion to the first's, it
    magnifies what arrives: x moves by 0.001, so u moves by 0.006, and L by 20 times that. Twenty times six, not twenty
    and six.
    """)
def links_added():
    return 6, 20, 26


@linked.wrong("""
    Your last slope stops at u: 20 is how fast L moves for a move of u. But u itself moves 6 times as fast as x. Nudge x
    by 0.001, and u has moved by 0.006 already; that is what the 20 is applied to.
    """)
def first_link_dropped():
    return 6, 20, 20


@linked.wrong("""
    You took the slope of the second square at 3, where x stands. But it is u that is squared there, and u stands at 10.
    A slope belongs to the number that enters that very function: 2u is 20.
    """)
def second_link_at_x():
    return 6, 6, 36


@linked.wrong("""
    You put the slope of u into the slope of the square: 2 times 6. The slope of u² is taken where u stands, and u
    stands at 10. How fast u moves there comes in afterwards, as a factor.
    """)
def second_link_at_the_first_slope():
    return 6, 12, 72


@linked.wrong("""
    7 is the slope of x², which is 6, with the 1 of u = x² + 1 added to it. A constant lifts u by as much after the
    nudge as before it, so it makes no difference between the two: its slope is 0.
    """)
def constant_kept():
    return 7, 20, 140


@linked.wrong("""
    These are the places of the points: u is 10, L is 100. A slope compares two moves. Move x to 3.001, work out u
    again, and see how many thousandths it has moved: that number is `slope_u`.
    """)
def places_for_slopes():
    return 10, 100, 1000


@linked.wrong("""
    You took x and u themselves for the slopes of their squares. A square's slope is twice the number: from 3 to 3.001
    the square goes from 9 to 9.006, which is 6 for each unit of nudge, not 3.
    """)
def twos_forgotten():
    return 3, 10, 30


# ---- 2.2 ----

chain = Exercise(
    "2.2", "Any two functions", stars=1, minutes=6, returns="slope",
    statement=r"""
    Write the chain rule as a function. It gets two functions with their derivatives, the outer `f` and `df`, the
    inner `g` and `dg`, and a number `x`. It returns the slope of $f(g(x))$ at that $x$.

    Functions can be arguments like any others: `df(2.0)` is the slope of $f$ at 2.""",
    hints=[
        "Two things have to be found: how fast u = g(x) moves for a small move of x, and how fast f moves for a small "
        "move of u. Their product is the answer.",
        "The inner slope is `dg(x)`. The outer slope is one of f, and what goes into f is not x.",
        "Compute the point in the middle first, `u = g(x)`. The outer slope is `df(u)`.",
    ],
    why="Each slope is taken at what enters its function: x enters g, and g(x) enters f. Along the chain the two "
        "multiply.",
)


@chain.stub
def chain_rule(f, df, g, dg, x):
    ...  # your code


@chain.reference
def chain_rule(f, df, g, dg, x):
    u = g(x)
    return df(u) * dg(x)


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


@chain.inputs
def draw(rng):
    square, double = function("lambda x: x**2"), function("lambda x: 2 * x")
    curve = function("lambda x: 1 / (1 + np.exp(-x))")
    its_slope = function("lambda x: np.exp(-x) / (1 + np.exp(-x))**2")
    yield np.sin, np.cos, square, double, 1.5
    yield square, double, np.sin, np.cos, 0.5
    yield np.exp, np.exp, function("lambda x: 3 * x + 1"), function("lambda x: 3.0"), -0.3
    yield curve, its_slope, square, double, -1.2
    yield square, double, curve, its_slope, 2.0


@chain.wrong("""
    This is how fast f moves for a move of g(x). But the nudge is given to x, and g has passed on a larger or smaller
    one: the inner slope `dg(x)` is missing as a factor. It would be right only where g moves exactly as fast as x.
    """)
def inner_factor_dropped(f, df, g, dg, x):
    return df(g(x))


@chain.wrong("""
    You put the inner slope into the outer one, df(dg(x)). But f never sees how fast g moves; it is applied to where g
    is. Take the outer slope at g(x), and let the inner slope be a factor of its own.
    """)
def slope_of_the_slope(f, df, g, dg, x):
    return df(dg(x))


@chain.wrong("""
    There are two factors, and the inner one is right. The outer slope is taken at dg(x), at how fast g moves; it
    belongs at g(x), where g is, because that is the number that goes into f.
    """)
def outer_slope_at_the_inner_slope(f, df, g, dg, x):
    return df(dg(x)) * dg(x)


@chain.wrong("""
    There are two factors, and the inner one is right. The outer slope is taken at x, but what goes into f is g(x). On a
    curve the slope changes from place to place, so ask for it at the right one: df(g(x)).
    """)
def outer_slope_at_x(f, df, g, dg, x):
    return df(x) * dg(x)


@chain.wrong("""
    Both slopes are the right ones, and you added them. Along a path, one link magnifies what the link before it has
    passed on, so the rates multiply. Two links that each double a move make it 4 times as large; with a third link it
    would be 8, where adding says 6.
    """)
def slopes_added(f, df, g, dg, x):
    return df(g(x)) + dg(x)


@chain.wrong("""
    This is the slope of g(f(x)): you went through f first and then through g. In f(g(x)) the inner function is g; x
    goes into it, and what comes out goes into f. The two orders are different functions: the sine of a square is not
    the square of a sine.
    """)
def nested_the_other_way(f, df, g, dg, x):
    return dg(f(x)) * df(x)


@chain.wrong("""
    This is the slope of the product f(x)·g(x). Here f is not multiplied by g, it is applied to g's result: the number
    that comes out of g goes into f.
    """)
def product_rule_used(f, df, g, dg, x):
    return df(x) * g(x) + f(x) * dg(x)


@chain.wrong("""
    The inner slope is right, but it multiplies the value f(g(x)) where the slope df(g(x)) belongs. How high f is there
    says nothing about how fast it rises.
    """)
def outer_value_for_slope(f, df, g, dg, x):
    return f(g(x)) * dg(x)


@chain.wrong("""
    The outer slope is right, but you multiplied it by where g is, not by how fast it moves. The second factor is the
    inner slope, dg(x).
    """)
def inner_value_for_slope(f, df, g, dg, x):
    return df(g(x)) * g(x)


@chain.wrong("""
    This is the height of f(g(x)), and asked for is its slope: how much it changes for a small change of x.
    """)
def value_returned(f, df, g, dg, x):
    return f(g(x))


# ---- 2.3 ----

swish = Exercise(
    "2.3", "A product with a chain inside", kind="complete", stars=2, minutes=8, returns="slope",
    statement=r"""
    Some networks use the function *swish*, a number times a sigmoid of that same number, with a constant $\beta$:

    $$a = x \, \sigma(\beta x)$$

    It is a product, and its second factor is a chain of two functions: $z = \beta x$ first, then $s = \sigma(z)$.
    The code below works from the inside out. The forward half is there; complete the way back, one slope a line. In
    `da_dx` the letter $x$ counts in both places where it stands.""",
    hints=[
        "The sigmoid's slope is written in its own value: s·(1 − s). For `ds_dx` one more link follows, from z back to "
        "x, and z = β·x moves β times as fast as x.",
        "a = x·s is a product of two things that both move with x. Let each move in turn while the other stands still, "
        "and add the two rates.",
        "When only the first x moves, a changes at the rate s. When only s moves, a changes at the rate x times "
        "`ds_dx`.",
    ],
    why="x reaches a along two paths, directly and through the sigmoid. Multiply along the second, and add the two: "
        "that is all the product rule says.",
)


@swish.stub
def swish_slope(x, beta):
    z = beta * x
    s = 1 / (1 + np.exp(-z))
    # now backward
    ds_dz = ...  # through the sigmoid
    ds_dx = ...  # and on through z
    da_dx = ...  # a = x * s
    return da_dx


@swish.reference
def swish_slope(x, beta):
    z = beta * x
    s = 1 / (1 + np.exp(-z))
    # now backward
    ds_dz = s * (1 - s)
    ds_dx = ds_dz * beta
    da_dx = s + x * ds_dx
    return da_dx


@swish.inputs
def draw(rng):
    yield 1.5, 2.0
    yield -0.5, 3.0
    yield 2.0, -0.7
    for _ in range(3):
        x, beta = rng.uniform(0.5, 2, 2).round(1) * rng.choice([-1, 1], 2)
        yield float(x), float(beta)


@swish.wrong("""
    The link from x to z has the slope β, not x: z = β·x moves β times as fast as x. (x is how fast z would move with
    β.) So `ds_dx = ds_dz * beta`.
    """)
def other_factor(x, beta):
    s = sigmoid(beta * x)
    return s + x * s * (1 - s) * x


@swish.wrong("""
    You multiplied the slopes of the two factors, 1 and `ds_dx`. The slope of a product is not the product of the
    slopes: x·x would then have the slope 1·1 = 1 everywhere, and it has 2x. Each factor moves while the other stands
    still, and the two rates are added: `s + x * ds_dx`.
    """)
def slopes_multiplied(x, beta):
    s = sigmoid(beta * x)
    return beta * s * (1 - s)


@swish.wrong("""
    The product rule is right, but the chain inside lost a link: between s and x stands z = β·x, which moves β times as
    fast as x. So `ds_dx` is `ds_dz * beta`. With β = 1 nobody would notice.
    """)
def beta_dropped(x, beta):
    s = sigmoid(beta * x)
    return s + x * s * (1 - s)


@swish.wrong("""
    You let the first x move and held the sigmoid still, as if s were a constant. But s contains x as well, so a second
    rate has to be added: `x * ds_dx`.
    """)
def sigmoid_held_still(x, beta):
    return sigmoid(beta * x)


@swish.wrong("""
    You let the sigmoid move and held the first x still. That x moves, too: when x alone moves, a = x·s changes at the
    rate s. Add it.
    """)
def first_factor_held_still(x, beta):
    s = sigmoid(beta * x)
    return x * beta * s * (1 - s)


@swish.wrong("""
    You added the slopes of the two factors, 1 and `ds_dx`. That is the slope of the sum x + s. In a product each slope
    is weighted by the other factor: a move of x counts s times, and a move of s counts x times.
    """)
def slopes_of_a_sum(x, beta):
    s = sigmoid(beta * x)
    return 1 + beta * s * (1 - s)


@swish.wrong("""
    Each slope is paired with its own factor: x with x's slope 1, and s with `ds_dx`. It is the other factor that
    counts. When x moves by a little, the area x times s grows by a strip as long as s.
    """)
def paired_with_itself(x, beta):
    s = sigmoid(beta * x)
    return x + s * beta * s * (1 - s)


@swish.wrong("""
    The two terms are right, but you took their difference. A minus belongs to a quotient; in a product both factors
    push the same way, and the rates are added.
    """)
def terms_subtracted(x, beta):
    s = sigmoid(beta * x)
    return s - x * beta * s * (1 - s)


@swish.wrong("""
    You put s into the sigmoid once more. s·(1 − s) is written in the sigmoid's value, and s is that value already.
    """)
def sigmoid_applied_twice(x, beta):
    s = sigmoid(beta * x)
    return s + x * beta * sigmoid_slope(s)


@swish.wrong("""
    You took z·(1 − z) for the sigmoid's slope. The short formula is written in what comes out of the sigmoid, s, not in
    what goes in: s·(1 − s).
    """)
def slope_in_z(x, beta):
    z = beta * x
    return sigmoid(z) + x * beta * z * (1 - z)


@swish.wrong("""
    You took the sigmoid's slope at x, but the sigmoid is applied to z = β·x. The outer slope belongs where the outer
    function is used; s = σ(z) is in your hands already, so s·(1 − s) is all you need.
    """)
def slope_at_x(x, beta):
    return sigmoid(beta * x) + x * beta * sigmoid_slope(x)


# ---- 2.4 ----

shuffled = Exercise(
    "2.4", "The way back, shuffled", kind="order", stars=2, minutes=8, returns="dx du dv ds",
    statement=r"""
    Here is a graph whose paths part at $u$ and meet again:

    $$u = x^2 \qquad v = 3u \qquad s = \sin u \qquad L = v \cdot s$$

    The forward pass below is in order. The five lines of the backward pass have been shuffled; each adds to a slope
    what comes back along one arrow of the graph. Move them, changing nothing else, so that the function
    returns the slopes of $L$ along $x$, $u$, $v$ and $s$. No line raises an error in any order: a wrong one
    gives wrong numbers, and nothing else tells you. (In JupyterLab, Alt and an arrow key move a line.)""",
    hints=[
        "Start at L, whose slope along itself is 1, and ask which lines need nothing but `dL`. Those two come first.",
        "A line that uses `du` hands on what has reached u so far. So it has to wait until everything has arrived at "
        "u, and u is used in two places.",
        "First `dv` and `ds`, in either order; then both lines that add to `du`; last `dx`.",
    ],
    why="Backward, a box may hand on its slope only when all that it feeds has reported back. Walking the forward pass "
        "in reverse sees to that by itself, because whatever uses a value was computed after it.",
)


@shuffled.stub
def backward_walk(x):
    u = x**2
    v = 3 * u
    s = np.sin(u)
    L = v * s
    dx = du = dv = ds = 0.0
    dL = 1.0
    # move the five lines below
    dx += du * 2 * x
    du += dv * 3
    ds += dL * v
    dv += dL * s
    du += ds * np.cos(u)
    return dx, du, dv, ds


@shuffled.reference
def backward_walk(x):
    u = x**2
    v = 3 * u
    s = np.sin(u)
    L = v * s
    dx = du = dv = ds = 0.0
    dL = 1.0
    # move the five lines below
    dv += dL * s
    ds += dL * v
    du += dv * 3
    du += ds * np.cos(u)
    dx += du * 2 * x
    return dx, du, dv, ds


def arrivals(x):
    """What arrives at v and s, and what each sends back to u."""
    u = x**2
    dv, ds = np.sin(u), 3 * u
    return dv, ds, 3 * dv, ds * np.cos(u)


@shuffled.inputs
def draw(rng):
    for x in (0.5, 1.5, -0.8, 1.2, -2.1):
        yield (x,)


@shuffled.wrong("""
    `dx` is 0: its line runs before anything has come back to u, and hands on the 0 that `du` began with. x is the start
    of the graph, so on the way back it comes last.
    """)
def x_served_first(x):
    dv, ds, from_v, from_s = arrivals(x)
    return 0.0, from_v + from_s, dv, ds


@shuffled.wrong("""
    `du` is complete in the end, but `dx` is not: its line stands between the two that add to `du`, when only what comes
    through v has arrived. u is used twice, so it has to hear from both v and s before it hands anything on.
    """)
def x_served_before_s_reported(x):
    dv, ds, from_v, from_s = arrivals(x)
    return from_v * 2 * x, from_v + from_s, dv, ds


@shuffled.wrong("""
    `du` is complete in the end, but `dx` is not: its line stands between the two that add to `du`, when only what comes
    through s has arrived. u is used twice, so it has to hear from both v and s before it hands anything on.
    """)
def x_served_before_v_reported(x):
    dv, ds, from_v, from_s = arrivals(x)
    return from_s * 2 * x, from_v + from_s, dv, ds


@shuffled.wrong("""
    The path through v is lost: the line that sends `dv` on to u runs before `dv` has its value, and sends a 0. A slope
    has to arrive before it is handed on: `dv += dL * s` comes before `du += dv * 3`.
    """)
def v_handed_on_too_early(x):
    dv, ds, from_v, from_s = arrivals(x)
    return from_s * 2 * x, from_s, dv, ds


@shuffled.wrong("""
    The path through s is lost: the line that sends `ds` on to u runs before `ds` has its value, and sends a 0. A slope
    has to arrive before it is handed on: `ds += dL * v` comes before `du += ds * np.cos(u)`.
    """)
def s_handed_on_too_early(x):
    dv, ds, from_v, from_s = arrivals(x)
    return from_v * 2 * x, from_v, dv, ds


@shuffled.wrong("""
    `dv` and `ds` are right, and nothing has come further: the lines that add to `du` run before those two have their
    values. This is the order of the forward pass, from x on. Backward begins at the other end, at L.
    """)
def forward_order(x):
    dv, ds, from_v, from_s = arrivals(x)
    return 0.0, 0.0, dv, ds


@shuffled.wrong("""
    Two lines run too early. `dx` is 0 because its line runs before anything has reached u, and the path through v is
    missing from `du` because `dv` was still 0 when it was sent on. Ask of each line: has everything that it uses
    arrived?
    """)
def x_first_and_v_too_early(x):
    dv, ds, from_v, from_s = arrivals(x)
    return 0.0, from_s, dv, ds


@shuffled.wrong("""
    Two lines run too early. `dx` is 0 because its line runs before anything has reached u, and the path through s is
    missing from `du` because `ds` was still 0 when it was sent on. Ask of each line: has everything that it uses
    arrived?
    """)
def x_first_and_s_too_early(x):
    dv, ds, from_v, from_s = arrivals(x)
    return 0.0, from_v, dv, ds


# ---- 2.5 ----

accumulate = Exercise(
    "2.5", "A bug where paths meet", kind="repair", stars=2, minutes=8, returns="slopes",
    statement=r"""
    A computation graph can be written as a list of its arrows. The boxes are numbered in the order in which they are
    computed, and an arrow `(start, end, local)` says that box `end` uses box `start`, with the local slope `local`.
    The list is sorted by `end`.

    The function below walks the list backward. For each of the `n` boxes it should give the slope of the last box
    along it, all in one array. On every chain it was tried on, it was right. On the diamond of the example, whose two
    paths lead from box 0 through box 1 and through box 2 to box 3, it is wrong. Find the bug and mend it; one
    character is enough.""",
    hints=[
        "Work the example by hand. One path has the local slopes 2 and 5, the other 3 and −1. What should box 0 get, "
        "and what does the function give it?",
        "Follow `slope[0]` through the loop. Two arrows start at box 0, so the line runs twice for it. What is left of "
        "the first time after the second?",
        "Multiply along a path, add across paths: what comes back along an arrow has to be added to what has come back "
        "before.",
    ],
    why="Each arrow that leaves a box is one more way in which it moves the end, and the moves add up. Even x·x has "
        "two such arrows, both from x; with = in place of += its slope would come out as x, and it is 2x.",
)


@accumulate.stub
def slopes_back(n, arrows):
    slope = np.zeros(n)
    slope[-1] = 1.0
    for start, end, local in reversed(arrows):
        slope[start] = slope[end] * local
    return slope


@accumulate.reference
def slopes_back(n, arrows):
    slope = np.zeros(n)
    slope[-1] = 1.0
    for start, end, local in reversed(arrows):
        slope[start] += slope[end] * local
    return slope


def walk_back(n, arrows, arrive, begin=0.0):
    """The walk back, with arrive(old, handed, local) for the new slope of the box where an arrow starts."""
    slope = np.full(n, begin)
    slope[-1] = 1.0
    for start, end, local in reversed(arrows):
        slope[start] = arrive(slope[start], slope[end], local)
    return slope


@accumulate.inputs
def draw(rng):
    yield 4, [(0, 1, 2.0), (0, 2, 3.0), (1, 3, 5.0), (2, 3, -1.0)]
    yield 3, [(0, 1, 3.0), (1, 2, -2.0)]                        # a chain
    yield 2, [(0, 1, 3.0), (0, 1, 3.0)]                         # x · x at x = 3
    yield 5, [(0, 1, 2.0), (0, 2, -1.0), (1, 2, 0.5), (1, 3, 4.0), (2, 3, 3.0), (0, 4, 1.5), (3, 4, -2.0)]


@accumulate.wrong("""
    Each box keeps only what came back along one of its arrows, the last that the loop met; what had come back before is
    overwritten. A box with two arrows has two ways to move the end, and its slope is their sum.
    """)
def last_path_kept(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: handed * local)


@accumulate.wrong("""
    Each box keeps what came back along the first of its arrows and ignores what comes later. A box with two arrows has
    two ways to move the end, and its slope is the sum of both.
    """)
def first_path_kept(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: old or handed * local)


@accumulate.wrong("""
    You multiply by what a box has already, and every box begins with 0: 0 times anything stays 0, so nothing comes back
    at all. And what comes back along different paths should be added, not multiplied.
    """)
def multiplied_into_zero(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: old * handed * local)


@accumulate.wrong("""
    You multiply across paths: where two of them meet, what one brings is multiplied with what the other brings. Slopes
    multiply along one path, where each box passes on its share of what it gets. Two paths side by side each make their
    own move of the end, and the moves add up.
    """)
def multiplied_across_paths(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: old * handed * local, begin=1.0)


@accumulate.wrong("""
    You add the local slope to what the next box hands back. Along a path, slopes multiply: a move that one arrow makes
    2 times as large and the next 5 times is 10 times as large in the end, not 7. Only what comes back along different
    paths is added.
    """)
def added_along_a_path(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: old + handed + local)


@accumulate.wrong("""
    You add up the local slopes of the arrows that leave each box and never multiply them by what the box at the other
    end hands back. That is how much the next boxes move, not the last one.
    """)
def local_slopes_only(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: old + local)


@accumulate.wrong("""
    Your loop runs from the first arrow to the last. Then an arrow is used before anything has come back to its end, and
    hands on a 0; only the arrows into the last box count. Walk the list in reverse: what is computed last has its slope
    first.
    """)
def not_reversed(n, arrows):
    slope = np.zeros(n)
    slope[-1] = 1.0
    for start, end, local in arrows:
        slope[start] += slope[end] * local
    return slope


@accumulate.wrong("""
    You walk forward from box 0. What you get is how fast every box moves when box 0 moves. Asked for is how fast the
    last box moves when each of the others does: start there with a 1, and carry it back along each arrow, from `end` to
    `start`.
    """)
def forward_from_the_first(n, arrows):
    slope = np.zeros(n)
    slope[0] = 1.0
    for start, end, local in arrows:
        slope[end] += slope[start] * local
    return slope


@accumulate.wrong("""
    You take the mean over the arrows that leave a box, as if they shared one move between them. They do not: a move of
    the box goes down every path at once, in full. Add.
    """)
def mean_over_paths(n, arrows):
    leaving = np.bincount([start for start, _, _ in arrows], minlength=n)
    slope = np.zeros(n)
    slope[-1] = 1.0
    for start, end, local in reversed(arrows):
        slope[start] += slope[end] * local / leaving[start]
    return slope


@accumulate.wrong("""
    You keep the largest of what comes back and drop the rest. The paths are no rivals: each of them moves the end, and
    the moves add up, signs and all.
    """)
def strongest_path_kept(n, arrows):
    return walk_back(n, arrows, lambda old, handed, local: max(old, handed * local, key=abs))


# ---- 2.6 ----

depth = Exercise(
    "2.6", "A tall stack of sigmoids", stars=2, minutes=10, returns="slope", atol=1e-13,
    statement=r"""
    Stack sigmoids: $a_0 = x$, then $a_1 = \sigma(w_1 a_0)$, $a_2 = \sigma(w_2 a_1)$, and so on, one for each number in
    the list `weights`. Write a function that returns the slope of the last $a$ along $x$. The list can have any
    length. Once yours passes, try it with ten weights of 1, then with ten of 4.""",
    hints=[
        "Go up the stack with a loop, and take the slope along: it begins with 1, because x moves exactly as fast as "
        "x.",
        "One layer is a chain of two functions, z = w·a and the sigmoid. So the slope is multiplied by two factors at "
        "each layer.",
        "In the loop: `a = sigmoid(w * a)` with a sigmoid of your own, then the slope times w·a·(1 − a), where a is "
        "the new one.",
    ],
    why="Each layer multiplies the slope by w·a·(1 − a), and a·(1 − a) is a quarter at most. Ten layers with weight 1 "
        "leave less than 0.25 to the power of ten, about a millionth. Small factors are not harmless when they come in "
        "a row. And larger weights are no cure: ten of 4 leave even less, since they drive z to where the sigmoid is "
        "flat.",
)


@depth.stub
def slope_through(x, weights):
    ...  # your code


@depth.reference
def slope_through(x, weights):
    a, slope = x, 1.0
    for w in weights:
        a = 1 / (1 + np.exp(-w * a))
        slope = slope * w * a * (1 - a)
    return slope


def stack(x, weights):
    """The activations of the stack, x first."""
    a = [x]
    for w in weights:
        a.append(sigmoid(w * a[-1]))
    return np.array(a)


@depth.inputs
def draw(rng):
    yield 1.0, [2.0, -1.5, 3.0]
    yield -0.5, [2.5]
    yield 0.5, [1.0] * 10
    yield 1.2, [-3.0, 2.0, 1.5, -0.8, 2.2]


@depth.wrong("""
    You added up the layers' slopes. The layers stand one behind the other on a single path, and each makes smaller what
    the one before has passed on: their slopes multiply.
    """)
def layers_added(x, weights):
    a = stack(x, weights)
    return (np.array(weights) * a[1:] * (1 - a[1:])).sum()


@depth.wrong("""
    The weights are missing. A layer is a chain of two functions: first z = w·a, which moves w times as fast as a, then
    the sigmoid. With every weight 1 your answer would be right.
    """)
def weights_forgotten(x, weights):
    a = stack(x, weights)
    return (a[1:] * (1 - a[1:])).prod()


@depth.wrong("""
    You multiplied the weights and left out the sigmoids' slopes. Those are small factors, a quarter at most, and they
    come once in every layer: over ten layers they make the result a million times smaller and more.
    """)
def sigmoid_slopes_forgotten(x, weights):
    return np.prod(weights)


@depth.wrong("""
    This is the slope of the last layer alone. A nudge of x reaches it through all the layers before, and each of them
    is one more factor.
    """)
def last_layer_only(x, weights):
    a = stack(x, weights)
    return weights[-1] * a[-1] * (1 - a[-1])


@depth.wrong("""
    This is the slope of the first layer alone. What it passes on goes through all the layers after it, and each of them
    is one more factor.
    """)
def first_layer_only(x, weights):
    a = stack(x, weights)
    return weights[0] * a[1] * (1 - a[1])


@depth.wrong("""
    You took a quarter for every sigmoid's slope. That is the largest that it can be, reached only where the sigmoid is
    entered with 0. Your number is a bound for the slope, a good one to remember; the slope itself takes a·(1 − a) at
    each layer's own a.
    """)
def a_quarter_each(x, weights):
    return np.prod(weights) * 0.25 ** len(weights)


@depth.wrong("""
    The factor a·(1 − a) belongs to the a that comes out of a layer, and you took the one that goes in. In the loop,
    compute the new a first, then its slope. One sign that something was off: with x = 1 your slope is 0.
    """)
def slope_in_what_goes_in(x, weights):
    a = stack(x, weights)
    return (np.array(weights) * a[:-1] * (1 - a[:-1])).prod()


@depth.wrong("""
    You put a into the sigmoid once more before taking a·(1 − a). That a has been through the sigmoid already.
    """)
def sigmoid_twice(x, weights):
    a = stack(x, weights)
    return (np.array(weights) * sigmoid_slope(a[1:])).prod()


@depth.wrong("""
    You took every sigmoid's slope at x. Only the first layer sees x; each later one sees what the layer before it has
    made. Take the slope of each where it is used.
    """)
def every_slope_at_x(x, weights):
    return np.prod([w * sigmoid_slope(w * x) for w in weights])


@depth.wrong("""
    You used the last layer's factor for all layers. The layers stand at different places of the sigmoid, and have
    different weights, so each has a factor of its own.
    """)
def one_factor_for_all(x, weights):
    a = stack(x, weights)
    return (weights[-1] * a[-1] * (1 - a[-1])) ** len(weights)


@depth.wrong("""
    This is the value at the top of the stack. Asked for is how fast it moves for a small move of x.
    """)
def top_of_the_stack(x, weights):
    return stack(x, weights)[-1]


# ---- 2.7 ----

row_back = Exercise(
    "2.7", "A row through two layers", stars=3, minutes=12, returns="dx",
    statement=r"""
    A network of two layers without biases takes the numbers $x$ to the output $\hat y$:

    $$z = W_1 x \qquad a = \operatorname{act}(z) \qquad \hat y = W_2\, a$$

    Here act, the *activation function*, bends each number of $z$ by itself, as a sigmoid does, and the numbers in the
    middle are called *hidden units*.

    The row `dy_hat` comes back to the output: the slopes of the loss along its $n_\text{out}$ numbers. Carry it back
    to $x$. You get `W2` of shape `(n_out, n_hidden)`, the activation's slopes at each hidden unit,
    `slopes`, with `n_hidden` numbers, and `W1` of shape `(n_hidden, n_in)`. Return `dx`, one number for each number of
    $x$.

    The three widths differ in general. Where they are equal, many wrong orders run without a complaint.""",
    hints=[
        "Going back, the layers come in the opposite order: first through W2, then through the activation, then "
        "through W1. At each stop, write down how many numbers you hold.",
        "One number of a reaches every output: `da` for hidden unit j is the sum over i of `dy_hat[i] * W2[i, j]`. "
        "That is the row times the matrix W2.",
        "`da = dy_hat @ W2`; the activation acts on each unit alone, so `dz = da * slopes`; and one more row times "
        "matrix.",
    ],
    why="The chain rule multiplies Jacobians: W2, a diagonal matrix with the slopes, and W1. Taken as a row from the "
        "left, no product is ever larger than a vector. The order is that of the way back, and the widths tell it: "
        "outputs, hidden units, inputs.",
)


@row_back.stub
def back_to_input(dy_hat, W2, slopes, W1):
    ...  # your code


@row_back.reference
def back_to_input(dy_hat, W2, slopes, W1):
    da = dy_hat @ W2
    dz = da * slopes
    dx = dz @ W1
    return dx


@row_back.inputs
def draw(rng):
    yield (np.array([1.0, -2.0]), np.array([[2.0, 1.0], [0.0, -1.0]]), np.array([0.5, 0.2]),
           np.array([[1.0, 4.0], [-1.0, 2.0]]))
    for n_out, n_hidden, n_in in [(3, 3, 3), (3, 2, 2), (2, 2, 4), (1, 4, 3), (2, 5, 3)]:
        W2, W1 = rng.normal(size=(n_out, n_hidden)), rng.normal(size=(n_hidden, n_in))
        yield rng.normal(size=n_out).round(2), W2.round(2), rng.uniform(0.1, 0.9, n_hidden).round(2), W1.round(2)


@row_back.wrong("""
    You went through W1 first. Going back, the layers come in the opposite order: `dy_hat` has a number for each output,
    and those are the rows of W2. On square matrices both orders run, and give different numbers.
    """)
def first_layer_first(dy_hat, W2, slopes, W1):
    return dy_hat @ W1 * slopes @ W2


@row_back.wrong("""
    Both matrices are turned over. `dy_hat @ W2.T` is the same as `W2 @ dy_hat`, and that sends numbers the way of the
    forward pass, from hidden units to outputs. Going back, the row meets the matrix as it stands, `dy_hat @ W2`; as a
    column it would be `W2.T @ dy_hat`. One turn or none, depending on the side, and you took both.
    """)
def both_transposed(dy_hat, W2, slopes, W1):
    return dy_hat @ W2.T * slopes @ W1.T


@row_back.wrong("""
    W2 is crossed the way it should be, but W1 is transposed. Both layers are crossed in the same manner: `dz @ W1`,
    whose result has one number for each input.
    """)
def first_layer_transposed(dy_hat, W2, slopes, W1):
    return dy_hat @ W2 * slopes @ W1.T


@row_back.wrong("""
    W1 is crossed the way it should be, but W2 is transposed. Both layers are crossed in the same manner: `dy_hat @ W2`,
    whose result has one number for each hidden unit.
    """)
def second_layer_transposed(dy_hat, W2, slopes, W1):
    return dy_hat @ W2.T * slopes @ W1


@row_back.wrong("""
    The slopes of the activation are missing. Between the two matrices each hidden unit has bent its number, and a move
    of z moves a by only `slopes` times as much: multiply by it between W2 and W1.
    """)
def slopes_forgotten(dy_hat, W2, slopes, W1):
    return dy_hat @ W2 @ W1


@row_back.wrong("""
    The slopes come too early. They belong to the hidden units, and `dy_hat` is about the outputs: carry it through W2
    first, then multiply by the slopes. The two orders can be confused only where there are as many outputs as units.
    """)
def slopes_at_the_output(dy_hat, W2, slopes, W1):
    return dy_hat * slopes @ W2 @ W1


@row_back.wrong("""
    The slopes come too late. They belong to the hidden units, between W2 and W1; after W1 the numbers are about the
    inputs. The two can be confused only where there are as many inputs as units.
    """)
def slopes_at_the_input(dy_hat, W2, slopes, W1):
    return dy_hat @ W2 @ W1 * slopes


@row_back.wrong("""
    You added the slopes. On the way through an activation a move is magnified or made smaller, so its slope is a
    factor, like every other local slope along a path.
    """)
def slopes_added_on(dy_hat, W2, slopes, W1):
    return (dy_hat @ W2 + slopes) @ W1


@row_back.wrong("""
    `dy_hat` is missing: you added up the rows of W2 as if the loss moved by 1 with each output. How much it does move
    is what `dy_hat` says.
    """)
def outputs_count_alike(dy_hat, W2, slopes, W1):
    return W2.sum(0) * slopes @ W1


@row_back.wrong("""
    This is the whole Jacobian: how each output moves with each input. The loss needs less: the row `dy_hat` times this
    matrix. Start with the row, and you never have to build the matrix.
    """)
def whole_jacobian(dy_hat, W2, slopes, W1):
    return W2 * slopes @ W1


# ---- 2.8 ----

softmax_back = Exercise(
    "2.8", "Back through softmax", stars=3, minutes=12, returns="dz",
    statement=r"""
    Softmax turns the scores $z$ into probabilities $p_i = e^{z_i} / \sum_j e^{z_j}$. They share one total, so each
    $z_j$ moves all of them. Lesson 2.3 found its Jacobian:

    $$
    \frac{\partial p_i}{\partial z_j} =
    \begin{cases} p_i (1 - p_i) & i = j \\ -p_i \, p_j & i \ne j \end{cases}
    $$

    Given the probabilities `p` and the row `dp`, which says how much a loss moves with each of them, return
    `dz`: how much it moves with each $z_j$. Building the matrix is fine; it can be done without.""",
    hints=[
        "dz[j] is the sum over all i of dp[i] times the slope of p[i] along z[j]. The term with i = j is one of a "
        "kind, all the others look alike.",
        "Write p[i]·(1 − p[i]) as p[i] − p[i]·p[i]. Now the second part looks the same whether i = j or not, and the "
        "matrix is `np.diag(p) - np.outer(p, p)`.",
        "Take out the factor p[j]: dz[j] is p[j] times the difference of dp[j] and one number that is the same for all "
        "j, the sum of dp[i]·p[i].",
    ],
    why="Each score moves its own probability up and all others down, so that their sum stays 1. What counts is how "
        "much dp[j] differs from the mean of dp, weighted by p: if the loss moved equally with every probability, dz "
        "would be 0.",
)


@softmax_back.stub
def back_through_softmax(p, dp):
    ...  # your code


@softmax_back.reference
def back_through_softmax(p, dp):
    return p * (dp - dp @ p)


@softmax_back.inputs
def draw(rng):
    yield np.array([0.5, 0.3, 0.2]), np.array([1.0, -2.0, 1.5])
    yield np.array([0.9, 0.1]), np.array([0.0, -3.0])
    for n in (4, 5, 3):
        p = rng.uniform(0.5, 3, n)
        yield p / p.sum(), rng.normal(size=n).round(1)


@softmax_back.wrong("""
    You used the diagonal alone, p·(1 − p), as if each score moved its own probability and no other. But the
    probabilities share one total: when one goes up, all others go down, by p[i]·p[j] each. Those moves reach the loss,
    too.
    """)
def diagonal_only(p, dp):
    return dp * p * (1 - p)


@softmax_back.wrong("""
    Every number has the wrong sign. On the diagonal the slope is p·(1 − p), which is positive: more of a score makes
    its own probability larger.
    """)
def softmax_sign_turned(p, dp):
    return p * (dp @ p - dp)


@softmax_back.wrong("""
    The minus between different classes is missing. When one score grows, its own probability rises and the others fall
    to make room: off the diagonal the slope is −p[i]·p[j].
    """)
def others_rise_too(p, dp):
    return dp * p * (1 - p) + p * (dp @ p - dp * p)


@softmax_back.wrong("""
    Your matrix is diag(p) minus p in every row. Off the diagonal two probabilities meet, the one that moves and the one
    of the score: −p[i]·p[j]. In NumPy that is `np.outer(p, p)`.
    """)
def p_for_the_outer_product(p, dp):
    return (np.diag(p) - p) @ dp


@softmax_back.wrong("""
    You let each score move only the numerator of its own fraction. It stands in the denominator of all fractions as
    well, and through that it lowers every probability: the sum of dp[i]·p[i] has to come off inside the bracket.
    """)
def numerator_only(p, dp):
    return p * dp


@softmax_back.wrong("""
    You subtracted the plain mean of `dp`. What comes off is the mean weighted by the probabilities, the sum of
    dp[i]·p[i]: a class that is hardly likely hardly counts.
    """)
def plain_mean_subtracted(p, dp):
    return p * (dp - dp.mean())


@softmax_back.wrong("""
    You subtracted the plain sum of `dp`, as a matrix diag(p) minus p in every column does. Each term of that sum has a
    factor p[i] of its own: what comes off is the sum of dp[i]·p[i].
    """)
def plain_sum_subtracted(p, dp):
    return p * (dp - dp.sum())


@softmax_back.wrong("""
    The bracket is right, and its factor p[j] is missing: a score whose class is hardly likely moves hardly anything.
    """)
def factor_missing(p, dp):
    return dp - dp @ p


@softmax_back.wrong("""
    This is the Jacobian, all slopes of p along z. It is right, and the loss needs one step more: the row `dp` times
    this matrix.
    """)
def jacobian_returned(p, dp):
    return np.diag(p) - np.outer(p, p)


@softmax_back.wrong("""
    p − y is where softmax and the loss −log p lead together, with y the target. Here `dp` is no target but any row that
    comes back, so the softmax has to be crossed by itself.
    """)
def shortcut_of_cross_entropy(p, dp):
    return p - dp
