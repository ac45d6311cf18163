"""Who helps where, solved: a problem goes in, a proven plan comes out. Knows no table and no page.

`reading` makes an Instance of JSON (`parsing` its text, person by person), `planning.plan` solves it, `answer` makes
JSON of the plan. In between: `masks`, `reach` and `candidates` find every pair that keeps the rules; `greedy` and
`chains` make a first plan over arrays (`board`); `program`, `cuts` and `exact` find the best with its proof. Where the
whole is too large, `slices` betters the plan hour by hour, `tiles` part by part, and `bounds` says how far the best can
be. `explain` says why something stays unfilled, `local` mends a plan after a cancellation.
"""
