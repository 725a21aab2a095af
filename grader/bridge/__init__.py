"""The language that judge and sandbox speak: frames, values, stand-ins, calls, and one virtual clock.

    simulation, virtual   which of all threads of both sides runs, and what time it is
    protocol, channel     what crosses the socket
    known, twins, refs    objects that both sides call by name, containers that both have, objects of one that the
                          other holds
    codec, describe       values and descriptions as plain data, and back
    standins              what an object of the other side looks like here: classes, functions, modules
    errors, shadows       exceptions in flight, and the frames that they came through
    endpoint, calls       one end of the conversation: plain calls; coroutines, cancellation, loops

README.md follows one call, and one virtual second, from end to end. It imports neither judge nor sandbox.
"""
