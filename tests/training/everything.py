"""All that a recipe can ask of a step at once, for tests of what must hold whatever is asked."""

EVERYTHING = {
    "schedule": "one-cycle",
    "weight_decay": 0.01,
    "clip": 1.0,
    "average": 0.9,
    "crop_s": 2.5,
    "mixup": 0.2,
    "amplitude": 0.1,
    "stretch": 0.1,
    "wander": 0.05,
    "mask_leads": 0.1,
    "mask_time": 0.1,
    "label_smoothing": 0.05,
    "class_weights": "balanced",
}
