"""The heatmap's cells, drawn without the template engine: a page holds a thousand of them."""

from collections.abc import Sequence

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from apps.core.templatetags.glyphs import glyph_use
from apps.dashboards.columns import Column
from apps.dashboards.heatmap import Line
from apps.dashboards.rows import LearnerRow, Plan
from apps.dashboards.table import Heading

register = template.Library()
PHASE = ' class="ph"'


@register.simple_tag
def heat_cells(line: Line, address: str) -> SafeString:
    """A learner's cells, each leading to its video on the learner's page at `address`."""
    begin = f'<a href="{conditional_escape(address)}#v-'
    return mark_safe(  # noqa: S308 - the address is escaped, all else are numbers and glyphs
        "".join(
            f"<td{PHASE if cell.begins_phase else ''}>"
            f'{begin}{cell.video.position}" tabindex="-1">{glyph_use(cell.glyph, cell.words)}</a></td>'
            for cell in line.cells
        )
    )


@register.simple_tag
def plain_cells(
    row: LearnerRow, columns: Sequence[tuple[Column, Heading]], plan: Plan
) -> SafeString:
    """A learner's other cells, those of words on the left, those of numbers behind the videos."""
    return format_html_join(
        "",
        '<td class="{}">{}</td>',
        (
            ("word" if column.is_words else "num", column.shown(row, plan))
            for column, _heading in columns
        ),
    )
