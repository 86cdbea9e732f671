//! The built window, driven.
