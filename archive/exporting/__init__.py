"""The archive as files for others, one module a format.

``selection`` says which decisions and what may be told of them, ``tables`` which rows and columns,
``about`` what travels beside every file; ``forms`` lists the formats. A format writes to a stream
or a path that it is given and knows nothing of names, of overwriting, or of the command line.
"""
