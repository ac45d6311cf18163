"""Who helps where, solved: a problem goes in, a proven plan comes out. Knows no table and no page.

`reading` makes an Instance of JSON, `planning.plan` solves it, `answer` makes JSON of the plan. In between: `masks` and
`candidates` find every pair that keeps the rules, `greedy` makes a first plan, `program`, `cuts` and `exact` the best
with its proof, `tiles` does so part by part where the whole is too large, `explain` says why something stays unfilled.
"""
