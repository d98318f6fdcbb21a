"""The way in for programs: partners' systems and the citizen's own app. JSON at `/api/v1/`, described by `/api/v1/schema/`.

answers      what is said back, and what is wrong as RFC 9457 has it, in the caller's language
callers      who asks: a partner by its key, a citizen by a phone's token, or nobody yet
doors        what every address of the API does first
sent         what comes in: strict JSON, Idempotency-Key, If-Match
standing     a complaint as its citizen may see it
complaints, messages, phones    the addresses
"""
