"""Write the table of metrics into metrics.md, between its two marks, from the declarations."""

from pathlib import Path

from morphsweep.metrics import markdown_table

BEGIN = "<!-- made by metrics_table.py from the declarations: begin -->"
END = "<!-- end -->"


def main() -> None:
    page = Path(__file__).with_name("metrics.md")
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{markdown_table()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
