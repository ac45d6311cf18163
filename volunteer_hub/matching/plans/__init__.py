"""A plan of a period: who might help where, proposed by the engine, changed by people, sent only by a press.

- `questions` reads what is asked; `solving` has it answered in a process of its own (`process`), where `instance` puts
  it into the engine's values and `answers` asks the engine and the house's rules in turn
- `actions` are the verbs: `keeping` writes the rows, `placing` judges who is put somewhere by hand, `sending` invites
- `queries` is what the desk sees; docs/decisions/0046-plans.md says why it is so
"""
