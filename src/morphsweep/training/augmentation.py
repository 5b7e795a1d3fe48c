"""Random changes of a view that should not move it in the biological latents."""

from collections.abc import Callable

from torch import Tensor, nn

from morphsweep.records import TrainingSettings

__all__ = ["make_augmentation"]


def make_augmentation(settings: TrainingSettings, /) -> Callable[[Tensor], Tensor]:
    """The changes that a run asks for, each drawn per image from torch's global generator.

    Parameters
    ----------
    settings : TrainingSettings
        ``flip, rotation, brightness``.

    Returns
    -------
    callable
        Images (n, colours, height, width) between 0 and 1 to images of the same kind; what turns in from outside is
        mirrored at the border.
    """
    if settings.flip == "none" and not settings.rotation and not settings.brightness:
        return _unchanged
    import kornia.augmentation as library

    changes: list[nn.Module] = []
    if settings.flip in {"horizontal", "both"}:
        changes.append(library.RandomHorizontalFlip(p=0.5))
    if settings.flip in {"vertical", "both"}:
        changes.append(library.RandomVerticalFlip(p=0.5))
    if settings.rotation:
        changes.append(library.RandomAffine(degrees=settings.rotation, padding_mode="reflection", p=1.0))
    if settings.brightness:
        span = (1 - settings.brightness, 1 + settings.brightness)
        changes.append(library.RandomBrightness(brightness=span, p=1.0))
    return nn.Sequential(*changes)


def _unchanged(images: Tensor) -> Tensor:
    return images
