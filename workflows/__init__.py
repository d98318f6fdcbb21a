"""What may happen next to a complaint, and the only code that makes it happen.

- the page     flows (the map), nodes, guards
- the writer   actions, lodging, writer, inserts, notify, refusals
- the rules    routing (which queue), ladder (the office above), policies (how long), scope (who sees what)
- the desk     inbox, casefile, choices, forms, words, remaining, diagram, views
"""
