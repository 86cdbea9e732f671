package main

import (
	"fmt"
	"net"
	"strconv"

	"golang.org/x/sys/unix"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// runAPIServer runs kube-apiserver in this process and returns only when it
// cannot go on.
func runAPIServer(layout layout, port int, etcdAddress string) error {
	command := app.NewAPIServerCommand()
	command.SilenceErrors = true
	command.SetArgs(append(auditFlags(layout),
		"--etcd-servers="+etcdAddress,
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		// Endpoints on loopback are not allowed, and no pod here would use them.
		"--endpoint-reconciler-type=none",
		"--external-hostname=localhost",
		"--secure-port="+strconv.Itoa(port),
		"--permit-port-sharing",
		"--cert-dir="+layout.dir,
		"--tls-cert-file="+layout.serverCertificate,
		"--tls-private-key-file="+layout.serverKey,
		"--client-ca-file="+layout.clientCA,
		"--token-auth-file="+layout.tokens,
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://localhost",
		"--service-account-key-file="+layout.signingKey,
		"--service-account-signing-key-file="+layout.signingKey,
		"--service-cluster-ip-range=10.96.0.0/12",
	))
	if err := command.Execute(); err != nil {
		return fmt.Errorf("kube-apiserver: %w", err)
	}
	return fmt.Errorf("kube-apiserver ended")
}

// reservePort finds a free loopback port and keeps it from others until the
// process ends. The socket is bound but does not listen, so every connection
// goes to the API server, which shares the port (--permit-port-sharing).
func reservePort() (int, error) {
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, fmt.Errorf("reserve a port: %w", err)
	}
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_REUSEPORT, 1); err != nil {
		return 0, fmt.Errorf("reserve a port: %w", err)
	}
	if err := unix.Bind(socket, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, fmt.Errorf("reserve a port: %w", err)
	}
	address, err := unix.Getsockname(socket)
	if err != nil {
		return 0, fmt.Errorf("reserve a port: %w", err)
	}
	inet, isInet := address.(*unix.SockaddrInet4)
	if !isInet {
		return 0, fmt.Errorf("reserve a port: unexpected address %v", address)
	}
	return inet.Port, nil
}

// serverURL has an address rather than a name, so that nothing resolves it.
func serverURL(port int) string {
	return "https://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}
