//! A server that is no Kubernetes: it writes down what it is asked and is busy.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
};

/// What was asked, each request's line and headers as one text. Its thread ends with the process.
pub(crate) struct Recorder {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Recorder {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(&stream, &kept);
            }
        });
        Self { port, heads }
    }

    /// A kubeconfig with one context, which points here.
    pub(crate) fn kubeconfig(&self, context: &str) -> String {
        format!(
            "kind: Config\ncontexts:\n- {{name: {context}, context: {{cluster: c, user: u}}}}\n\
             clusters:\n- {{name: c, cluster: {{server: 'http://127.0.0.1:{}'}}}}\nusers:\n- {{name: u, user: {{}}}}\n",
            self.port
        )
    }

    /// Every request so far.
    pub(crate) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("the heads").clone()
    }
}

/// Writes down what was asked before it answers, so that who has the answer finds it. What was cut off is not answered.
fn answer(mut stream: &TcpStream, kept: &Mutex<Vec<String>>) -> Option<()> {
    let mut head = String::new();
    let mut lines = BufReader::new(stream);
    while lines.read_line(&mut head).ok()? > 2 {}
    kept.lock().expect("the heads").push(head);
    let body = r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"busy","code":503}"#;
    let answer = format!(
        "HTTP/1.1 503 Busy\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(answer.as_bytes()).ok()
}
