"""How a vector is put together."""


def accept(area: str, fault: str, comment: str, given: dict, expect: dict):
    return "accept", f"{area}-{fault}", {"comment": comment, "area": area, "input": given, "expect": expect}


def reject(area: str, fault: str, comment: str, given: dict, label: str, at: str | None = None):
    expect = {"label": label} | ({"at": at} if at else {})
    return "reject", f"{area}-{fault}", {"comment": comment, "area": area, "input": given, "expect": expect}
