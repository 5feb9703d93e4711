"""The training loop: forward, loss, backward, step, for every batch of every epoch, and what it all came to."""
import math

import numpy as np

from .autograd import no_grad


def accuracy(output, target):
    """The share, from 0 to 1, of rows of `output`, (n, classes), whose largest entry is where `target`, (n,), says."""
    return float((np.asarray(output).argmax(axis=1) == np.asarray(target)).mean())


def evaluate(model, loader, measure):
    """The mean of measure(output, target) over all rows of a loader; the model in eval mode, nothing recorded.

    measure gives a single number, the mean over the rows it is given.  Raises ValueError if the loader gives no rows.
    """
    was_training = model.training
    model.eval()
    total = rows = 0
    with no_grad():
        for x, y in loader:
            total += float(measure(model(x), y)) * len(x)
            rows += len(x)
    model.train(was_training)
    return _mean(total, rows)


def fit(model, train_loader, loss_fn, optimizer, *, epochs=10, val_loader=None, metric=None, patience=None,
        progress=True):
    """Train, and return the history: `{"train_loss": [one number an epoch], "val_loss": […], "val_accuracy": […]}`.

    loss_fn(output, target) gives a single number, the mean over the rows.  With val_loader, loss (and `metric`, such
    as accuracy) are measured on it after every epoch.  With patience, training stops once val_loss has not fallen for
    so many epochs, and the model gets back the weights of its best epoch.  progress shows a bar while it runs.
    Raises FloatingPointError as soon as a loss is NaN or infinite, and ValueError for patience without val_loader and
    for a loader that gives no rows.
    """
    if patience is not None and val_loader is None:
        raise ValueError("early stopping (patience) watches the validation loss: pass val_loader as well")
    from tqdm.auto import tqdm                          # only here: the core itself needs nothing but NumPy
    history = {"train_loss": []}
    best_loss, best_epoch, best_state = math.inf, 0, None
    bar = tqdm(range(1, epochs + 1), unit="epoch", leave=False, disable=not progress or None)
    for epoch in bar:
        history["train_loss"].append(_train_one_epoch(model, train_loader, loss_fn, optimizer, epoch))
        if val_loader is not None:
            history.setdefault("val_loss", []).append(evaluate(model, val_loader, loss_fn))
            if metric is not None:
                history.setdefault(f"val_{metric.__name__}", []).append(evaluate(model, val_loader, metric))
        bar.set_postfix({name: f"{values[-1]:.4f}" for name, values in history.items()}, refresh=False)
        if patience is not None:
            if history["val_loss"][-1] < best_loss:
                best_loss, best_epoch, best_state = history["val_loss"][-1], epoch, model.state_dict()
            elif epoch - best_epoch >= patience:
                break
    if best_state is not None:
        model.load_state_dict(best_state)
    return history


def _train_one_epoch(model, loader, loss_fn, optimizer, epoch):
    """The mean loss over the rows, each measured before the step that its batch caused."""
    model.train()
    total = rows = 0
    for step, (x, y) in enumerate(loader, 1):
        loss = loss_fn(model(x), y)
        value = loss.item()
        if not math.isfinite(value):
            raise FloatingPointError(
                f"the loss became {value} in epoch {epoch}, batch {step}. Usual causes: a learning rate that is too "
                f"large (it is {optimizer.lr:g}), NaN in the data, or a logarithm of 0. The model is as the step "
                "before left it")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += value * len(x)
        rows += len(x)
    return _mean(total, rows)


def _mean(total, rows):
    if not rows:
        raise ValueError("the loader gave no rows: with drop_last, a dataset smaller than a batch has no batch, "
                         "and a generator is used up after one epoch")
    return total / rows
