"""How a fault is put into a bundle: by taps, after which everything is made and signed anew, or in the finished files."""

from . import bundle
from .vector import reject


def bad(fault, comment, label, base="optimal", at=None, **taps):
    """A fault where the draw is made."""
    return changed(fault, comment, label, base, bundle.draw(base, taps=taps).files, at)


def raw(fault, comment, label, edits, base="optimal", at=None):
    """Files changed after the manifest was signed; None removes one."""
    files = {path: data for path, data in (bundle.base(base) | edits).items() if data is not None}
    return changed(fault, comment, label, base, files, at)


def changed(fault, comment, label, base, files, at=None):
    patch = bundle.patch(bundle.base(base), files)
    assert patch, f"{fault} changes nothing"
    return reject("bundle", fault, comment, {"base": f"bundle-{base}", "patch": patch}, label, at)


def put(**fields):
    """A tap that sets fields."""
    return lambda old: old | fields


def at(place, change):
    """A tap that changes one item of a list."""
    return lambda old: [change(item) if index == place % len(old) else item for index, item in enumerate(old)]


def swap(first, second):
    """A tap that exchanges two items of a list."""

    def tap(old):
        new = list(old)
        new[first], new[second] = old[second], old[first]
        return new

    return tap


def replaced(old, new):
    """A tap that changes a text or bytes at one place."""

    def tap(whole):
        assert whole.count(old) == 1, old
        return whole.replace(old, new)

    return tap
