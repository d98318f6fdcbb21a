"""The way in for Open311 clients: GeoReport v2 at `/open311/v2/`, in XML and JSON. https://wiki.open311.org/GeoReport_v2/

shapes       one answer as XML and as JSON, and what is wrong in the form that the standard has
doors        what every address does first
services     what a complaint can be about, and what else is asked of each subject
lodging      POST: a complaint, taken in as the API takes it in, exactly once
published    GET: what anybody may read of the cases that their citizens have made public
views, urls  the addresses

Subjects are our categories, their groups the departments. A place is words, or the code of an office, never a point on a map.
"""
