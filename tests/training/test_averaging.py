import torch

from twelvelead.models.classifier import Classifier, ModelInfo
from twelvelead.training.averaging import WeightAverage


def new() -> Classifier:
    return Classifier(ModelInfo("cnn_lstm", ("A",), 100, 10.0, options={"filters": 2}))


def test_it_is_the_weighted_sum_of_all_steps():
    classifier = new()
    average = WeightAverage(classifier, stay=0.5)
    expected = {key: value.clone().double() for key, value in classifier.state_dict().items()}
    for step in range(1, 8):
        with torch.no_grad():
            for parameter in classifier.parameters():
                parameter.add_(torch.randn_like(parameter))
        average.update(classifier)
        stay = min(0.5, (1 + step) / (10 + step))
        for key, value in classifier.state_dict().items():
            expected[key] = stay * expected[key] + (1 - stay) * value.double()
    for key, value in average.classifier.state_dict().items():
        if value.is_floating_point():
            torch.testing.assert_close(value.double(), expected[key], atol=1e-5, rtol=1e-4)


def test_counts_are_taken_over_and_weights_are_its_own():
    classifier = new()
    average = WeightAverage(classifier, stay=0.9)
    classifier.network.bn1.num_batches_tracked.fill_(7)
    average.update(classifier)
    assert average.classifier.network.bn1.num_batches_tracked == 7
    assert not average.classifier.training
    assert all(not parameter.requires_grad for parameter in average.classifier.parameters())


def test_a_saved_average_goes_on():
    classifier = new()
    average, again = WeightAverage(classifier, 0.9), WeightAverage(new(), 0.9)
    average.update(new())
    again.restore(average.state())
    other = new()
    average.update(other)
    again.update(other)
    assert again.steps == 2
    for key, value in average.classifier.state_dict().items():
        assert torch.equal(value, again.classifier.state_dict()[key]), key
