"""One module an action, named as its folder in actions/."""
