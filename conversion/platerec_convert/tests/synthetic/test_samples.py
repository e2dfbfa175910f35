import numpy as np
import pytest

from platerec_convert.synthetic.camera import CROP_HEIGHT, CROP_WIDTH
from platerec_convert.synthetic.panel import Picture
from platerec_convert.synthetic.samples import SampleSource, SyntheticSettings
from platerec_convert.synthetic.weather import Weather


@pytest.fixture(scope="module")
def settings() -> SyntheticSettings:
    return SyntheticSettings(seed=7)


def crops(settings: SyntheticSettings, number: int, size: int = 24) -> Picture:
    return np.stack([sample.crop for sample in SampleSource(settings).batch(number, size)])


def test_a_batch_is_the_same_whoever_draws_it_and_when(settings: SyntheticSettings) -> None:
    source = SampleSource(settings)
    source.batch(5, 24)
    later = np.stack([sample.crop for sample in source.batch(2, 24)])
    assert np.array_equal(later, crops(settings, 2))


def test_batches_differ_by_number_and_by_seed(settings: SyntheticSettings) -> None:
    other_seed = settings.model_copy(update={"seed": 8})
    assert not np.array_equal(crops(settings, 0), crops(settings, 1))
    assert not np.array_equal(crops(settings, 0), crops(other_seed, 0))


def test_a_sample_is_a_crop_with_its_plate_in_it(settings: SyntheticSettings) -> None:
    for sample in SampleSource(settings).batch(0, 60):
        assert sample.crop.shape == (CROP_HEIGHT, CROP_WIDTH, 3)
        assert sample.crop.dtype == np.uint8
        assert settings.narrowest <= sample.width <= settings.widest + 1
        assert np.abs(sample.corners.mean(axis=0)).max() < 0.5
        assert np.ptp(sample.corners[:, 0]) > 0.9


def test_severity_zero_leaves_a_picture_as_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 120, 3), dtype=np.uint8)
    weather = Weather(0)
    weather.seed(1)
    assert np.array_equal(weather.on_panel(picture), picture)
    assert np.array_equal(weather.on_picture(picture, 60), picture)


def test_plates_of_two_rows_are_drawn_when_asked_for(settings: SyntheticSettings) -> None:
    source = SampleSource(settings.model_copy(update={"two_row_share": 1.0}))
    heights = [np.ptp(sample.corners[:, 1]) / np.ptp(sample.corners[:, 0]) for sample in source.batch(0, 12)]
    assert min(heights) > 0.3


def test_widths_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="narrowest is more than widest"):
        SyntheticSettings(seed=1, narrowest=90, widest=60)


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="sevrity"):
        SyntheticSettings(seed=1, sevrity=2)  # type: ignore[call-arg]
