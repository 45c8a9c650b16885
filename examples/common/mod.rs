//! What more than one example uses.

pub(crate) mod delay_server;
