"""Addresses of the API; each endpoint translates and holds no logic.

- ``access``    who is asking, what they may do, and what the service is made of
- ``score``     POST /v1/score
- ``worklist``  GET /v1/worklist, POST /v1/worklist/claim
- ``cases``     /v1/cases/{case_id} and what is done with it
- ``health``    /health, /ready
"""
