"""The pages of the desk: what staff see of the work, what their forms ask, and the one call that each makes below.

- pages        urls, *_views
- questions    *_forms, fields (kinds of questions), choices (what can be chosen)
- what is shown  casefile, due (how a deadline was reckoned), diagram, guides, borrowed_words (of other packages)
- many at once   bulk
"""
