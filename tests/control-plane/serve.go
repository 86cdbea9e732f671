package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

const mergePatch = types.MergePatchType

// announcement is the one line that a ready plane prints.
type announcement struct {
	Name       string `json:"name"`
	Server     string `json:"server"`
	Kubeconfig string `json:"kubeconfig"`
	Audit      string `json:"audit"`
	CA         string `json:"ca"`
}

// serveCommand runs a plane until its stdin closes or it is told to end. It
// does not shut anything down: the children die with this process, and no one
// reads the data again.
func serveCommand(arguments []string) error {
	options, err := parseServeOptions(arguments)
	if err != nil {
		return err
	}
	layout := newLayout(options.dir)
	stdout, err := captureStreams(layout.apiserverLog)
	if err != nil {
		return err
	}
	klog.OsExit = func(int) {
		fmt.Fprintf(diagnostics, "plane serve: kube-apiserver gave up, see %s\n", layout.apiserverLog)
		os.Exit(1)
	}
	asked := whenAskedToEnd()
	failed := make(chan error, 1)
	ready := make(chan announcement, 1)
	go func() {
		announced, err := start(options, layout, failed)
		if err != nil {
			failed <- err
			return
		}
		ready <- announced
	}()
	for {
		select {
		case announced := <-ready:
			if err := writeJSONLine(stdout, announced); err != nil {
				return err
			}
		case err := <-failed:
			return err
		case <-asked:
			return nil
		}
	}
}

// whenAskedToEnd closes its channel when stdin closes or a signal arrives.
func whenAskedToEnd() <-chan struct{} {
	asked := make(chan struct{}, 2)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		<-signals
		asked <- struct{}{}
	}()
	go func() {
		io.Copy(io.Discard, os.Stdin) //nolint:errcheck // an error ends the plane just as an end does
		asked <- struct{}{}
	}()
	return asked
}

// start brings everything up and returns when the plane is ready. Components
// that fail later report to failed.
func start(options serveOptions, layout layout, failed chan error) (announcement, error) {
	ctx, cancel := context.WithTimeout(context.Background(), startDeadline)
	defer cancel()
	port, err := reservePort()
	if err != nil {
		return announcement{}, err
	}
	server := serverURL(port)
	if err := writeFiles(options.name, layout, server); err != nil {
		return announcement{}, err
	}
	etcdAddress, err := startEtcd(layout)
	if err != nil {
		return announcement{}, err
	}
	go func() { failed <- runAPIServer(layout, port, etcdAddress) }()
	annexPort, err := startAnnex(layout, failed)
	if err != nil {
		return announcement{}, err
	}

	config, err := loadConfig(layout.kubeconfig, "")
	if err != nil {
		return announcement{}, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return announcement{}, err
	}
	err = waitUntil(ctx, "the API server", failed, func() bool { return serverIsReady(ctx, client) })
	if err != nil {
		return announcement{}, err
	}
	keepChildren(layout, options.children(), failed)
	if err := furnish(ctx, client, options, failed); err != nil {
		return announcement{}, err
	}
	if err := publish(ctx, client, annexPlace{annexPort, etcdAddress}); err != nil {
		return announcement{}, err
	}
	return announcement{options.name, server, layout.kubeconfig, layout.auditLog, layout.ca}, nil
}

// furnish makes the nodes and the users' rights, and waits until all is usable.
func furnish(ctx context.Context, client kubernetes.Interface, options serveOptions, failed <-chan error) error {
	if err := createNodes(ctx, client, options); err != nil {
		return err
	}
	if err := ensureNamespace(ctx, client, "default"); err != nil {
		return err
	}
	if err := grantRights(ctx, client); err != nil {
		return err
	}
	err := waitUntil(ctx, "the users' rights", failed, func() bool { return rightsAreKnown(ctx, client) })
	if err != nil {
		return err
	}
	if !options.without["controllers"] {
		err := waitUntil(ctx, "the default service accounts", failed, func() bool { return accountsExist(ctx, client) })
		if err != nil {
			return err
		}
	}
	return waitUntil(ctx, "the nodes", failed, func() bool { return nodesAreReady(ctx, client, options.nodeCount) })
}

// children are those that this plane is not without.
func (o serveOptions) children() []string {
	var children []string
	for _, child := range []string{"controllers", "kwok", "scheduler"} {
		if !o.without[child] {
			children = append(children, child)
		}
	}
	return children
}

// writeFiles writes everything that the components read and the kubeconfig that
// the tests read.
func writeFiles(plane string, layout layout, server string) error {
	serverCA, err := newAuthority("plane " + plane)
	if err != nil {
		return err
	}
	clientCA, err := newAuthority("plane " + plane + " clients")
	if err != nil {
		return err
	}
	serverPair, err := serverCA.server()
	if err != nil {
		return err
	}
	signingKey, err := newSigningKey()
	if err != nil {
		return err
	}
	kwokStages, err := stages()
	if err != nil {
		return err
	}
	users := newUsers()
	for path, content := range map[string][]byte{
		layout.auditPolicy:       []byte(auditPolicy),
		layout.ca:                serverCA.pem,
		layout.clientCA:          clientCA.pem,
		layout.serverCertificate: serverPair.certificate,
		layout.serverKey:         serverPair.key,
		layout.signingKey:        signingKey,
		layout.stages:            kwokStages,
		layout.tokens:            []byte(tokenFile(users)),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	admin, err := clientCA.client(adminUser, adminGroup)
	if err != nil {
		return err
	}
	for child, name := range childUsers {
		identity, err := clientCA.client(name, adminGroup)
		if err != nil {
			return err
		}
		if err := writeChildKubeconfig(layout.childKubeconfig(child), server, serverCA.pem, identity); err != nil {
			return err
		}
	}
	return clientcmd.WriteToFile(*newKubeconfig(plane, server, serverCA.pem, users, admin), layout.kubeconfig)
}
