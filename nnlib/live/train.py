"""Training in the page: which loss goes down, by which optimiser, and the buttons for it."""
from .. import optim
from .batches import Counter
from .controls import Leaf
from .trace import number

OPTIONS = {  # what js/optim.js takes from each optimiser
    optim.SGD: ("momentum", "weight_decay", "nesterov"),
    optim.RMSprop: ("alpha", "eps", "weight_decay", "momentum"),
    optim.Adam: ("betas", "eps", "weight_decay"),
    optim.AdamW: ("betas", "eps", "weight_decay"),
}


class Train:
    """Buttons that minimise `loss` with the lesson's own optimiser, beside the step number and the loss in words.

    rivals: more optimisers, each with parameters and a learning rate of its own, that take their steps alongside; the
    loss is then the sum of what each of them lowers.
    lr: a slider in place of the optimiser's own learning rate.
    batch: the counter that live.batches made, if the loss is that of a mini-batch.
    step, play: which buttons there are; label: the text of the first.  until: playing pauses there.
    autoplay: plays once in view, unless the reader wants no motion.
    Raises ValueError for an optimiser that the page does not know or that has made steps already.
    """

    def __init__(self, loss, optimizer, *rivals, lr=None, batch=None, step=True, play=True,
                 label="Gradient step", steps_per_frame=1, until=None, autoplay=False):
        if loss.data.size != 1:
            raise ValueError(
                f"training lowers a single number, but this loss has shape {loss.shape}: reduce it with .mean()"
            )
        self.optimizers = [optimizer, *rivals]
        for each in self.optimizers:
            _check(each)
        params = [id(p) for each in self.optimizers for p in each.params]
        if len(set(params)) < len(params):
            raise ValueError("two of these optimisers move the same parameter: rivals need parameters of their own")
        if rivals and lr is not None:
            raise ValueError("lr= is the rate of one optimiser: rivals have their own, so leave it out")
        if lr is not None and not isinstance(lr, Leaf):
            raise TypeError(
                'lr= takes a slider, as live.slider("η", 0.01, 1, 0.1, log=True); a fixed rate belongs to the optimiser'
            )
        if batch is not None and not isinstance(batch, Counter):
            raise TypeError("batch= takes the counter that live.batches returns first: batch, x, y = live.batches(…)")
        if autoplay and not play:
            raise ValueError("autoplay=True needs play=True: a reader must be able to pause what moves by itself")
        self.loss, self.lr, self.batch = loss, lr, batch
        self.buttons = {
            "step": label if step else None,
            "play": play,
            "until": until,
            "autoplay": autoplay,
            "perFrame": steps_per_frame,
        }

    def tensors(self):
        yield self.loss
        for optimizer in self.optimizers:
            yield from optimizer.params
        yield from (t for t in (self.lr, self.batch) if t is not None)

    def spec(self, ids):
        first, *rivals = [_rule(optimizer, ids) for optimizer in self.optimizers]
        slider = {} if self.lr is None else {"lr": {"node": ids[self.lr]}}
        batch = {} if self.batch is None else {"batch": {"node": ids[self.batch], "count": self.batch.count}}
        return {
            "loss": ids[self.loss],
            **first,
            **slider,
            **batch,
            **({"rivals": rivals} if rivals else {}),
            **{name: v for name, v in self.buttons.items() if v is not None and v is not False},
        }


def _rule(optimizer, ids):
    """An optimiser as js/optim.js wants it."""
    values = {name: getattr(optimizer, name) for name in OPTIONS[type(optimizer)]}
    return {
        "params": [ids[p] for p in optimizer.params],
        "rule": type(optimizer).__name__,
        "lr": number(optimizer.lr),
        **{name: list(v) if isinstance(v, tuple) else v for name, v in values.items()},
    }


def _check(optimizer):
    if type(optimizer) not in OPTIONS:
        names = ", ".join(kind.__name__ for kind in OPTIONS)
        raise ValueError(f"the page cannot train with {type(optimizer).__name__}: take nnlib's {names}")
    if optimizer.steps:
        raise ValueError(
            f"this optimiser has made {optimizer.steps} steps already, and the page starts anew: "
            "give the figure a new one"
        )
