"""The PyTorch trainer: Transformers' Trainer with our recording, checkpoints and corrections."""
