"""One module per line: `measure(bench)` gives its figures. P1 to P9 are those of the budget."""
