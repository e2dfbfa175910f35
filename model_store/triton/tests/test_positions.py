from platerec_backend.positions import input_places, output_places


def test_inputs_named_as_the_arguments_of_forward_go_to_them() -> None:
    assert input_places(["mask", "frame"], ["frame", "mask"]) == [1, 0]


def test_numbered_tensors_go_where_their_numbers_say() -> None:
    assert input_places(["input__1", "input__0"], ["frame", "mask"]) == [1, 0]
    assert output_places(["text__2", "boxes__0"]) == [2, 0]


def test_other_names_go_in_the_order_of_the_configuration() -> None:
    assert input_places(["a", "input__0"], ["frame", "mask"]) == [0, 1]
    assert output_places(["boxes", "texts"]) == [0, 1]
