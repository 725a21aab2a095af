def test_answer():
    pass


def test_double():
    pass
