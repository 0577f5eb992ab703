"""A Word document in the layout of Nghị định 30/2020/NĐ-CP: its pages, styles, marks and paragraphs.

Equal content gives equal bytes, so that a paper can be made again and compared by its hash.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT as TAB
from docx.enum.text import WD_TAB_LEADER as LEADER
from docx.opc.constants import RELATIONSHIP_TYPE as REL
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph

TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(16)
SHORT, LONG = Mm(210), Mm(297)
_STYLES = Path(__file__).with_name("styles.xml")
_SETTINGS = f"""\
<w:settings {nsdecls("w")}>
  <w:compat>
    <w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>
  </w:compat>
  <w:decimalSymbol w:val=","/>
  <w:listSeparator w:val=";"/>
</w:settings>"""
_KEPT_PARTS = {REL.STYLES, REL.SETTINGS, REL.OFFICE_DOCUMENT, REL.CORE_PROPERTIES}
_ANY_DAY = (1980, 1, 1, 0, 0, 0)
_LONGEST_PROPERTY = 255
_UNREADABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Paper:
    """A document that is written from top to bottom.

    `marks` (DỰ THẢO …) stand on every page, so that a loose page can't pass for more than it is.
    """

    def __init__(
        self, title: str, author: str, *, made_at: datetime, marks: Sequence[str] = (), wide: bool = False
    ) -> None:
        self.marks = tuple(marks)
        self.document = _open_blank()
        self._describe(clean(title)[:_LONGEST_PROPERTY], clean(author)[:_LONGEST_PROPERTY], made_at)
        self._lay_out(self.document.sections[0], wide)

    @property
    def width(self) -> Length:
        """Of the text between the margins."""
        return Length((self.document.sections[-1].page_width or 0) - LEFT - RIGHT)

    def start_section(self, *, wide: bool = False) -> None:
        """Go on at a new page as if the paper began there, so that what follows can be signed by itself."""
        self._lay_out(self.document.add_section(WD_SECTION.NEW_PAGE), wide)
        Paragraph(self.document.element.body[-2], self.document._body).style = "Break"

    def heading(self, text: str, level: int = 1) -> None:
        """A heading; it never stands alone at the foot of a page."""
        self.document.add_heading(clean(text), level)

    def text(
        self,
        text: str,
        style: str = "Normal",
        *,
        bold: bool = False,
        italic: bool = False,
        keep: bool = False,
    ) -> Paragraph:
        """A paragraph; `keep` ties it to what follows."""
        paragraph = self.document.add_paragraph(style=style)
        write(paragraph, text, bold=bold, italic=italic)
        if keep:
            paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def dots(self, text: str, *, lines: int) -> None:
        """Words, then dots to the end of so many lines, for a hand to write on."""
        paragraph = self.text(text)
        paragraph.paragraph_format.tab_stops.add_tab_stop(self.width, TAB.RIGHT, LEADER.DOTS)
        write(paragraph, " \t" + "\n\t" * (lines - 1))

    def add_xml(self, element: str) -> None:
        """A piece of WordprocessingML as the next block."""
        self.document.element.body[-1].addprevious(parse_xml(element))

    def to_bytes(self) -> bytes:
        """The file, with all times left out of its packing."""
        packed, out = BytesIO(), BytesIO()
        self.document.save(packed)
        with zipfile.ZipFile(packed) as parts, zipfile.ZipFile(out, "w") as kept:
            for part in parts.infolist():
                entry = zipfile.ZipInfo(part.filename, _ANY_DAY)
                kept.writestr(entry, parts.read(part), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def _describe(self, title: str, author: str, made_at: datetime) -> None:
        known = self.document.core_properties
        known.title, known.author, known.last_modified_by = title, author, author
        known.language, known.comments, known.revision = "vi-VN", "", 1
        known.created = known.modified = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)

    def _lay_out(self, section: Section, wide: bool) -> None:
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (LONG, SHORT) if wide else (SHORT, LONG)
        section.top_margin, section.bottom_margin = TOP, BOTTOM
        section.left_margin, section.right_margin = LEFT, RIGHT
        section.header_distance = section.footer_distance = Mm(8)
        _restart_numbers(section)
        self._head_pages(section)

    def _head_pages(self, section: Section) -> None:
        """The page number stands top and centre, and not on the first page."""
        section.different_first_page_header_footer = True
        first, others = section.first_page_header, section.header
        first.is_linked_to_previous = others.is_linked_to_previous = False
        others.paragraphs[0]._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="PAGE"/>'))
        if self.marks:
            for line in (first.paragraphs[0], others.add_paragraph()):
                line.style = self.document.styles["Mark"]
                line.add_run(" – ".join(self.marks))


def write(paragraph: Paragraph, text: str, *, bold: bool = False, italic: bool = False) -> None:
    """Add words to a paragraph; what is not said is as its style has it."""
    run = paragraph.add_run(clean(text))
    run.bold, run.italic = bold or None, italic or None


def clean(text: str) -> str:
    """Without what no XML may hold, so that whatever people typed gives a file that opens."""
    return _UNREADABLE.sub("", text)


def _open_blank() -> Document:
    """An empty document with our own few styles, and nothing else of python-docx's template."""
    document = docx.Document()
    for parts in (document.part.rels, document.part.package.rels):
        for key in [key for key, one in parts.items() if one.reltype not in _KEPT_PARTS]:
            del parts[key]
    document.styles.element[:] = parse_xml(_STYLES.read_bytes())[:]
    document.settings.element[:] = parse_xml(_SETTINGS)[:]
    return document


def _restart_numbers(section: Section) -> None:
    for known in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(known)
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)
