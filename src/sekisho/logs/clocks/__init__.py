"""How far a source's clock was off, as far as anybody can tell: windows are widened and shifted, stored times never."""
