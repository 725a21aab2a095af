# tries: reads and replaces files that lie beside the one that the suite gave, and any other file of the judge
# proof: report test_write
# target: test_files.py
# verdicts: failed error protocol
# prints: refused
import gc
import os


def fill(path):
    other = os.path.join(os.path.dirname(path), "expected.txt")
    bridge = next((each for each in gc.get_objects() if type(each).__name__ == "SandboxEndpoint"), None)
    both = [lambda: open(other, "w").write("x"), lambda: open(path, "w").write("x")]
    for action in both if bridge is None else (
        *both,
        lambda: open(other).read(),
        lambda: os.rename(other, path),
        lambda: os.symlink(other, str(path) + ".link"),
        lambda: os.link(other, str(path) + ".link"),
        lambda: open(str(path) + "/../expected.txt").read(),
        lambda: os.listdir(os.path.dirname(path)),
        lambda: bridge.ask("file", "open", "/etc/passwd", "r"),
        lambda: bridge.ask("file", "open", "@PRIVATE@", "r"),
        lambda: bridge.ask("file", "open", str(other), "r"),
        lambda: bridge.ask("file", "rename", str(path), "@MARK@"),
    ):
        try:
            print("GOT", action())
        except Exception as error:
            print("refused", type(error).__name__)


def copy_of(path):
    fill(path)
    return ""
