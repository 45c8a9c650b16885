//! UDP: messages stay whole, and each is received once.

mod common;

use std::collections::HashSet;

use common::run;
use coro_runtime::net::UdpSocket;
use coro_runtime::time::timeout;
use coro_runtime::{join, join_all, spawn, yield_now};

#[test]
fn messages_stay_whole_and_bring_their_sender() {
    run(|| async {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let client = UdpSocket::bind("localhost:0").await.unwrap();
        let client_address = client.local_addr().unwrap();
        if !client_address.is_ipv4() {
            return;
        }
        for length in [0, 1, 7, 1500, 60_000] {
            let message = vec![length as u8; length];
            let mut buffer = vec![0; 65_536];
            let (sent, received) = join!(
                client.send_to(&message, address),
                server.recv_from(&mut buffer)
            )
            .await;
            assert_eq!(sent.unwrap(), length);
            assert_eq!(received.unwrap(), (length, client_address));
            assert_eq!(buffer[..length], message);
        }
        let too_long = vec![0; 70_000];
        let error = client.send_to(&too_long, address).await.unwrap_err();
        assert_eq!(error.raw_os_error(), Some(90), "EMSGSIZE");
    });
}

#[test]
fn a_peek_takes_nothing() {
    run(|| async {
        let (left, right) = pair().await;
        left.send(b"once").await.unwrap();
        let mut buffer = [0; 8];
        let address = left.local_addr().unwrap();
        assert_eq!(right.peek_from(&mut buffer).await.unwrap(), (4, address));
        assert_eq!(right.recv(&mut buffer).await.unwrap(), 4);
        assert_eq!(&buffer[..4], b"once");
        let brief = std::time::Duration::from_millis(2);
        assert!(timeout(brief, right.recv(&mut buffer)).await.is_err());
    });
}

async fn pair() -> (UdpSocket, UdpSocket) {
    let left = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let right = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    left.connect(right.local_addr().unwrap()).await.unwrap();
    right.connect(left.local_addr().unwrap()).await.unwrap();
    assert_eq!(left.peer_addr().unwrap(), right.local_addr().unwrap());
    (left, right)
}

#[test]
fn several_tasks_share_a_socket() {
    run(|| async {
        let (left, right) = pair().await;
        let right = std::sync::Arc::new(right);
        // Fewer than the kernel's buffer holds, so that none is lost on loopback.
        let receivers: Vec<_> = (0..32_u8)
            .map(|_| {
                let right = std::sync::Arc::clone(&right);
                spawn(async move {
                    let mut buffer = [0; 16];
                    let count = right.recv(&mut buffer).await.unwrap();
                    assert_eq!(count, 1);
                    buffer[0]
                })
            })
            .collect();
        yield_now().await;
        let sends = join_all((0..32_u8).map(|number| {
            let left = &left;
            async move { left.send(&[number]).await }
        }));
        for sent in sends.await {
            assert_eq!(sent.unwrap(), 1);
        }
        let mut seen = HashSet::new();
        for receiver in receivers {
            assert!(seen.insert(receiver.await.unwrap()));
        }
        assert_eq!(seen.len(), 32);
    });
}

#[test]
fn a_message_that_nobody_takes_is_an_error_later() {
    run(|| async {
        let (left, right) = pair().await;
        drop(right);
        left.send(b"lost").await.unwrap();
        let error = left.recv(&mut [0; 8]).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
    });
}
