import json
from pathlib import Path

MENU = json.loads(Path(__file__).with_name("menu.json").read_text("utf-8"))


def garnish():
    return MENU["garnish"]


def join(parts):
    return " and ".join(parts)
