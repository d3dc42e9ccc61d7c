"""The layers that torch.nn lacks, whose text the emitter copies into modules.

Each file imports torch, the standard library and other files of this folder. No other
file of archc imports one: `archc.emit.runtime_text` reads them as text, so that
emitting needs no torch. Lines are as wide as in emitted text.
"""
