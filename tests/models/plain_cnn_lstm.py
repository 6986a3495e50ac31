"""The assignment's network in its plain form, which ours must equal."""

from torch import Tensor

from twelvelead.models.cnn_lstm import CNN_LSTM


def plain_forward(network: CNN_LSTM, x: Tensor) -> Tensor:
    """Logits by the assignment's forward, word for word; its sigmoid is left out."""
    x = x.permute(0, 2, 1)
    x = network.pool1(network.relu(network.bn1(network.conv1(x))))
    x = network.pool2(network.relu(network.bn2(network.conv2(x))))
    x = x.permute(0, 2, 1)
    x, _ = network.lstm(x)
    x = x[:, -1, :]
    return network.fc2(network.dropout(network.relu(network.fc1(x))))
