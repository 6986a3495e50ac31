"""twelvelead: from PTB-XL to a trained, evaluated 12-lead ECG classifier. Research software, not a medical device."""

__version__ = "0.1.0"
