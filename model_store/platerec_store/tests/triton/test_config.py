from platerec_store.triton.config import rename_model


def test_a_model_is_renamed_and_stays_what_it_is() -> None:
    config = 'name: "stn"\nbackend: "pytorch"\nmax_batch_size: 8\n'
    renamed = rename_model(config, "stn_candidate")
    assert 'name: "stn_candidate"' in renamed
    assert 'backend: "pytorch"' in renamed
    assert "max_batch_size: 8" in renamed


def test_what_is_no_configuration_is_left_for_triton_to_refuse() -> None:
    assert rename_model("Dear editor", "stn_candidate") == "Dear editor"
