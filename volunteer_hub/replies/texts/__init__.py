"""The words of messages, edited at the desk: the list, one text with its preview and its versions."""
