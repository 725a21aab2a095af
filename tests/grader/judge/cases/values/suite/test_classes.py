import collections.abc
import dataclasses
import enum
import inspect
import types
import unittest

import pytest

import solution
from solution import Access, Burnt, Color, Level, Money, Point, Recipe, Shape, Square, Stack


def test_operators_of_a_named_class():
    assert Money(5) == Money(5) and Money(5) != Money(6) and not (Money(5) != Money(5))
    assert Money(5) == 5 and Money(5) != 6 and 5 == Money(5)
    assert Money(1) < Money(2) and max(Money(1), Money(3)) == 3
    assert sorted([Money(3), Money(1)]) == [Money(1), Money(3)]
    assert Money(2) + Money(3) == Money(5) and 1 + Money(2) == 3
    assert sum([Money(1), Money(2)]) == Money(3)
    m = same = Money(1)
    m += 4
    assert m is same and same.amount == 5
    with pytest.raises(TypeError):
        Money(1) - Money(2)
    with pytest.raises(TypeError):
        len(Money(1))


def test_protocols():
    m = Money(5)
    assert repr(m) == "Money(5, 'EUR')" and str(m) == repr(m) and f"{m:03d}" == "<005>"
    assert m and not Money(0)
    assert m(3) == 15 and callable(m) and not callable(Square(1))
    assert {Money(1), Money(1), Money(2)} == {Money(1), Money(2)}
    assert {Money(1): "a"}[Money(1)] == "a"
    assert Money(2) in [Money(1), Money(2)]
    assert solution.monies()[Money(2)] == "two"
    assert [Money(1), Money(2)].index(Money(2)) == 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(solution.Node(1))


def test_attributes():
    m = Money(5)
    assert m.cents == 500
    m.cents = 250
    assert m.amount == 2.5
    with pytest.raises(ValueError, match="negative"):
        m.cents = -1
    with pytest.raises(AttributeError, match="'Money' object has no attribute 'nope'"):
        m.nope
    assert not hasattr(m, "nope") and getattr(m, "nope", 3) == 3
    m.extra = [1]
    m.extra.append(2)
    assert m.extra == [1, 2] and vars(m)["extra"] == [1, 2]
    del m.extra
    assert not hasattr(m, "extra")
    assert "amount" in dir(m) and "amount" in m.__dict__
    assert Money.rate == 1.5
    Money.rate = 2
    assert m.rate == 2 and Money.zero().amount == 0 and Money.parse("7").amount == 7
    Money.rate = 1.5
    assert m.method(1) == 5.5 and m.method(1, y=0) == 3.5 and Money.method(m, 1) == 5.5
    assert m.method == m.method and m.method.__self__ is m
    bound = m.method
    m.amount = 0
    assert bound(1) == 3


def test_class_counters():
    before = Money.made
    Money(1), Money(2)
    assert Money.made == before + 2


def test_isinstance_and_type():
    square = Square(2)
    assert isinstance(square, Square) and isinstance(square, Shape) and not isinstance(square, Money)
    assert type(square) is Square and type(square).__name__ == "Square" and square.__class__ is Square
    assert issubclass(Square, Shape) and Square.__mro__[1] is Shape and Square.__bases__ == (Shape,)
    assert isinstance(Square, type) and inspect.isclass(Square) and inspect.isfunction(solution.echo)
    assert isinstance(solution.Matrix([]), collections.abc.Iterable)
    assert isinstance(solution.Countdown(1), collections.abc.Iterator)
    assert isinstance(Money(1), collections.abc.Hashable) and isinstance(Money(1), collections.abc.Callable)
    assert inspect.isabstract(Shape)
    with pytest.raises(TypeError, match="abstract"):
        Shape()


def test_signature_and_doc():
    assert str(inspect.signature(solution.signature)) == "(a, b=3, *args, c, d='x', **kwargs)"
    assert solution.signature.__doc__ == "Doc." and solution.signature.__name__ == "signature"
    assert Money.method.__doc__ == "Adds." and list(inspect.signature(Money(1).method).parameters) == ["x", "y"]
    assert solution.echo.__module__ == "solution" and Money.__module__ == "solution"
    assert solution.__name__ == "solution"


def test_containers():
    m = solution.Matrix([[1, 2], [3, 4]])
    assert m[0] == [1, 2] and len(m) == 2 and [3, 4] in m and [9] not in m and list(m) == [[1, 2], [3, 4]]
    m[0][1] = 7
    assert m.rows == [[1, 7], [3, 4]]
    m[1] = [0]
    del m[0]
    assert m == solution.Matrix([[0]]) and m[-1:] == [[0]]
    assert solution.Matrix([[1, 2]]) @ solution.Matrix([[3, 4]]) == [3, 8]
    with pytest.raises(IndexError):
        m[5]


def test_subclass_of_list():
    s = Stack([1])
    assert isinstance(s, list) and s == [1] and type(s) is Stack
    s.push(2)
    s.append(3)
    assert s == [1, 2, 3] and s.pushes == 2 and s.peek() == 3 and len(s) == 3 and s[1:] == [2, 3]
    s.pop()
    assert s.peek() == 2 and sum(s) == 3 and [*s] == [1, 2] and s + [9] == [1, 2, 9]
    assert Stack([1]) == Stack([1]) and sorted(Stack([2, 1])) == [1, 2]
    assert solution.echo(s) is s and solution.echo([s])[0] is s


def test_subclass_of_dict_float_str():
    s = solution.Settings(a=1)
    assert s["a"] == 1 and s["zzz"] == "no zzz" and s.a == 1 and s == {"a": 1} and isinstance(s, dict)
    s["b"] = 2
    assert s.b == 2 and dict(s) == {"a": 1, "b": 2} and {**s} == {"a": 1, "b": 2}
    c = solution.Celsius(100)
    assert c == 100.0 and c.to_fahrenheit() == 212 and isinstance(c, float) and c + 1 == 101 and round(c) == 100
    n = solution.Name("bob")
    assert n == "bob" and n.shout() == "BOB!" and n.upper() == "BOB" and f"{n}" == "bob" and {n: 1}["bob"] == 1


def test_enum():
    assert Color.RED is Color.RED and Color(1) is Color.RED and Color["GREEN"] is Color.GREEN
    assert Color.CRIMSON is Color.RED and list(Color) == [Color.RED, Color.GREEN] and len(Color) == 2
    assert Color.RED.name == "RED" and Color.RED.value == 1 and Color.RED.pretty() == "Red"
    assert repr(Color.RED) == "<Color.RED: 1>" and str(Color.RED) == "Color.RED"
    assert isinstance(Color.RED, Color) and isinstance(Color.RED, enum.Enum) and issubclass(Color, enum.Enum)
    assert Color.RED != Color.GREEN and Color.RED == Color.RED and {Color.RED: 1}[Color.RED] == 1
    assert Color.RED in Color and list(Color.__members__) == ["RED", "GREEN", "CRIMSON"]
    with pytest.raises(ValueError, match="3 is not a valid Color"):
        Color(3)
    with pytest.raises(AttributeError):
        Color.BLUE
    with pytest.raises(AttributeError):
        Color.RED = 5
    assert solution.echo(Color.RED) is Color.RED
    assert Level.HIGH == 3 and Level.HIGH > Level.LOW and Level(1) is Level.LOW and isinstance(Level.LOW, int)
    assert Level.HIGH + 1 == 4 and sorted(Level, reverse=True)[0] is Level.HIGH
    both = Access.READ | Access.WRITE
    assert Access.READ in both and both & Access.READ is Access.READ and both.value == 3


def test_namedtuple():
    p = Point(1, y=2)
    assert p == (1, 2) and p.x == 1 and p[1] == 2 and isinstance(p, tuple) and p._replace(x=5) == Point(5, 2)
    x, y = p
    assert (x, y) == (1, 2) and p._asdict() == {"x": 1, "y": 2} and Point._fields == ("x", "y")
    assert repr(p) == "Point(x=1, y=2)" and hash(p) == hash((1, 2)) and {p: 1}[(1, 2)] == 1
    s = solution.Segment(Point(3, 4))
    assert s.length() == 7 and s.b == (0, 0) and s.a is s.a
    match p:
        case Point(x=1, y=why):
            assert why == 2
        case _:
            pytest.fail("no match")


def test_dataclass():
    r = Recipe("soup", ["boil"])
    assert r == Recipe("soup", ["boil"]) and r != Recipe("soup") and repr(r) == "Recipe(name='soup', steps=['boil'])"
    assert Recipe("a") < Recipe("b") and dataclasses.is_dataclass(r)
    assert [f.name for f in dataclasses.fields(Recipe)] == ["name", "steps"]
    assert dataclasses.asdict(r) == {"name": "soup", "steps": ["boil"]}
    assert dataclasses.replace(r, name="stew") == Recipe("stew", ["boil"])
    r.steps.append("eat")
    assert r.steps == ["boil", "eat"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        solution.Frozen(1).x = 2
    assert hash(solution.Frozen(1)) == hash(solution.Frozen(1))
    assert solution.make_recipe("x") == solution.make_recipe("x") != solution.make_recipe("y")


def test_instance_attribute_over_method():
    with pytest.raises(TypeError, match="'int' object is not callable"):
        solution.Shadowed().area()


def test_dynamic():
    assert solution.Dynamic().anything == "dynamic anything"


def test_suite_subclasses_submission():
    class Circle(Shape):
        sides = 1

        def __init__(self, radius):
            super().__init__("circle")
            self.radius = radius

        def area(self):
            return 3 * self.radius**2

        @property
        def wide(self):
            return self.radius > 5

    circle = Circle(2)
    assert circle.area() == 12 and circle.name == "circle" and not circle.wide
    assert circle.describe() == "circle: 12 (1)"
    assert solution.total_area([circle, Square(2)]) == 16
    assert isinstance(circle, Shape) and isinstance(circle, Circle) and type(circle) is Circle

    class Bigger(Square):
        def area(self):
            return super().area() + 1

    assert Bigger(2).area() == 5 and Bigger(2).describe() == "square: 5 (4)" and solution.total_area([Bigger(1)]) == 2

    class VeryBurnt(Burnt):
        pass

    with pytest.raises(Burnt) as info:
        raise VeryBurnt(9)
    assert info.value.degrees == 9 and type(info.value) is VeryBurnt


def test_linked_objects():
    a, b = solution.Node(1), solution.Node(2)
    a.next = b
    assert a.next is b and a.next.value == 2 and b.next is None
    tree = solution.Tree(1, [solution.Tree(2), solution.Tree(3)])
    assert [child.value for child in tree.children] == [2, 3]
    tree.children.append(solution.Tree(4))
    tree.children[0].value = 20
    assert [child.value for child in tree.children] == [20, 3, 4]
    assert tree.children[0] is tree.children[0]


class UnittestStyle(unittest.TestCase):
    def test_asserts(self):
        self.assertEqual(Money(5), Money(5))
        self.assertNotEqual(Money(5), Money(6))
        self.assertEqual([Money(1)], [Money(1)])
        self.assertDictEqual({"a": Money(1)}, {"a": Money(1)})
        self.assertCountEqual([Money(1), Money(2)], [Money(2), Money(1)])
        self.assertListEqual(Stack([1]), Stack([1]))
        self.assertIn(Money(1), [Money(1)])
        self.assertIsInstance(Money(1), Money)
        self.assertAlmostEqual(solution.Celsius(1.0), 1.00000001)
        self.assertGreater(Level.HIGH, Level.LOW)
        with self.assertRaises(AssertionError):
            self.assertEqual(Money(5), Money(6))
        with self.assertRaisesRegex(Burnt, "burnt at 3") as caught:
            solution.burn(3)
        self.assertEqual(caught.exception.degrees, 3)


def test_generic_alias_and_module_type():
    assert isinstance(solution, types.ModuleType)
    assert "Money" in dir(solution)
