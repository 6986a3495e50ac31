"""The page: well-formed, closed in itself, safe against what it shows."""

import re
from html.parser import HTMLParser

from report.made_up import HOSTILE, make_metrics
from twelvelead.report.run.compose import compose
from twelvelead.report.run.html import render_html
from twelvelead.report.run.material import Material

VOID = {"meta", "link", "input", "br"}


class Checked(HTMLParser):
    """Notes tags that do not match, and what the page would load."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [found["id"]] if found.get("id") else []
        self.loads += [found[key] for key in ("src", "srcset", "data", "action") if found.get(key)]
        if tag != "a" and found.get("href"):
            self.loads.append(found["href"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"


def page_of(case):
    return render_html(compose(case.material), case.figures)


def test_the_page_is_well_formed_and_loads_nothing(full, minimal):
    for case in (full, minimal):
        page = page_of(case)
        found = Checked(page)
        assert all(target.startswith(("#", "data:,")) for target in found.loads), found.loads
        assert "url(" not in re.sub(r"url\(#", "", page) and "@import" not in page
        assert "script" not in found.tags and len(found.ids) == len(set(found.ids))
        assert "default-src 'none'" in page


def test_links_of_the_contents_lead_somewhere(full):
    page = page_of(full)
    assert set(re.findall(r'<a[^>]* href="#([^"]+)"', page)) <= set(Checked(page).ids)


def test_tables_and_figures_can_be_read_out(full):
    page = page_of(full)
    assert '<html lang="en">' in page
    assert page.count("<table>") == page.count("<caption") > 5
    assert page.count("<svg") == page.count('role="img" aria-label=') == len(full.figures)
    assert '<th scope="col"' in page and '<th scope="row"' in page
    assert {"main", "nav", "header", "footer"} <= set(Checked(page).tags)


def test_hostile_names_are_text():
    metrics = make_metrics((HOSTILE, "MI"), notes=[HOSTILE], data_version=HOSTILE, network=HOSTILE, task=HOSTILE)
    page = render_html(compose(Material(HOSTILE, metrics)), {})
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert "script" not in Checked(page).tags


def test_the_same_material_gives_the_same_bytes(full):
    assert page_of(full) == page_of(full)
