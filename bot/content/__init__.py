"""The content of a coalition (sectors, actions, answers, routes, words) as data, read from a folder of TOML files."""
