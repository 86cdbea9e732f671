package main

import "path/filepath"

// layout names the files in the folder of one plane.
type layout struct {
	kubeconfig, auditLog, auditPolicy string
	etcdData, etcdLog, apiserverLog   string
	ca, clientCA                      string
	serverCertificate, serverKey      string
	signingKey, tokens, stages        string
	dir                               string
}

func newLayout(dir string) layout {
	in := func(name string) string { return filepath.Join(dir, name) }
	return layout{
		dir:               dir,
		kubeconfig:        in("kubeconfig"),
		auditLog:          in("audit.log"),
		auditPolicy:       in("audit-policy.yaml"),
		etcdData:          in("etcd"),
		etcdLog:           in("etcd.log"),
		apiserverLog:      in("apiserver.log"),
		ca:                in("ca.crt"),
		clientCA:          in("client-ca.crt"),
		serverCertificate: in("apiserver.crt"),
		serverKey:         in("apiserver.key"),
		signingKey:        in("service-accounts.key"),
		tokens:            in("tokens.csv"),
		stages:            in("stages.yaml"),
	}
}

func (l layout) childLog(child string) string { return filepath.Join(l.dir, child+".log") }

func (l layout) childKubeconfig(child string) string {
	return filepath.Join(l.dir, child+".kubeconfig")
}
