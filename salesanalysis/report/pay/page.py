"""The statement as a page of HTML that needs nothing but itself."""

from salesanalysis.report.fontsubset import font_css
from salesanalysis.report.page import style, template
from salesanalysis.report.pay.showing import Shown


def page_of(shown: Shown) -> str:
    """Return the page of one statement, its font still to be put in by `with_font`.

    Everything from outside is escaped; no script, no reference to anything outside the file.
    """
    text: str = template("pay/statement.html").render(
        css=style(),
        lang=shown.lang,
        word=shown.word,
        plan=shown.plan,
        s=shown.slip.statement,
        name=shown.name,
        period=shown.period,
        title=shown.plan.title(shown.lang),
        key=shown.key(),
        heads=shown.heads(),
        rows=shown.rows(),
        figures=shown.figures(),
        figure_heads=shown.figure_heads(),
        differences=shown.differences(),
        led=shown.led(),
        pools=shown.pools(),
        deals=shown.deals(),
        deal_heads=shown.deal_heads(),
        cancelled=shown.cancelled(),
        cancelled_heads=shown.cancelled_heads(),
        entries=shown.entries(),
        ahead=shown.ahead(),
        balances=shown.balances(),
        steps=shown.steps(),
        cap_first=shown.cap_first,
        policy=shown.policy(),
        version=shown.version(),
    )
    return text


def with_font(pages: list[str], lang: str) -> list[str]:
    """Return pages of one language with one font that has the characters of all of them."""
    letters = "".join(sorted(set().union(*map(set, pages)))) if pages else ""
    rule = font_css(letters, whole=lang == "zh")
    return [page.replace("/*font*/", rule, 1) for page in pages]
