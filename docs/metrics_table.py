"""Write the table of metrics into metrics.md, between its two marks, from the declarations."""

from pathlib import Path

from morphsweep.metrics import markdown_table

BEGIN = "<!-- made by metrics_table.py from the declarations: begin -->"
END = "<!-- end -->"


def main() -> None:
    page = Path(__file__).with_name("metrics.md")
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    renewed = f"{before}{BEGIN}\n\n{markdown_table()}\n\n{END}{after}"
    if renewed != text:
        page.write_text(renewed, encoding="utf-8")


if __name__ == "__main__":
    main()
