"""Who the whole story is about, and where."""

NAME = "Вера Ким"
EMAIL = "vera@story.example"
PASSWORD = "three plain words"
COHORT = "whole-story"
