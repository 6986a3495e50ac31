"""The classification tasks of PTB-XL, one file each: the file's name is the task's, so a new task is one new file."""
