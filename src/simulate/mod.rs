//! A machine run on a virtual clock: Program, engine, history.
