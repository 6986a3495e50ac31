"""Pretrain a network without labels, on the training records themselves, for `twelvelead train --start`.

    python experiments/self_supervised.py ptbxl resnet1d_wang --out ssl       # folds 1-7
    ... --start runs/pretrained-resnet1d_wang                                 from other weights than random ones

Two pieces of one record, each changed by chance, are to be told from the pieces of all other records of the batch
(NT-Xent: Chen et al. 2020, arXiv 2002.05709; pieces of one ECG as pairs: Kiyasseh et al. 2021, CLOCS, arXiv
2005.13249). What it is worth is a row of `ablation.py`.
"""

import argparse
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from recipes import FOLDS, NETWORKS, read_recipe
from twelvelead.config import DataOptions, TrainOptions
from twelvelead.data.dataset import RecordDataset, shuffled
from twelvelead.data.parts import DataParts, load_parts
from twelvelead.data.standardize import Standardizer
from twelvelead.models.checkpoint import WEIGHTS_FILE, save_classifier
from twelvelead.models.classifier import Classifier
from twelvelead.progress import say
from twelvelead.training.batches import Share, steps_per_epoch, training_batches
from twelvelead.training.optimizer import make_optimizer
from twelvelead.training.schedule import make_schedule
from twelvelead.training.start import find_start
from twelvelead.training.train import new_classifier

__all__ = ["agreement_loss", "pretrain_without_labels"]

EMBEDDING = 128
"""Numbers that stand for a piece."""

TEMPERATURE = 0.1
"""Of the similarities; Chen et al. 2020, table 5."""

SECOND_VIEW = 1_000_003
"""Added to the seed for the second piece of each record."""

CPU = torch.device("cpu")


def main() -> None:
    """Pretrain what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="PTB-XL's folder")
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--start", default="", help="run to begin with")
    parser.add_argument("--store", type=Path, help="folder for the signal store")
    chosen = parser.parse_args()
    data = DataOptions(store=chosen.store, **FOLDS)
    pretrain_without_labels(chosen.data, chosen.out, data, chosen.network, NETWORKS[chosen.network], chosen.start)


def pretrain_without_labels(
    data_dir: Path, out: Path, data: DataOptions, network: str, network_options: str, start: str = ""
) -> Path:
    """Weights of `network` from the training part's signals, as a model in `out`; taken over if they are there.

    Args:
        data_dir: PTB-XL's folder.
        out: folder for the weights.
        data: which records are the training part.
        network: name of the network.
        network_options: its options.
        start: run to begin with; "": random weights.
    """
    if (out / "model" / WEIGHTS_FILE).is_file():
        return out
    say(f"pretraining {out} without labels")
    names = {field.name for field in fields(TrainOptions)}
    recipe = {key: value for key, value in read_recipe("self_supervised").items() if key in names}
    options = replace(TrainOptions(**recipe), network=network, network_options=network_options)
    torch.manual_seed(options.seed)
    parts = load_parts(data_dir, data)
    _, rows, labels = parts.part("train")
    classifier = new_classifier(parts, options, Standardizer.fit(parts.store.signals, rows))
    if start:
        find_start(start, network, parts).apply(classifier)
    last = _last_layer(classifier.network)
    for_classes = classifier.network.get_submodule(last)
    classifier.network.set_submodule(last, nn.Linear(for_classes.in_features, EMBEDDING))
    _train(classifier, RecordDataset(parts.store.signals, rows, labels), options, parts)
    classifier.network.set_submodule(last, for_classes)
    classifier.note_training(labels_seen=False, epoch_chosen_by="none: the last one")
    save_classifier(classifier, out / "model")
    return out


def _last_layer(network: nn.Module) -> str:
    return [name for name, module in network.named_modules() if isinstance(module, nn.Linear)][-1]


def _train(classifier: Classifier, dataset: RecordDataset, options: TrainOptions, parts: DataParts) -> None:
    optimizer = make_optimizer(classifier, options)
    schedule = make_schedule(optimizer, options, steps_per_epoch(len(dataset), options.batch_size))
    classifier.train()
    for epoch in range(1, options.epochs + 1):
        losses = []
        for first, second in _pairs(dataset, options, parts.store.rate_hz, epoch):
            pieces = (torch.cat([first, second]) - classifier.mean_mv) / classifier.std_mv
            loss = agreement_loss(*classifier.network(pieces).chunk(2))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.after_step()
            losses.append(loss.item())
        say(f"epoch {epoch}/{options.epochs}  loss {sum(losses) / len(losses):.4f}")


def _pairs(dataset: RecordDataset, options: TrainOptions, rate_hz: int, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Two pieces of each record of a batch, drawn and changed on their own."""
    order = shuffled(len(dataset), options.seed, epoch)
    other = replace(options, seed=options.seed + SECOND_VIEW)
    views = [training_batches(dataset, order, one, rate_hz, epoch, CPU, Share(0, 1)) for one in (options, other)]
    for first, second in zip(*views, strict=True):
        yield first.signals, second.signals


def agreement_loss(first: Tensor, second: Tensor) -> Tensor:
    """NT-Xent: cross entropy of finding each piece's partner among the other pieces of the batch, by cosine similarity.

    Args:
        first, second: `(record, number)`; row i of both is of the same record.
    """
    all_pieces = functional.normalize(torch.cat([first, second]), dim=1)
    similarity = (all_pieces @ all_pieces.T / TEMPERATURE).fill_diagonal_(float("-inf"))
    records = len(first)
    partners = torch.arange(2 * records, device=first.device).roll(records)
    return functional.cross_entropy(similarity, partners)


if __name__ == "__main__":
    main()
