"""Explores flows: every history of the operation and of each answer, up to a depth.

    program = link(document, library, policies)
    for record in explore(program, library, inputs, depth=6): ...

A history is a list of answers in words (`ok`, `queued`, `429`, `completed`, `cut`, ...). The
interpreter runs the flow against a scripted Knock under virtual time, and a careful author's rules
judge what it did.
"""
