"""The playground: a small network to set up, train and take apart, in JupyterLab and in the built page."""
import numpy as np
import traitlets

from .page import STATIC, Live, attribute, compact
from .playground_picture import picture
from .playground_run import SPAN, Generator, Run, clean, datasets, directions, fill, network
from .playground_settings import BY_NAME, DEEPEST, DIGITS, LARGEST, MARK, SETTINGS, WIDEST, read, write
from .trace import number

GRID = [-SPAN, SPAN, 41]  # of the pictures: from, to, how many
ROOM = '<div class="np-room" aria-hidden="true"></div>'  # of what the script will put around the picture


class Playground(Live):
    """A widget where there is a kernel, and a piece of HTML where there is none.  `live.playground` makes it.

    settings: what the reader has set.  data(), model() and run() turn it into nnlib.
    """

    _esm = (STATIC / "playground.js").read_text(encoding="utf-8") + "\nexport default { render: nnPlayground.render }"
    _css = Live._css + (STATIC / "playground.css").read_text(encoding="utf-8")
    address = traitlets.Unicode().tag(sync=True)
    weights = traitlets.List().tag(sync=True)

    def __init__(self, address="", caption=None):
        self.caption, self.first = caption, read(address)
        self.alt = _alt(self.first)
        self.initial = compact(self._spec())
        self.picture = picture(self.first)
        super().__init__(spec=self.initial, address=write(self.first))

    @traitlets.validate("address")
    def _readable(self, proposal):
        return write(read(proposal.value))

    @property
    def settings(self):
        return read(self.address)

    @property
    def link(self):
        """What to put behind the address of the book's page to see these settings there."""
        return MARK + self.address

    def data(self):
        """The points and classes of training and of validation, each a TensorDataset."""
        return datasets(self.settings)

    def model(self):
        """The network with the weights that it has now in the widget, as an nn.Sequential."""
        settings = self.settings
        model = network(settings, Generator(settings["seed"]))
        fill(model, [np.nan if w is None else w for w in self.weights])
        return model.eval()

    def run(self):
        """A run with these settings, at its first step, in nnlib alone: run.train(epochs), run.model, run.history."""
        return Run(self.settings)

    def load(self, address):
        """Begin anew with the settings of an address."""
        self.weights, self.address = [], address

    def _spec(self):
        kinds = BY_NAME["data"]["options"]
        data = {"clean": {kind: _numbers(clean(kind)) for kind in kinds}, "directions": _numbers(directions())}
        limits = {"widest": WIDEST, "deepest": DEEPEST, "largest": LARGEST, "digits": DIGITS}
        return {
            "address": write(self.first),
            "rules": {"settings": SETTINGS, **limits, "data": {**data, "grid": GRID}},
            **({"caption": self.caption} if self.caption else {}),
        }

    def html(self):
        """The specification in an attribute, and inside the first state as a picture for whoever runs no script."""
        return (
            f"<figure class=\"nn-live nn-playground\" data-playground='{attribute(self.initial)}'>"
            f"{self._image()}{ROOM}{self._figcaption()}</figure>"
        )

    def __repr__(self):
        return self.alt


def playground(address="", *, caption=None):
    """A small network to set up, train and take apart.

    address: settings to begin with, as in "data:xor,layers:4-4,lr:0.3", or a link that somebody has shared.
    caption: shown below it; **bold** is bold.
    Raises ValueError for settings that the playground does not know.
    """
    return Playground(address, caption)


def _numbers(array):
    return [number(v) for v in array.ravel()]


def _alt(settings):
    widths = " and ".join(map(str, settings["layers"]))
    return (
        f"A playground: the training points of {settings['data']} in two colours, the border of a network with "
        f"{widths} hidden units before its first step, and beside it what every unit answers."
    )
