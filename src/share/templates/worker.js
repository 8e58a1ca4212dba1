// Does nothing: the page /trust registers it only to learn whether the browser lets it.
