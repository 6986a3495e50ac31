"""What in an ECG speaks for a class, as a model sees it: attributions in numbers, by lead and over time.

    explanation             `Explanation`: the answer
    logit                   the number that is explained, and the classifier's copy that computes it
    integrated_gradients    how it comes about, by sample and lead
    grad_cam                where the network's last map of features speaks for it
    explain                 a prepared recording in, an `Explanation` out

It is asked for by `twelvelead.load().explain(...)`. docs/explain.md has the formulae, and what they do not say.
"""

from twelvelead.inference.explain.explanation import METHOD_NOTES, Explanation, Part

__all__ = ["METHOD_NOTES", "Explanation", "Part"]
