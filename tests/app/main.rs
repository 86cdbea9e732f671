//! The shell and the rules of the repository.
