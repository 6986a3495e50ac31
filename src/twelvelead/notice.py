"""The sentence that stands wherever a prediction is shown: the one home of its wording."""

__all__ = ["NOTICE"]

NOTICE = "Research software: not a medical device, not for diagnosis."
