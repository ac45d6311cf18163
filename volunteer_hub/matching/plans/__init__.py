"""A plan of a period: who might help where, proposed by the engine, changed by people, sent only by a press.

`questions` reads what is asked, `solving` has it answered in a process of its own (`process`: `instance` puts it into
the engine's values, `answers` asks engine and house rules in turn), `actions` keep and change it, `queries` show it.
"""
