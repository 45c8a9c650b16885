//! A buffer that is borrowed while the coroutine waits.
use coro::runtime::net::TcpStream;

#[coro::coroutine]
fn count_bytes(stream: &mut TcpStream) -> std::io::Result<usize> {
    let mut buffer = [0; 1024];
    let mut total = 0;
    loop {
        let read = wait!(stream.read(&mut buffer))?;
        if read == 0 {
            return Ok(total);
        }
        total += buffer[..read].iter().filter(|byte| **byte != b'\n').count();
    }
}
