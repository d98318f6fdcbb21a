"""What may happen next to a complaint, and the only code that makes it happen.

- the page     flows (the map), nodes, guards
- the writer   actions, together (what stands beside), lodging, writer, inserts, notify, refusals
- the rules    routing (which queue), ladder (the office above), policies (how long), scope (who sees what)
- with a case  bodies (institutions and their links), evidence (photos, papers), corrections, duplicates
- the inbox    inbox: inbox_filters, inbox_walk (page by page), inbox_rows, inbox_done
- the team     board (its load), sharing, leave (stand-ins), posts (each post's figures)
- words        words (what staff read), remaining (days left)
- the desk     desk/: the pages, and what their forms ask
"""
